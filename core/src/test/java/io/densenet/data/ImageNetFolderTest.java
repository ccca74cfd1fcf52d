package io.densenet.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On 1,000 folders with a picture each, and three validation images.
class ImageNetFolderTest {
    @TempDir
    private static Path folder;

    @BeforeAll
    static void makeTraining() throws IOException {
        makeThousand(folder.resolve("train"));
    }

    private static void makeThousand(Path part) throws IOException {
        for (int i = 0; i < 1000; i++) {
            put(part.resolve(id(i)).resolve(id(i) + "_1.JPEG"));
        }
    }

    @BeforeEach
    void makeValidation() throws IOException {
        try (Stream<Path> old = Files.walk(folder)) {
            for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
                if (!path.equals(folder) && !path.startsWith(folder.resolve("train"))) {
                    Files.delete(path);
                }
            }
        }
        for (int i = 1; i <= 3; i++) {
            put(folder.resolve("val/ILSVRC2012_val_0000000%d.JPEG".formatted(i)));
        }
    }

    /// Every third number is taken, so that position and id cannot be confused.
    private static String id(int index) {
        return String.format(Locale.ROOT, "n%08d", 1_440_764 + 3 * index);
    }

    @Test
    void sortedValidationImagesAreTheTestImages() throws IOException {
        Files.move(folder.resolve("val"), folder.resolve("flat"));
        makeThousand(folder.resolve("val"));
        Files.writeString(folder.resolve("val/README.txt"), "what somebody wrote down there");
        DatasetSplits splits = Datasets.open("imagenet", new DatasetPlaces(folder, folder, List.of()), 224);
        assertEquals("imagenet", splits.name());
        assertEquals(1000, splits.train().size());
        assertNull(splits.validation());
        assertNotNull(splits.test());
        assertEquals(999, splits.test().label(999));
        assertEquals(List.of(224, 224), List.of(splits.height(), splits.width()));
        assertEquals(List.of(0.485, 0.456, 0.406), splits.normalization().mean());
        assertEquals(3, splits.train().image(7).channels());
    }

    @Test
    void caffesListGivesNumbersOfClasses() throws IOException {
        Files.writeString(
                folder.resolve("val.txt"),
                "ILSVRC2012_val_00000002.JPEG 970\nILSVRC2012_val_00000001.JPEG 65\nILSVRC2012_val_00000003.JPEG 230\n");
        assertLabels(65, 970, 230);
    }

    @Test
    void kagglesListGivesIdsAndBoxes() throws IOException {
        Files.writeString(
                folder.resolve("val/LOC_val_solution.csv"),
                "ImageId,PredictionString\nILSVRC2012_val_00000003,%s 85 1 499 272 \nILSVRC2012_val_00000002,%s 131 0 499 254 %s 1 2 3 4 \nILSVRC2012_val_00000001,%s 1 1 2 2\n"
                        .formatted(id(230), id(970), id(970), id(65)));
        assertLabels(65, 970, 230);
    }

    @Test
    void tensorFlowsListGivesAnIdForEachLine() throws IOException {
        Files.writeString(
                folder.resolve("imagenet_2012_validation_synset_labels.txt"),
                id(65) + "\n" + id(970) + "\n" + id(230) + "\n");
        assertLabels(65, 970, 230);
    }

    @Test
    void withoutAListTheWaysOutAreNamed() {
        assertRefused(folder.resolve("val")
                + ": its pictures are not sorted into folders of classes, and neither here nor in " + folder
                + " is a list of their classes; sort them, or add one of val.txt, LOC_val_solution.csv");
    }

    @Test
    void theDevkitsNumbersAreRefusedBecauseOnlyItsMatFileExplainsThem() throws IOException {
        Path devkits = Files.writeString(folder.resolve("ILSVRC2012_validation_ground_truth.txt"), "490\n361\n171\n");
        assertRefused(
                devkits + ": counts classes in an order that only the devkit's meta.mat explains; needed is one of");
        Files.move(devkits, folder.resolve("val.txt"));
        assertRefused(folder.resolve("val.txt")
                + ": line 1: expected the name of a picture and its class, or an id such as n01440764, found \"490\"");
    }

    @Test
    void aListThatDoesNotFitThePicturesIsRefused() throws IOException {
        Path list = folder.resolve("val.txt");
        Files.writeString(list, "ILSVRC2012_val_00000001.JPEG 65\nILSVRC2012_val_00000003.JPEG 65\n");
        assertRefused(list + ": says nothing about " + folder.resolve("val/ILSVRC2012_val_00000002.JPEG"));
        Files.writeString(list, "ILSVRC2012_val_00000001.JPEG 1000\n");
        assertRefused(list + ": line 1: expected the id of a class or its number from 0 to 999, found \"1000\"");
        Files.writeString(list, id(65) + "\n" + id(66) + "\n");
        assertRefused(list + ": has 2 lines for the 3 pictures of " + folder.resolve("val"));
    }

    @Test
    void withoutValidationImagesItIsRefused() throws IOException {
        Files.move(folder.resolve("val"), folder.resolve("validation"));
        assertRefused(folder.resolve("val") + ": expected the validation images there, found no such folder");
    }

    @Test
    void aPartOfImageNetIsRefusedWithTheWayToUseIt() throws IOException {
        Path part = folder.resolve("part");
        put(part.resolve("train").resolve(id(0)).resolve("a.JPEG"));
        DatasetException refused = assertThrows(DatasetException.class, () -> ImageNetFolder.open(part, 224));
        assertEquals(
                part.resolve("train")
                        + ": ImageNet has 1,000 classes, found 1; is it unpacked completely? For a part of it name the folder: "
                        + part,
                refused.getMessage());
    }

    private void assertLabels(int... expected) throws IOException {
        ImageDataset test = ImageNetFolder.open(folder, 224).test();
        assertNotNull(test);
        assertEquals(
                IntStream.of(expected).boxed().toList(),
                IntStream.range(0, test.size()).map(test::label).boxed().toList());
    }

    private void assertRefused(String start) {
        DatasetException refused = assertThrows(DatasetException.class, () -> ImageNetFolder.open(folder, 224));
        assertTrue(String.valueOf(refused.getMessage()).startsWith(start), refused::getMessage);
    }

    private static void put(Path file) throws IOException {
        Files.createDirectories(file.resolve("..").normalize());
        Files.write(file, TestImages.resource("images/colour-420.jpg"));
    }
}
