package io.densenet.app.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.app.CommandLineRun;
import io.densenet.app.SmallData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

final class InspectCommandTest {
    /// Counts of the paper's Table 2 and of the authors' wide networks, worked out outside this project.
    @ParameterizedTest
    @CsvSource({
        "densenet-40-12,      10,  1019722",
        "densenet-40-12,      100, 1060132",
        "densenet-100-12,     10,  6979642",
        "densenet-100-12,     100, 7084852",
        "densenet-100-24,     10,  27249082",
        "densenet-100-24,     100, 27457972",
        "densenet-bc-100-12,  10,  769162",
        "densenet-bc-100-12,  100, 800032",
        "densenet-bc-250-24,  10,  15324406",
        "densenet-bc-250-24,  100, 15480556",
        "densenet-bc-190-40,  10,  25624430",
        "densenet-bc-190-40,  100, 25821620",
        "densenet-bc-40-12,   10,  176122",
        "densenet-bc-40-36,   10,  1542682",
        "densenet-bc-40-48,   100, 2780740",
        "densenet-bc-40-60,   10,  4261690",
        "densenet121,         1000, 7978856",
        "densenet169,         1000, 14149480",
        "densenet201,         1000, 20013928",
        "densenet161,         1000, 28681000",
        "densenet264,         1000, 33337704",
    })
    void parametersAreThoseOfThePaper(String model, String classes, long parameters) {
        JsonNode report = inspect(model, "--classes", classes);
        assertEquals(parameters, report.get("parameters").asLong());
    }

    /// The rows of Table 2 that are not DenseNets, with 10 and 100 classes, and Figure 3's ResNets: counts of the
    /// authors' code, worked out outside this project, and torchvision's.
    @ParameterizedTest
    @CsvSource({
        "nin,                   10, 966986,   100, 984356",
        "all-cnn-c,             10, 1369738,  100, 1387108",
        "dsn,                   10, 3547496,  100, 26789456",
        "highway-19,            10, 2256838,  100, 2265928",
        "fractalnet-21,         10, 33724618, 100, 33770788",
        "resnet-110,            10, 1727962,  100, 1733812",
        "stochastic-depth-110,  10, 1727962,  100, 1733812",
        "stochastic-depth-152,  10, 2408474,  100, 2414324",
        "stochastic-depth-1202, 10, 19421274, 100, 19427124",
        "wrn-16-4,              10, 2748890,  100, 2772020",
        "wrn-16-8,              10, 10961370, 100, 11007540",
        "wrn-28-10,             10, 36479194, 100, 36536884",
        "preact-resnet-164,     10, 1703258,  100, 1726388",
        "preact-resnet-1001,    10, 10327706, 100, 10350836",
        "resnet18,            1000, 11689512,  10, 11181642",
        "resnet34,            1000, 21797672,  10, 21289802",
        "resnet50,            1000, 25557032,  10, 23528522",
        "resnet101,           1000, 44549160,  10, 42520650",
        "resnet152,           1000, 60192808,  10, 58164298",
    })
    void parametersOfTheRivalsAreThoseOfTheirAuthors(
            String model, String classes, long parameters, String otherClasses, long otherParameters) {
        assertEquals(
                parameters,
                inspect(model, "--classes", classes).get("parameters").asLong());
        assertEquals(
                otherParameters,
                inspect(model, "--classes", otherClasses).get("parameters").asLong());
    }

    @ParameterizedTest
    @CsvSource({
        "stochastic-depth-1202, '10.2M', '19,421,274'",
        "fractalnet-21,         '38.6M', '33,724,618'",
        "preact-resnet-1001,    '10.2M', '10,178,490'",
        "stochastic-depth-110,  '1.75',  'stochastic-depth-152'",
    })
    void whereTheTableIsWrongTheNotesSayWhatIsRight(String model, String printed, String right) {
        String notes = inspect(model).get("notes").toString();
        assertTrue(notes.contains(printed) && notes.contains(right), notes);
    }

