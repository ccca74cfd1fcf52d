package io.densenet.app.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.app.CommandLineRun;
import io.densenet.arch.DenseNetConfig;
import io.densenet.data.PreprocessingPreset;
import io.densenet.interop.WeightFiles;
import io.densenet.model.ModelDescription;
import io.densenet.model.ModelFile;
import io.densenet.weights.DurableFile;
import io.densenet.weights.Safetensors;
import io.densenet.weights.StateDict;
import io.densenet.weights.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConvertCommandTest {
    private static final Path TRAINED = Path.of("../models/fashion-mnist-bc-40-12/model.safetensors");

    private static final Path KERAS = Path.of("../core/src/test/resources/torchvision");

    @TempDir
    private Path folder;

    @Test
    void oursBecomesPyTorchsAndComesBack() throws IOException {
        Path pth = folder.resolve("model.pth");
        Path back = folder.resolve("back.safetensors");
        CommandLineRun there = convert(TRAINED.toString(), pth.toString());
        assertEquals(0, there.exitCode(), there.err());
        assertEquals("densenet-bc-40-12", there.json().get("model").asString());
        Path names = Files.write(
                folder.resolve("names.txt"),
                ModelFile.read(TRAINED).description().classNames());
        CommandLineRun andBack = convert(
                pth.toString(), back.toString(), "--preprocessing", "torchxrayvision", "--classes", names.toString());
        assertEquals(0, andBack.exitCode(), andBack.err());
        assertTrue(andBack.err().contains("names as in torchvision"), andBack.err());
        ModelFile expected = ModelFile.read(TRAINED);
        ModelFile found = ModelFile.read(back);
        assertEquals(expected.state().sha256(), found.state().sha256());
        assertEquals(expected.description().architecture(), found.description().architecture());
        assertEquals(expected.description().classNames(), found.description().classNames());
        assertEquals(
                PreprocessingPreset.TORCHXRAYVISION.preprocessing(32),
                found.description().preprocessing());
    }

    /// The names of 2017 behind a wrapper, as most published files have them, and no word about classes.
    @Test
    void publishedNamesBecomeAModelThatPredicts() throws IOException {
        Path theirs = foreign();
        Path ours = folder.resolve("ours.safetensors");
        CommandLineRun refused = CommandLineRun.of("inspect", theirs.toString());
        assertEquals(5, refused.exitCode(), refused.err());
        assertTrue(refused.err().contains("densenet convert"), refused.err());
        CommandLineRun run = convert(theirs.toString(), ours.toString(), "--preprocessing", "torchxrayvision");
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.err().contains("behind 'module.'"), run.err());
        assertTrue(run.err().contains("counters of batches"), run.err());
        assertEquals(10, ModelFile.read(ours).description().classNames().size());
        CommandLineRun predicted = CommandLineRun.of("inspect", ours.toString());
        assertEquals(0, predicted.exitCode(), predicted.err());
        assertTrue(predicted.out().contains("densenet-bc-40-12"), predicted.out());
    }

    @Test
    void whatIsMissingIsSaidAndNothingIsWritten() throws IOException {
        Path theirs = foreign("module.features.norm5.bias");
        Path ours = folder.resolve("ours.safetensors");
        CommandLineRun run = convert(theirs.toString(), ours.toString(), "--preprocessing", "torchxrayvision");
        assertEquals(5, run.exitCode(), run.err());
        assertTrue(run.err().contains("missing: features.norm5.bias"), run.err());
        assertFalse(Files.exists(ours));
    }

    @Test
    void kerassFileBecomesAModelWithItsEpsilonAndPreprocessing() throws IOException {
        Path ours = folder.resolve("ours.safetensors");
        CommandLineRun run = convert(KERAS.resolve("weights.h5").toString(), ours.toString());
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.err().contains("names as in keras-applications: "), run.err());
        ModelDescription description = ModelFile.read(ours).description();
        assertEquals(
                1.001e-5,
                assertInstanceOf(DenseNetConfig.class, description.architecture())
                        .batchNorm()
                        .epsilon());
        assertEquals(PreprocessingPreset.KERAS.preprocessing(224), description.preprocessing());
        assertEquals(List.of("0", "1", "2", "3", "4", "5", "6"), description.classNames());
        CommandLineRun on =
                convert(ours.toString(), folder.resolve("theirs.pth").toString());
        assertTrue(on.err().contains("epsilon of 1.001E-5"), on.err());
    }

    @Test
    void featuresAloneNeedNamesForANewClassifier() throws IOException {
        String notop = KERAS.resolve("notop.weights.h5").toString();
        Path ours = folder.resolve("ours.safetensors");
        CommandLineRun refused = convert(notop, ours.toString());
        assertEquals(5, refused.exitCode(), refused.err());
        assertTrue(refused.err().contains("only features (in Keras: include_top=False)"), refused.err());
        Path flowers = Files.writeString(folder.resolve("flowers.txt"), "rose\n튤립\n");
        CommandLineRun run = convert(notop, ours.toString(), "--classes", flowers.toString());
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.err().contains("there was no classifier; a new one"), run.err());
        assertEquals(List.of("rose", "튤립"), ModelFile.read(ours).description().classNames());
    }

    /// As nobody says what they are called.
    @Test
    void aThousandClassesAreThoseOfImageNet() throws IOException {
        StateDict state = WeightFiles.read(KERAS.resolve("notop.weights.h5"), OptionalInt.of(1000))
                .state();
        Path theirs = folder.resolve("theirs.safetensors");
        DurableFile.write(theirs, channel -> Safetensors.write(channel, new LinkedHashMap<>(), state.entries()));
        Path ours = folder.resolve("ours.safetensors");
        CommandLineRun run = convert(theirs.toString(), ours.toString());
        assertEquals(0, run.exitCode(), run.err());
        List<String> names = ModelFile.read(ours).description().classNames();
        assertEquals("tench", names.getFirst());
        assertEquals("golden retriever", names.get(207));
        assertEquals("toilet tissue", names.getLast());
        assertEquals(1000, Set.copyOf(names).size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            foreign.h5 | is HDF5, but not weights of Keras
            resnet.h5  | is of a ResNet
            small.h5   | no tensor is named like those of a DenseNet
            """)
    void otherFilesOfHdf5AreRefusedInOneLine(String file, String reason) {
        CommandLineRun run = convert(
                KERAS.resolve(file).toString(),
                folder.resolve("out.safetensors").toString());
        assertEquals(5, run.exitCode(), run.err());
        assertTrue(run.err().contains(reason), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            out.onnx        | torchxrayvision |           | expected a name that ends with .safetensors, .pth or .pt
            out.safetensors |                 |           | say it with --preprocessing
            out.safetensors | photoshop       |           | no preprocessing is named 'photoshop'
            out.safetensors | torchvision     |           | images of 3 channels for a network of 1
            out.safetensors | torchxrayvision | none.txt  | no such file
            out.safetensors | torchxrayvision | short.txt | has 2 lines, the network has 10 classes
            exists.pth      | torchxrayvision |           | --force replaces it
            """)
    void whatCannotBeDoneIsSaid(String out, String preset, String classes, String message) throws IOException {
        Files.writeString(folder.resolve("short.txt"), "a\nb\n");
        Files.writeString(folder.resolve("exists.pth"), "");
        List<String> arguments = new ArrayList<>(
                List.of("convert", foreign().toString(), folder.resolve(out).toString()));
        if (preset != null) {
            arguments.addAll(List.of("--preprocessing", preset));
        }
        if (classes != null) {
            arguments.addAll(List.of("--classes", folder.resolve(classes).toString()));
        }
        CommandLineRun run = CommandLineRun.of(arguments.toArray(String[]::new));
        assertEquals(2, run.exitCode(), run.err());
        assertTrue(run.err().contains(message), run.err());
    }

    @Test
    void whatIsNotThereIsSaid() {
        CommandLineRun run =
                convert("nowhere.pth", folder.resolve("out.safetensors").toString());
        assertEquals(2, run.exitCode(), run.err());
        assertTrue(run.err().contains("nowhere.pth: expected a file of weights"), run.err());
    }

    private static CommandLineRun convert(String... arguments) {
        List<String> all = new ArrayList<>(List.of("convert"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--format", "json"));
        return CommandLineRun.of(all.toArray(String[]::new));
    }

    private Path foreign(String... without) throws IOException {
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        ModelFile.read(TRAINED).state().entries().forEach((name, tensor) -> {
            if (!name.endsWith("num_batches_tracked")) {
                tensors.put("module." + name.replaceFirst("(norm|conv)([12])\\.", "$1.$2."), tensor);
            }
        });
        tensors.keySet().removeAll(List.of(without));
        Path file = folder.resolve("theirs.safetensors");
        DurableFile.write(file, channel -> Safetensors.write(channel, new LinkedHashMap<>(), tensors));
        return file;
    }
}
