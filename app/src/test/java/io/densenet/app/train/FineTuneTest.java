package io.densenet.app.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.app.CommandLineRun;
import io.densenet.app.SmallData;
import io.densenet.app.options.OptionLayers;
import io.densenet.model.ModelFile;
import io.densenet.weights.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// `train --weights`: another task for a trained network.
final class FineTuneTest {
    @TempDir
    static Path shared;

    private static Path pictures = Path.of("");
    private static Path others = Path.of("");
    private static Path weights = Path.of("");

    @TempDir
    Path folder;

    @BeforeAll
    static void trainSomething() throws IOException {
        pictures = SmallData.dataset(shared.resolve("first"));
        others = shared.resolve("second");
        SmallData.pictures(others.resolve("train"), List.of("top", "bottom"), 9, BufferedImage.TYPE_INT_RGB, 3);
        SmallData.pictures(others.resolve("test"), List.of("top", "bottom"), 3, BufferedImage.TYPE_INT_RGB, 4);
        CommandLineRun run = CommandLineRun.of(SmallData.train(pictures, shared.resolve("runs"), "--dropout", "0.1"));
        assertEquals(0, run.exitCode(), run.err());
        weights = shared.resolve("runs/train/weights/last.safetensors");
    }

    @Test
    void theNetworkAndItsPreprocessingAreTheTrainedOnesAndTheLastLayerIsNew() throws IOException {
        assertEquals(0, tune("--lr", "1e-9").exitCode());
        ModelFile before = ModelFile.read(weights);
        ModelFile after = tuned();
        assertEquals("densenet-bc-10-4", after.description().name());
        assertEquals(List.of("bottom", "top"), after.description().classNames());
        assertEquals(before.description().preprocessing(), after.description().preprocessing());
        assertEquals(
                before.description().architecture().withNumClasses(2),
                after.description().architecture());
        assertArrayEquals(
                before.state().floats("features.conv0.weight"), after.state().floats("features.conv0.weight"), 1e-6f);
        String log = Files.readString(folder.resolve("train/train.log"));
        assertTrue(log.contains("a new last layer for 2 classes"), log);
        assertTrue(Files.readString(folder.resolve("train/args.yaml")).contains("epochs: 2"));
    }

    @ParameterizedTest
    @CsvSource({
        "features, features., classifier.",
        "1-blocks, features.denseblock1., features.denseblock2.",
        "2-block, features.transition2., features.denseblock3."
    })
    void whatIsFrozenStaysToTheBitAndWhatIsBehindItLearns(String freeze, String stays, String learns)
            throws IOException {
        assertEquals(0, tune("--freeze", freeze, "--lr", "0.1").exitCode());
        ModelFile before = ModelFile.read(weights);
        ModelFile after = tuned();
        int staying = 0;
        int learning = 0;
        for (String name : after.state().entries().keySet()) {
            if (after.state().entries().get(name) instanceof Tensor.Floats now) {
                boolean same = name.startsWith("features.")
                        && Arrays.equals(before.state().floats(name), now.values());
                if (name.startsWith(stays)) {
                    assertTrue(same, name + " changed");
                    staying++;
                }
                if (name.startsWith(learns)) {
                    assertFalse(same, name + " is as it was");
                    learning++;
                }
            }
        }
        assertTrue(staying > 0 && learning > 0, "%d and %d tensors".formatted(staying, learning));
    }

