package io.densenet.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DatasetsTest {
    @TempDir
    private Path root;

    @ParameterizedTest
    @EnumSource(NamedDataset.class)
    void everyNameIsFoundAgain(NamedDataset dataset) {
        assertEquals(dataset, NamedDataset.of(dataset.label()).orElseThrow());
        assertTrue(dataset.files().isEmpty()
                || dataset.address()
                        .resolve(dataset.files().getFirst().name())
                        .toString()
                        .startsWith(dataset == NamedDataset.SVHN ? "http://ufldl.stanford.edu/" : "https://"));
    }

    @Test
    void theMnistFamilyIsFoundInEachPlaceAndTheUsersFolderComesFirst() throws IOException {
        DatasetPlaces places = places(root.resolve("mine"));
        assertFalse(Datasets.isPresent(NamedDataset.MNIST, places));
        putMnist(root.resolve("system/mnist"), 1);
        assertEquals(1, Datasets.open("mnist", places, 224).train().label(0));
        putMnist(root.resolve("cache/mnist"), 2);
        assertEquals(2, Datasets.open("mnist", places, 224).train().label(0));
        putMnist(root.resolve("mine"), 3);
        assertEquals(3, Datasets.open("mnist", places, 224).train().label(0));
        putMnist(root.resolve("mine/mnist"), 4);
        DatasetSplits found = Datasets.open("mnist", places, 224);
        assertEquals(4, found.train().label(0));
        assertTrue(Datasets.isPresent(NamedDataset.MNIST, places));
        assertEquals("mnist", found.name());
        assertNull(found.validation());
        assertNotNull(found.test());
        assertEquals(0.1307, found.normalization().mean().getFirst());
        assertEquals(new Preprocessing(1, 28, 28, found.normalization()), found.preprocessing());
    }

    @Test
    void cifarIsFoundAsArchiveAndAsFolder() throws IOException {
        Files.createDirectories(root.resolve("cache/cifar10"));
        Files.write(
                root.resolve("cache/cifar10/cifar-10-binary.tar.gz"),
                CifarFiles.archive("cifar-10-batches-bin/", CifarFiles.cifar10()));
        DatasetSplits cifar10 = Datasets.open("cifar10", places(null), 224);
        assertEquals(10, cifar10.train().size());
        assertEquals(3, cifar10.channels());
        assertEquals(32, cifar10.width());
        assertEquals(62.1 / 255, cifar10.normalization().deviation().get(1));
        CifarFiles.writeFolder(root.resolve("mine/cifar-100-binary"), CifarFiles.cifar100());
        assertEquals(
                99,
                Datasets.open("cifar100", places(root.resolve("mine")), 224)
                        .train()
                        .label(0));
        assertTrue(Datasets.isPresent(NamedDataset.CIFAR100_COARSE, places(root.resolve("mine"))), "the same files");
        DatasetSplits coarse = Datasets.open("cifar100-coarse", places(root.resolve("mine")), 224);
        assertEquals(19, coarse.train().label(0));
        assertEquals(20, coarse.train().classNames().size());
    }

    @Test
    void aDataSetThatIsNowhereTellsWhereItWasLookedForAndWhatToDo() {
        DatasetException refused =
                assertThrows(DatasetException.class, () -> Datasets.open("cifar10", places(root.resolve("mine")), 224));
        String mine = root.resolve("mine").toString();
        assertEquals(
                "cifar10 was not found; looked in %s, %s, %s, %s; say --download to fetch it, or --data-dir to say where it is"
                        .formatted(mine + "/cifar10", mine, root + "/cache/cifar10", root + "/system/cifar10"),
                refused.getMessage());
    }

    @Test
    void aMissingFileOfAFoundSetIsNamed() throws IOException {
        putMnist(root.resolve("cache/mnist"), 1);
        Files.delete(root.resolve("cache/mnist/t10k-labels-idx1-ubyte"));
        assertFalse(Datasets.isPresent(NamedDataset.MNIST, places(null)));
        DatasetException refused =
                assertThrows(DatasetException.class, () -> Datasets.open("mnist", places(null), 224));
        assertTrue(
                String.valueOf(refused.getMessage())
                        .contains("neither t10k-labels-idx1-ubyte nor t10k-labels-idx1-ubyte.gz"),
                refused::getMessage);
    }

    @Test
    void aCompletePlaceIsPreferredToOneBeforeItThatLacksAFile() throws IOException {
        putMnist(root.resolve("mine/mnist"), 1);
        Files.delete(root.resolve("mine/mnist/train-labels-idx1-ubyte"));
        putMnist(root.resolve("cache/mnist"), 2);
        DatasetPlaces places = places(root.resolve("mine"));
        assertTrue(Datasets.isPresent(NamedDataset.MNIST, places));
        assertEquals(2, Datasets.open("mnist", places, 224).train().label(0));
    }

    @Test
    void anIncompleteFolderOfCifarDoesNotHideTheArchiveBesideIt() throws IOException {
        Map<String, byte[]> files = CifarFiles.cifar10();
        byte[] archive = CifarFiles.archive("cifar-10-batches-bin/", files);
        files.remove("data_batch_4.bin");
        CifarFiles.writeFolder(root.resolve("cache/cifar10/cifar-10-batches-bin"), files);
        assertFalse(Datasets.isPresent(NamedDataset.CIFAR10, places(null)));
        DatasetException refused =
                assertThrows(DatasetException.class, () -> Datasets.open("cifar10", places(null), 224));
        assertTrue(
                String.valueOf(refused.getMessage()).contains("but data_batch_4.bin is missing"), refused::getMessage);

        Files.write(root.resolve("cache/cifar10/cifar-10-binary.tar.gz"), archive);
        assertTrue(Datasets.isPresent(NamedDataset.CIFAR10, places(null)));
        assertEquals(10, Datasets.open("cifar10", places(null), 224).train().size());
    }

    @Test
    void anEmptyFolderOfCifarIsNotTakenForTheDataSet() throws IOException {
        Files.createDirectories(root.resolve("cache/cifar100/cifar-100-binary"));
        Files.createDirectories(root.resolve("cache/cifar100/cifar-100-binary.tar.gz"));
        assertFalse(Datasets.isPresent(NamedDataset.CIFAR100, places(null)));
        DatasetException refused =
                assertThrows(DatasetException.class, () -> Datasets.open("cifar100", places(null), 224));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("cifar100 was not found"), refused::getMessage);
    }

    @Test
    void anUnknownNameListsTheKnownOnes() {
        DatasetException refused =
                assertThrows(DatasetException.class, () -> Datasets.open("cifar11", places(null), 224));
        String message = String.valueOf(refused.getMessage());
        for (NamedDataset dataset : NamedDataset.values()) {
            assertTrue(message.contains(dataset.label()), message);
        }
    }

    @Test
    void aFolderOfPicturesHasItsPartsAndMeasuredStatistics() throws IOException {
        for (String file : List.of("train/猫/1.png", "train/고양이/1.jpg", "test/猫/2.png", "test/고양이/3.png")) {
            put(file);
        }
        DatasetSplits splits = Datasets.open(root.resolve("그림").toString(), places(null), 16);
        assertEquals("그림", splits.name());
        assertEquals(List.of("猫", "고양이"), splits.train().classNames());
        assertNull(splits.validation());
        assertNotNull(splits.test());
        assertEquals(16, splits.height());
        assertEquals(3, splits.channels());
        assertEquals(ChannelStatistics.of(splits.train(), 3, 16, 16, 5000), splits.normalization());
        try (BatchLoader loader = BatchLoader.inOrder(splits.train(), splits.preprocessing(), 2, 1)) {
            ImageBatch batch = loader.next();
            assertNotNull(batch);
            double sum = 0;
            for (float value : batch.pixels()) {
                sum += value;
            }
            assertEquals(0, sum / batch.pixels().length, 1e-5);
        }
    }

    @Test
    void partsWithOtherClassesAreRefusedWithTheirNames() throws IOException {
        for (String file : List.of("train/cat/1.png", "train/dog/1.png", "val/cat/1.png", "val/dgo/1.png")) {
            put(file);
        }
        DatasetException refused = assertThrows(
                DatasetException.class, () -> Datasets.open(root.resolve("그림").toString(), places(null), 16));
        assertEquals(
                root.resolve("그림/val") + ": expected the classes of train; missing here: dog; missing in train: dgo",
                refused.getMessage());
    }

    @Test
    void aFolderWithoutTrainingPicturesIsRefused() throws IOException {
        put("test/cat/1.png");
        DatasetException refused = assertThrows(
                DatasetException.class, () -> Datasets.open(root.resolve("그림").toString(), places(null), 16));
        assertTrue(String.valueOf(refused.getMessage()).contains("expected pictures in train/<class>/*"));
    }

    private DatasetPlaces places(@Nullable Path dataFolder) {
        return new DatasetPlaces(dataFolder, root.resolve("cache"), List.of(root.resolve("system")));
    }

    private void put(String name) throws IOException {
        Path file = root.resolve("그림").resolve(name);
        Files.createDirectories(file.resolve("..").normalize());
        Files.write(file, TestImages.resource(name.endsWith("jpg") ? "images/colour-420.jpg" : "images/rgb.png"));
    }

    /// Two training and two test images, 28×28, of the given class; images compressed, labels plain.
    private static void putMnist(Path folder, int label) throws IOException {
        Files.createDirectories(folder);
        for (String part : List.of("train", "t10k")) {
            byte[] images = Arrays.copyOf(IdxFileTest.images(), 16 + 2 * 28 * 28);
            images[11] = 28;
            images[15] = 28;
            Files.write(folder.resolve(part + "-images-idx3-ubyte.gz"), IdxFileTest.gzip(images));
            Files.write(folder.resolve(part + "-labels-idx1-ubyte"), IdxFileTest.labels(label, label));
        }
    }
}
