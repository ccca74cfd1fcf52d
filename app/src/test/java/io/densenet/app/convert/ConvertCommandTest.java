package io.densenet.app.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.densenet.app.CommandLineRun;
import io.densenet.app.doctor.VersionProvider;
import io.densenet.app.engine.Needs;
import io.densenet.arch.DenseNetConfig;
import io.densenet.data.PreprocessingPreset;
import io.densenet.data.Task;
import io.densenet.interop.WeightFiles;
import io.densenet.model.ModelDescription;
import io.densenet.model.ModelFile;
import io.densenet.weights.DurableFile;
import io.densenet.weights.Safetensors;
import io.densenet.weights.StateDict;
import io.densenet.weights.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

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
        assertEquals(Task.MULTI_LABEL, ModelFile.read(ours).description().task(), "torchxrayvision's are");
        Path single = folder.resolve("single.safetensors");
        assertEquals(
                0,
                convert(ours.toString(), single.toString(), "--task", "single-label")
                        .exitCode());
        assertEquals(Task.SINGLE_LABEL, ModelFile.read(single).description().task());
        CommandLineRun odd = convert(ours.toString(), folder.resolve("odd.pth").toString(), "--task", "many");
        assertEquals(2, odd.exitCode(), odd.err());
        assertTrue(odd.err().contains("single-label, multi-label"), odd.err());
        CommandLineRun predicted = CommandLineRun.of("inspect", ours.toString());
        assertEquals(0, predicted.exitCode(), predicted.err());
        assertTrue(predicted.out().contains("densenet-bc-40-12"), predicted.out());
    }

    @Test
    void preparationThatNobodyKnowsMustBeSaid() throws IOException {
        CommandLineRun run =
                convert(foreign().toString(), folder.resolve("out.safetensors").toString());
        assertEquals(5, run.exitCode(), run.err());
        assertTrue(run.err().contains("say it with 'densenet convert --preprocessing NAME'"), run.err());
    }

    /// Without a conversion in between, with the same answer as behind one.
    @Test
    void commandsTakeForeignFilesAsTheyAre() throws IOException {
        String theirs = KERAS.resolve("zip.pth").toString();
        Path ours = folder.resolve("ours.safetensors");
        assertEquals(0, convert(theirs, ours.toString()).exitCode());
        Path picture = folder.resolve("picture.png");
        ImageIO.write(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB), "png", picture.toFile());
        CommandLineRun expected = CommandLineRun.of("predict", ours.toString(), picture.toString(), "--format", "csv");
        CommandLineRun found = CommandLineRun.of("predict", theirs, picture.toString(), "--format", "csv");
        assertEquals(0, found.exitCode(), found.err());
        assertEquals(expected.out(), found.out());
        assertTrue(found.err().contains("images are prepared as by torchvision"), found.err());
        assertFalse(expected.err().contains("images are prepared"), expected.err());
        CommandLineRun inspected = CommandLineRun.of("inspect", theirs);
        assertEquals(0, inspected.exitCode(), inspected.err());
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
            out.zip         | torchxrayvision |           | expected a name that ends with .safetensors, .onnx, .pth or .pt
            not/out.onnx    | torchxrayvision |           | make it first
            out.safetensors | photoshop       |           | no preprocessing is named 'photoshop'
            out.safetensors | torchvision     |           | images of 3 channels for a network of 1
            out.safetensors | torchxrayvision | none.txt  | no such file
            out.safetensors | torchxrayvision | short.txt | its network has 10 classes, but the names are those of 2
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
        assertTrue(run.err().contains("nowhere.pth: expected a run folder or a file of weights"), run.err());
    }

    /// Read with protobuf's own parser: field 14 are the metadata, 3 the version.
    @Test
    void anOnnxFileSaysWhatItsClassesAreAndHowImagesArePrepared() throws IOException {
        Path onnx = folder.resolve("옷.onnx");
        CommandLineRun run = convert(TRAINED.toString(), onnx.toString());
        assertEquals(0, run.exitCode(), run.err());
        assertFalse(run.json().has("verification"));
        UnknownFieldSet model = UnknownFieldSet.parseFrom(Files.readAllBytes(onnx));
        Map<String, String> metadata = new LinkedHashMap<>();
        for (ByteString entry : model.getField(14).getLengthDelimitedList()) {
            UnknownFieldSet pair = UnknownFieldSet.parseFrom(entry);
            metadata.put(text(pair, 1), text(pair, 2));
        }
        assertEquals(List.of("class_names", "task", "preprocessing", "densenet.model"), List.copyOf(metadata.keySet()));
        JsonNode classes = JsonMapper.shared().readTree(metadata.get("class_names"));
        assertEquals(
                ModelFile.read(TRAINED).description().classNames(),
                classes.valueStream().map(JsonNode::asString).toList());
        JsonNode preprocessing = JsonMapper.shared().readTree(metadata.get("preprocessing"));
        assertEquals("[1,28,28]", preprocessing.get("input_size").toString());
        assertEquals("[0.2860406]", preprocessing.get("mean").toString());
        assertEquals(VersionProvider.version(), text(model, 3));
    }

    @Test
    void onnxIsNotReadAndThatIsSaid() throws IOException {
        Path onnx = Files.writeString(folder.resolve("theirs.onnx"), "x");
        for (CommandLineRun run : List.of(
                CommandLineRun.of("inspect", onnx.toString()),
                convert(onnx.toString(), folder.resolve("out.pth").toString()))) {
            assertEquals(5, run.exitCode(), run.err());
            assertTrue(run.err().contains("ONNX is written here, but not read"), run.err());
        }
    }

    private static String text(UnknownFieldSet message, int field) {
        return message.getField(field).getLengthDelimitedList().getFirst().toStringUtf8();
    }

    @Test
    void aFolderForTheHubIsAModelForEveryCommandAndItsCardTellsOfTheRun() throws IOException {
        Path runFolder = runFolder();
        Path hub = folder.resolve("허브");
        CommandLineRun run = convert(runFolder.toString(), hub + "/", "--verify");
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(236, run.json().get("verification").get("tensors").asInt());
        String card = Files.readString(hub.resolve("README.md"));
        JsonNode front = new YAMLMapper().readTree(card.split("---\n", -1)[1]);
        assertEquals("image-classification", front.get("pipeline_tag").asString());
        assertEquals(
                "[\"zalando-datasets/fashion_mnist\"]", front.get("datasets").toString());
        assertTrue(card.contains("| epochs | 3 |"), card);
        assertTrue(card.contains("| top-1 there, on images held out | 91.25 % |"), card);
        ModelFile trained = ModelFile.read(TRAINED);
        CommandLineRun inspected = CommandLineRun.of("inspect", hub.toString(), "--format", "json");
        assertEquals(0, inspected.exitCode(), inspected.err());
        assertEquals("densenet-bc-40-12", inspected.json().get("name").asString());
        Path back = folder.resolve("back.safetensors");
        assertEquals(0, convert(hub.toString(), back.toString()).exitCode());
        assertEquals(trained.description(), ModelFile.read(back).description());
        assertEquals(trained.state().sha256(), ModelFile.read(back).state().sha256());
        CommandLineRun again = convert(TRAINED.toString(), hub.toString());
        assertEquals(2, again.exitCode(), again.err());
        CommandLineRun forced = convert(TRAINED.toString(), hub.toString(), "--force");
        assertEquals(0, forced.exitCode(), forced.err());
        assertTrue(forced.err().contains("README.md stays as it is"), forced.err());
        assertEquals(card, Files.readString(hub.resolve("README.md")));
    }

    private Path runFolder() throws IOException {
        Path runFolder = folder.resolve("runs/train");
        Files.createDirectories(runFolder.resolve("weights"));
        Files.copy(TRAINED, runFolder.resolve("weights/best.safetensors"));
        Files.copy(Path.of("../docs/results/fashion-mnist-bc-40-12/args.yaml"), runFolder.resolve("args.yaml"));
        Files.writeString(runFolder.resolve("results.csv"), """
                epoch,step,time,train/loss,train/acc1,val/loss,val/acc1,val/acc5,lr
                1,10,1.0,0.5,80.0,0.6,91.2500,99.0,0.1
                2,20,2.0,0.5,80.0,0.6,90.0000,99.0,0.1
                """);
        return runFolder;
    }

    @ParameterizedTest
    @ValueSource(strings = {"out.safetensors", "out.pth", "out/"})
    void whatIsVerifiedIsReadBack(String out) {
        CommandLineRun run = convert(TRAINED.toString(), folder.resolve("x") + out, "--verify");
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(236, run.json().get("verification").get("tensors").asInt());
    }

    /// ONNX Runtime is no part of the program.
    @Test
    void withoutOnnxRuntimeNothingIsWrittenThatWasToBeVerified() {
        Path onnx = folder.resolve("out.onnx");
        CommandLineRun run = convert(TRAINED.toString(), onnx.toString(), "--verify");
        assertEquals(7, run.exitCode(), run.err());
        assertTrue(run.err().contains("no part of the program"), run.err());
        assertFalse(Files.exists(onnx));
    }

    @ParameterizedTest
    @CsvSource({
        "out.onnx --verify, true",
        "out.onnx, false",
        "out.pth --verify, false",
    })
    void onnxRuntimeIsFetchedToVerifyOnnxOnly(String arguments, boolean fetched) {
        CommandLine command = new CommandLine(new ConvertCommand());
        assertEquals(fetched, Needs.peers(command.parseArgs(("in " + arguments).split(" ", -1))));
    }

    @ParameterizedTest
    @CsvSource({
        "0.9e-4, 1, 100, true, true",
        "1.1e-4, 1, 100, true, false",
        "1.1e-3, 20, 100, true, true",
        "0, 1, 99, true, false",
        "0, 1, 100, false, false",
    })
    void logitsAreTheSameWithinTheTolerance(
            double difference, double logit, int sameTop1, boolean finite, boolean passes) {
        Verification.SameLogits result =
                new Verification.SameLogits("there", "here", 100, difference, logit, sameTop1, 7, finite);
        assertEquals(passes, result.passes(), result.text());
        assertEquals(!finite, result.text().contains("not finite"));
    }

    @Test
    void valuesThatAreNoNumbersAreWarnedOf() throws IOException {
        ModelFile model = ModelFile.read(TRAINED);
        Path file = folder.resolve("nan.safetensors");
        model.state().floats("features.norm5.bias")[3] = Float.NaN;
        model.write(file);
        CommandLineRun run = convert(file.toString(), folder.resolve("out.onnx").toString());
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.err().contains("features.norm5.bias: has values that are not finite"), run.err());
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