    @Test
    void sameClassesInAnotherOrderKeepTheirRows() throws IOException {
        List<String> other = List.of(SmallData.CLASSES.get(2), SmallData.CLASSES.get(0), SmallData.CLASSES.get(1));
        Path names = Files.write(folder.resolve("names.txt"), other);
        Path renamed = folder.resolve("renamed.safetensors");
        CommandLineRun convert =
                CommandLineRun.of("convert", weights.toString(), renamed.toString(), "--classes", names.toString());
        assertEquals(0, convert.exitCode(), convert.err());
        CommandLineRun run = run(pictures, renamed, "--lr", "1e-9");
        assertEquals(0, run.exitCode(), run.err());
        float[] before = ModelFile.read(weights).state().floats("classifier.weight");
        float[] after = tuned().state().floats("classifier.weight");
        int row = before.length / 3;
        for (int c = 0; c < 3; c++) {
            int from = other.indexOf(SmallData.CLASSES.get(c)) * row;
            assertArrayEquals(
                    Arrays.copyOfRange(before, from, from + row),
                    Arrays.copyOfRange(after, c * row, (c + 1) * row),
                    1e-6f);
        }
    }

    @Test
    void aRunGoesOnToTheSameBitsWhenTheFirstWeightsAreGone() throws IOException {
        assertEquals(
                0,
                tune("--freeze", "1-blocks", "--head-lr", "0.1", "--name", "whole")
                        .exitCode());
        Path copy = Files.copy(weights, folder.resolve("copy.safetensors"));
        CommandLineRun cut = run(others, copy, "--freeze", "1-blocks", "--head-lr", "0.1", "--max-steps", "4");
        assertEquals(0, cut.exitCode(), cut.err());
        Files.delete(copy);
        CommandLineRun resumed = CommandLineRun.of(
                "train",
                "--resume",
                folder.resolve("train").toString(),
                "--max-steps",
                "0",
                "--project",
                folder.toString(),
                "-q");
        assertEquals(0, resumed.exitCode(), resumed.err());
        assertEquals(
                ModelFile.read(folder.resolve("whole/weights/last.safetensors"))
                        .state()
                        .sha256(),
                tuned().state().sha256());
    }

    @Test
    void aNetworkForColourLearnsToReadGrey() throws IOException {
        assertEquals(0, tune("--channels", "1", "--lr", "1e-9").exitCode());
        float[] colour = ModelFile.read(weights).state().floats("features.conv0.weight");
        ModelFile after = tuned();
        assertEquals(1, after.description().preprocessing().channels());
        float[] grey = after.state().floats("features.conv0.weight");
        assertEquals(colour.length, 3 * grey.length);
        assertEquals(colour[0] + colour[9] + colour[18], grey[0], 1e-5f);
    }

    /// 6 pictures of one class and 2 of the other: balanced, a last layer that begins with equal rows for both classes
    /// is pushed by both with the same force, so the bias of the larger class does not rise.
    @Test
    void classesCanBeBalanced() throws IOException {
        Path unequal = folder.resolve("unequal");
        SmallData.pictures(unequal.resolve("train"), List.of("many"), 6, BufferedImage.TYPE_INT_RGB, 3);
        SmallData.pictures(unequal.resolve("train"), List.of("few"), 2, BufferedImage.TYPE_INT_RGB, 5);
        assertTrue(biasOfMany(unequal, "none") > 2 * Math.abs(biasOfMany(unequal, "balanced")));
    }

    /// How far one step of all 8 pictures moves the bias of the larger class.
    private double biasOfMany(Path data, String weighting) throws IOException {
        String[] more = {"--class-weights", weighting, "--name", weighting, "--max-steps", "1"};
        List<String> arguments = new ArrayList<>(List.of("--freeze", "features", "--lr", "0.1", "--sched", "constant"));
        arguments.addAll(List.of(more));
        CommandLineRun run = run(data, weights, arguments.toArray(String[]::new));
        assertEquals(0, run.exitCode(), run.err());
        ModelFile tuned = ModelFile.read(folder.resolve(weighting + "/weights/last.safetensors"));
        assertEquals(List.of("few", "many"), tuned.description().classNames());
        return tuned.state().floats("classifier.bias")[1];
    }