    /// 10.2M is what remains of 10.3M without two parameters for each channel of each norm.
    @Test
    void theTablesCountOfThePreActivationResNetLeavesTheNormsOut() {
        long norms = StreamSupport.stream(
                        inspect("preact-resnet-1001").get("layers").spliterator(), false)
                .filter(layer -> layer.get("type").asString().equals("BatchNorm"))
                .mapToLong(layer -> layer.get("parameters").asLong())
                .sum();
        assertEquals(10_178_490, 10_327_706 - norms);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nin",
                "all-cnn-c",
                "dsn",
                "highway-19",
                "fractalnet-21",
                "resnet-110",
                "stochastic-depth-110",
                "wrn-16-4",
                "preact-resnet-164",
                "resnet50"
            })
    void greyImagesOf28PixelsSuitEveryRival(String model) {
        JsonNode report = inspect(model, "--input", "1x28x28", "--classes", "7");
        JsonNode layers = report.get("layers");
        assertEquals(List.of(7, 1, 1), integers(layers.get(layers.size() - 1).get("outputShape")));
        long parameters = StreamSupport.stream(layers.spliterator(), false)
                .mapToLong(layer -> layer.get("parameters").asLong())
                .sum();
        assertEquals(report.get("parameters").asLong(), parameters, "the layers are the whole network");
        assertTrue(report.get("engine").isNull(), "the fused engine does not run it");
        assertTrue(CommandLineRun.of("inspect", model).out().contains("Parameters"), "as text too");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "resnet-111; a depth of 111 does not divide into 3 stages of basic units",
                "preact-resnet-165; the nearest are 164 and 173",
                "wrn-17-4; the nearest are 16 and 22",
                "wrn-16; no model is named 'wrn-16'",
                "fractalnet-20; a FractalNet has 6, 11, 21, 41, 81 or 161 layers",
                "resnet19; there are resnet18, 34, 50, 101, 152",
                "resnet-110 --growth-rate 4; resnet-110 has no --growth-rate",
                "densenet-40-12 --residual-unit full-preact; densenet-40-12 has no --residual-unit",
                "wrn-16-4 --residual-unit full-preact; wrn-16-4 has no residual unit",
                "resnet-110 --residual-unit best; no residual unit is called 'best'",
                "alexnet; no model is named 'alexnet'",
            })
    void whatNoRivalIsOrHasIsAUsageError(String arguments, String message) {
        CommandLineRun run = CommandLineRun.of(("inspect " + arguments).split(" ", -1));
        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains(message), run.err());
    }

    @ParameterizedTest
    @CsvSource({
        "densenet-40-12,     264.8",
        "densenet-100-12,    1769.5",
        "densenet-100-24,    6889.3",
        "densenet-bc-100-12, 287.9",
        "densenet-bc-250-24, 5418.8",
        "densenet-bc-190-40, 9302.0",
        "densenet121,        2834.2",
        "densenet169,        3359.8",
        "densenet201,        4291.4",
        "densenet161,        7727.9",
        "densenet264,        5751.7",
    })
    void multiplyAddsAreThoseThatOthersCount(String model, double millions) {
        assertEquals(millions, inspect(model).get("multiplyAdds").asLong() / 1e6, 0.06);
    }

    @Test
    void theJsonHasTheKeysThatScriptsRelyOn() {
        JsonNode report = inspect("densenet121", "-b", "256");
        assertEquals("densenet121", report.get("name").asString());
        assertEquals(List.of(3, 224, 224), integers(report.get("inputShape")));
        assertEquals(1000, report.get("classes").asInt());
        assertEquals(256, report.get("memory").get("batchSize").asInt());
        assertTrue(report.get("memory").get("trainingBytes").asLong()
                > report.get("memory").get("inferenceBytes").asLong());
        assertEquals(
                4L * (7_978_856 + 83_648) + 4L * 121,
                report.get("memory").get("parametersBytes").asLong());
        JsonNode first = report.get("layers").get(0);
        assertEquals("conv0", first.get("name").asString());
        assertEquals("Convolution 7x7/2", first.get("type").asString());
        assertEquals(List.of(64, 112, 112), integers(first.get("outputShape")));
        assertEquals(9408, first.get("parameters").asLong());
        assertEquals(118_013_952, first.get("multiplyAdds").asLong());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2", "3"})
    void atEveryDepthTheLayersAddUpToTheNetwork(String depth) {
        JsonNode report = inspect("densenet-bc-100-12", "--depth", depth, "--classes", "100");
        assertEquals(report.get("parameters").asLong(), sum(report, "parameters"));
        assertEquals(report.get("multiplyAdds").asLong(), sum(report, "multiplyAdds"));
    }

    @Test
    void depthOneShowsThePartsOfFigureTwo() {
        List<String> names = StreamSupport.stream(
                        inspect("densenet-40-12", "--depth", "1").get("layers").spliterator(), false)
                .map(layer -> layer.get("name").asString())
                .toList();
        assertEquals(
                List.of("stem", "denseblock1", "transition1", "denseblock2", "transition2", "denseblock3", "head"),
                names);
    }

    @Test
    void everyFieldOfTheConfigurationCanBeOverridden() {
        JsonNode wide =
                inspect("densenet121", "--growth-rate=48", "--layers-per-block=6,12,36,24", "--initial-channels=96");
        assertEquals(28_681_000, wide.get("parameters").asLong());
        JsonNode plain = inspect(
                "densenet-bc-40-12",
                "--layers-per-block=12,12,12",
                "--bottleneck-factor=0",
                "--compression=1",
                "--initial-channels=16");
        assertEquals(1_019_722, plain.get("parameters").asLong());
        assertEquals("DenseNet", plain.get("variant").asString());
        assertEquals(
                List.of(3, 224, 224),
                integers(inspect("densenet-bc-40-12", "--stem", "imagenet").get("inputShape")));
        assertEquals(
                List.of(1, 28, 28),
                integers(inspect("densenet-40-12", "--input", "1x28x28").get("inputShape")));
    }

    @Test
    void aRunAndItsWeightsAreInspectedAsTheNetworkInThem(@TempDir Path folder) throws IOException {
        Path data = SmallData.dataset(folder.resolve("그림"));
        CommandLineRun.of(SmallData.train(data, folder, "--growth-rate", "6", "--max-steps", "1"));
        JsonNode named = inspect("densenet-bc-10-4", "--growth-rate=6", "--classes=3", "--input=3x16x16");
        Path run = folder.resolve("train");
        assertEquals(named, inspect(run.toString()));
        assertEquals(named, inspect(run.resolve("weights/last.safetensors").toString()));
        assertEquals(
                List.of(3, 20, 20),
                integers(inspect(run.toString(), "--input", "3x20x20").get("inputShape")));
        CommandLineRun changed = CommandLineRun.of("inspect", run.toString(), "--classes", "4");
        assertEquals(2, changed.exitCode());
        assertTrue(changed.err().contains("a trained network cannot be changed"), changed.err());
        CommandLineRun none =
                CommandLineRun.of("inspect", folder.resolve("none").toString());
        assertEquals(2, none.exitCode());
        assertTrue(none.err().contains("expected a run folder or a file of weights, found nothing"), none.err());
    }

    @Test
    void aKnownMistakeIsPointedOut() {
        CommandLineRun run = CommandLineRun.of("inspect", "densenet-c-40-12");
        assertTrue(run.out().lines().anyMatch(line -> line.startsWith("note: ") && line.contains("DenseNet-C")));
        assertEquals(1, inspect("densenet-c-40-12").get("notes").size());
    }

    @Test
    void theTableShowsTheTreeAndTheTotals() {
        CommandLineRun run = CommandLineRun.of("inspect", "densenet-bc-100-12");
        assertEquals(0, run.exitCode());
        assertEquals("", run.err());
        assertTrue(run.out().contains("│  ├─ denselayer16"), run.out());
        assertFalse(run.out().contains("conv1"), run.out());
        assertTrue(run.out().contains("Parameters     769,162"), run.out());
        assertTrue(run.out().contains("24 → 216"), run.out());
    }

    private static JsonNode inspect(String... arguments) {
        String[] all = new String[arguments.length + 3];
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[0] = "inspect";
        all[arguments.length + 1] = "--format";
        all[arguments.length + 2] = "json";
        CommandLineRun run = CommandLineRun.of(all);
        assertEquals(0, run.exitCode(), run.err());
        return run.json();
    }

    private static long sum(JsonNode report, String key) {
        return StreamSupport.stream(report.get("layers").spliterator(), false)
                .mapToLong(layer -> layer.get(key).asLong())
                .sum();
    }

    private static List<Integer> integers(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asInt)
                .toList();
    }
}
