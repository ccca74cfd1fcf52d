package io.densenet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.arch.DenseNet;
import io.densenet.arch.DenseNetConfig;
import io.densenet.cpu.CpuClassifier;
import io.densenet.cpu.CpuOptions;
import io.densenet.cpu.MemoryMode;
import io.densenet.data.ImageNetClasses;
import io.densenet.data.PreprocessingPreset;
import io.densenet.data.Task;
import io.densenet.engine.Classifier;
import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import io.densenet.golden.TorchvisionNetwork;
import io.densenet.interop.pytorch.PyTorchFile;
import io.densenet.model.HubFolder;
import io.densenet.model.ModelCard;
import io.densenet.model.ModelFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// One door for all weights. The foreign files are those that torchvision and h5py have written.
class WeightsTest {
    private static final Path OURS = Path.of("../models/fashion-mnist-bc-40-12/model.safetensors");
    private static final Path FOREIGN = Path.of("src/test/resources/torchvision");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "zip.pth, torchvision",
        "2017-legacy.pth, torchvision",
        "weights.h5, keras",
        "three.weights.h5, keras",
    })
    void aForeignFileIsAModelThatComputesAsInPyTorch(String file, String preset) throws IOException {
        ModelFile model = Weights.load(FOREIGN.resolve(file));
        assertEquals(
                PreprocessingPreset.named(preset).preprocessing(224),
                model.description().preprocessing());
        assertEquals(
                List.of("0", "1", "2", "3", "4", "5", "6"), model.description().classNames());
        DenseNetConfig config =
                assertInstanceOf(DenseNetConfig.class, model.description().architecture());
        for (TorchvisionNetwork.Answer answer :
                TorchvisionNetwork.read(FOREIGN.resolve("logits.json")).answers()) {
            float[] expected = preset.equals("keras") ? answer.keras() : answer.torchvision();
            float[] found = new float[expected.length];
            try (Classifier classifier = CpuClassifier.openForInference(
                    DenseNet.of(config), answer.image(), model.state(), new CpuOptions(1, MemoryMode.STANDARD))) {
                classifier.logits(answer.images(), found);
            }
            assertEquals(0, TorchvisionNetwork.difference(expected, found), 1e-5, answer.size());
        }
    }

    @Test
    void aForeignFileNamesWhatIsInAPictureAtOnce() throws IOException {
        BufferedImage picture = new BufferedImage(300, 260, BufferedImage.TYPE_INT_RGB);
        try (ImageClassifier classifier = ImageClassifier.load(FOREIGN.resolve("zip.pth"))) {
            var ranked = classifier.predict(picture);
            assertEquals(7, ranked.size());
            assertEquals(
                    1,
                    ranked.stream()
                            .mapToDouble(ImageClassifier.Ranked::probability)
                            .sum(),
                    1e-9);
        }
    }

    @Test
    void whatIsSaidCountsMoreThanTheCustom() throws IOException {
        List<String> names = List.of("월", "화", "수", "목", "금", "토", "일");
        Weights.Loaded loaded = Weights.of(FOREIGN.resolve("zip.pth"))
                .withClassNames(names)
                .withPreprocessing(PreprocessingPreset.TIMM)
                .read();
        assertEquals(names, loaded.model().description().classNames());
        assertEquals(
                PreprocessingPreset.TIMM.preprocessing(224),
                loaded.model().description().preprocessing());
        assertEquals(FOREIGN.resolve("zip.pth"), loaded.file());
        assertTrue(loaded.remarks().getFirst().contains("names as in torchvision"), loaded.remarks()::toString);
        assertTrue(
                loaded.remarks().stream().noneMatch(remark -> remark.contains("images are prepared")),
                loaded.remarks()::toString);
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> Weights.of(FOREIGN.resolve("zip.pth"))
                        .withClassNames(List.of("a", "b"))
                        .read());
        assertTrue(String.valueOf(e.getMessage()).contains("has 7 classes, but the names are those of 2"));
    }

    /// A name or another size does not make one class an image of several.
    @Test
    void whatTheLogitsMeanStays() throws IOException {
        Weights.Loaded several = Weights.of(FOREIGN.resolve("zip.pth"))
                .withTask(Task.MULTI_LABEL)
                .read();
        assertEquals(Task.MULTI_LABEL, several.model().description().task());
        assertTrue(several.remarks().getLast().contains("with a sigmoid"), several.remarks()::toString);
        Path ours = folder.resolve("ours.safetensors");
        several.model().write(ours);
        ModelFile renamed = Weights.of(ours)
                .withClassNames(List.of("a", "b", "c", "d", "e", "f", "g"))
                .withPreprocessing(PreprocessingPreset.TIMM)
                .read()
                .model();
        assertEquals(Task.MULTI_LABEL, renamed.description().task());
    }

    @Test
    void whatIsSupposedOfAFileIsRemarked() throws IOException {
        assertTrue(Weights.of(FOREIGN.resolve("weights.h5"))
                .read()
                .remarks()
                .contains("images are prepared as by keras; the file does not say it"));
    }

    @Test
    void featuresAloneGetAClassifierForTheNamesThatAreGiven() throws IOException {
        Path features = FOREIGN.resolve("notop.weights.h5");
        assertThrows(MalformedFileException.class, () -> Weights.load(features));
        Weights.Loaded loaded =
                Weights.of(features).withClassNames(ImageNetClasses.names()).read();
        assertTrue(loaded.remarks().stream().anyMatch(remark -> remark.contains("must be trained")));
        Path thousand = folder.resolve("thousand.pth");
        PyTorchFile.write(thousand, loaded.model().tensors());
        assertEquals(
                ImageNetClasses.names(), Weights.load(thousand).description().classNames());
    }

    /// Whether by itself, in a run or in a folder for the Hub.
    @Test
    void ourOwnSayThemselvesWhatTheyAre() throws IOException {
        ModelFile expected = ModelFile.read(OURS);
        Path run = folder.resolve("run");
        Path weights = Files.createDirectories(run.resolve("weights"));
        Files.copy(OURS, weights.resolve("best.safetensors"));
        Files.writeString(weights.resolve("last.safetensors"), "of no use when there is a best one");
        Path hub = folder.resolve("hub");
        HubFolder.write(hub, expected, ModelCard.unknown());
        for (Path source : List.of(OURS, run, hub)) {
            Weights.Loaded loaded = Weights.of(source).read();
            assertEquals(expected.description(), loaded.model().description());
            assertEquals(expected.state().sha256(), loaded.model().state().sha256());
            assertEquals(List.of(), loaded.remarks());
        }
        List<String> others = IntStream.range(0, 10).mapToObj(i -> "c" + i).toList();
        assertEquals(
                others,
                Weights.of(run)
                        .withClassNames(others)
                        .read()
                        .model()
                        .description()
                        .classNames());
    }

    /// A network for small grey images, of which nobody knows how they were prepared.
    @Test
    void wherePreparationHasNoCustomItMustBeSaid() throws IOException {
        Path theirs = folder.resolve("small.pth");
        ModelFile ours = ModelFile.read(OURS);
        PyTorchFile.write(theirs, ours.tensors());
        UnsupportedFormatException e =
                assertThrows(UnsupportedFormatException.class, () -> ImageClassifier.load(theirs));
        assertTrue(String.valueOf(e.getMessage()).contains("nobody knows how images of 1 channels were prepared"));
        ModelFile said = Weights.of(theirs)
                .withPreprocessing(PreprocessingPreset.TORCHXRAYVISION)
                .read()
                .model();
        assertEquals(ours.state().sha256(), said.state().sha256());
        assertEquals(
                PreprocessingPreset.TORCHXRAYVISION.preprocessing(32),
                said.description().preprocessing());
    }

    @Test
    void whatIsNotThereOrNotReadIsSaid() throws IOException {
        Path nothing = folder.resolve("nothing.pth");
        NoSuchFileException e = assertThrows(NoSuchFileException.class, () -> Weights.load(nothing));
        assertEquals(nothing + ": expected a run folder or a file of weights, found nothing", e.getMessage());
        assertThrows(NoSuchFileException.class, () -> Weights.load(folder));
        Path onnx = Files.writeString(folder.resolve("some.onnx"), "x");
        assertThrows(UnsupportedFormatException.class, () -> Weights.load(onnx));
    }
}