    @Test
    void theLastLayerHasItsOwnRate() throws IOException {
        assertEquals(0, tune("--lr", "1e-9", "--head-lr", "0.1").exitCode());
        float[] bias = tuned().state().floats("classifier.bias");
        assertTrue(Math.abs(bias[0]) > 1e-3, "it begins at 0 and is " + bias[0]);
        assertArrayEquals(
                ModelFile.read(weights).state().floats("features.conv0.weight"),
                tuned().state().floats("features.conv0.weight"),
                1e-6f);
    }

    /// The recipes of SVHN and ImageNet name a normalisation, a size and dropout.
    @ParameterizedTest
    @ValueSource(strings = {"svhn", "imagenet", "fashion-mnist-mini"})
    void recipesOfDataHaveNoSayInWhatTheWeightsBring(String data) throws IOException {
        String weighted = options(data, "--weights", "w.safetensors");
        for (String name : List.of("model:", "normalize:", "image-size:", "crop-pct:", "dropout:")) {
            assertFalse(weighted.contains("\n" + name), weighted);
        }
        assertTrue(weighted.contains("\nlr: 0.01\n"), weighted);
        assertTrue(options(data, "--weights", "w.safetensors", "--normalize", "unit")
                .contains("normalize: \"unit\""));
        assertTrue(options("svhn").contains("normalize: \"unit\""), options("svhn"));
    }

    private static String options(String... arguments) throws IOException {
        var parsed = new CommandLine(new TrainCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .parseArgs(arguments);
        return OptionLayers.document(OptionSources.ofNewRun(parsed, Optional.empty()));
    }

    @Test
    void aRunThatGoesOnTakesNoOtherWeights() {
        assertEquals(0, tune("--max-steps", "2").exitCode());
        CommandLineRun other = CommandLineRun.of(
                "train", "--resume", folder.resolve("train").toString(), "--weights", "other.safetensors", "-q");
        assertEquals(2, other.exitCode(), other.err());
        assertTrue(other.err().contains("goes on from its checkpoint"), other.err());
    }

    @ParameterizedTest
    @CsvSource({
        "2, '--freeze expected none, features, or 1-blocks to 3-blocks', --freeze, 9-blocks",
        "2, '--freeze expected none, features, or 1-blocks to 3-blocks', --freeze, head",
        "2, --head-lr must be positive, --head-lr, -1",
        "2, '--freeze expected none, features, or 1-blocks to 3-blocks', --freeze, 0-blocks",
        "2, images have 1 or 3 channels, --channels, 2",
        "2, goes with --model only, --growth-rate, 5",
        "5, is another network than, --model, densenet-bc-16-4"
    })
    void whatCannotBeIsRefusedBeforeAnythingIsWritten(int code, String message, String option, String value) {
        CommandLineRun run = tune(option, value);
        assertEquals(code, run.exitCode(), run.err());
        assertTrue(run.err().replace(":", "").contains(message), run.err());
        assertFalse(Files.exists(folder.resolve("train")));
    }

    @Test
    void nothingCanBeFrozenThatWasNotTrained() {
        CommandLineRun run = CommandLineRun.of(SmallData.train(others, folder, "--freeze", "features"));
        assertEquals(2, run.exitCode(), run.err());
        assertTrue(run.err().contains("it goes with --weights"), run.err());
        CommandLineRun channels = CommandLineRun.of(SmallData.train(others, folder, "--channels", "1"));
        assertEquals(2, channels.exitCode(), channels.err());
    }

    private CommandLineRun tune(String... more) {
        return run(others, weights, more);
    }

    private CommandLineRun run(Path data, Path from, String... more) {
        List<String> arguments = new ArrayList<>(List.of("train", data.toString(), "--project", folder.toString()));
        arguments.addAll(List.of("--weights", from.toString(), "--epochs", "2", "--batch-size", "8"));
        arguments.addAll(List.of("--threads", "1", "--format", "json", "-q"));
        arguments.addAll(List.of(more));
        return CommandLineRun.of(arguments.toArray(String[]::new));
    }

    private ModelFile tuned() throws IOException {
        return ModelFile.read(folder.resolve("train/weights/last.safetensors"));
    }
}
