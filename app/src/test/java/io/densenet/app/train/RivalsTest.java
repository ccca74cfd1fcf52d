package io.densenet.app.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.app.CommandLineRun;
import io.densenet.app.SmallData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The networks that the paper compares DenseNets with, through the real command.
final class RivalsTest {
    @TempDir
    private Path folder;

    /// Each recipe as it is, but for the network, which is a shallow one of its family, and the time.
    @ParameterizedTest(name = "{1} with the recipe of {0}")
    @CsvSource({
        "nin, nin",
        "all-cnn-c, all-cnn-c",
        "dsn, dsn",
        "highway-19, highway-19",
        "fractalnet-21, fractalnet-11",
        "resnet-110, resnet-8",
        "stochastic-depth-110, stochastic-depth-8",
        "stochastic-depth-1202, stochastic-depth-8",
        "wrn-16-4, wrn-10-1",
        "wrn-16-8, wrn-10-1",
        "wrn-28-10, wrn-10-1",
        "preact-resnet-164, preact-resnet-11",
        "preact-resnet-1001, preact-resnet-11",
        "resnet34, resnet18",
        "resnet50, resnet50",
        "resnet101, resnet50",
        "resnet152, resnet50",
    })
    void twoStepsOfARecipe(String recipe, String model) throws IOException {
        Path file = Path.of("../configs/rivals/" + recipe + ".yaml");
        String size = recipe.matches("resnet\\d+") ? "32" : "16"; // those for ImageNet halve it five times
        CommandLineRun run = CommandLineRun.of(SmallData.train(
                SmallData.dataset(folder.resolve("data")),
                folder,
                List.of(
                                "-c",
                                file.toString(),
                                "--model",
                                model,
                                "--image-size",
                                size,
                                "--max-steps",
                                "2",
                                "--val-split",
                                "4")
                        .toArray(String[]::new)));
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(2, run.json().get("steps").asInt());
        assertTrue(run.json().get("engine").asString().startsWith("libtorch"), run.err());
    }

    @Test
    void aTrainedRivalIsReadBackAndResumedToTheBit() throws IOException {
        Path data = SmallData.dataset(folder.resolve("data"));
        String[] model = {"--model", "stochastic-depth-8", "--drop-path", "0.6", "--seed", "5"};
        CommandLineRun whole = CommandLineRun.of(SmallData.train(data, folder.resolve("whole"), model));
        assertEquals(0, whole.exitCode(), whole.err());
        CommandLineRun cut =
                CommandLineRun.of(SmallData.train(data, folder.resolve("cut"), and(model, "--max-steps", "3")));
        assertEquals(0, cut.exitCode(), cut.err());
        CommandLineRun resumed = CommandLineRun.of(
                "train",
                "--resume",
                folder.resolve("cut/train").toString(),
                "--max-steps",
                "0",
                "--format",
                "json",
                "-q");
        assertEquals(0, resumed.exitCode(), resumed.err());
        assertEquals(whole.json().get("weightsSha256"), resumed.json().get("weightsSha256"));
        CommandLineRun inspected =
                CommandLineRun.of("inspect", folder.resolve("whole/train").toString());
        assertTrue(
                inspected.out().contains("stochastic-depth-8: ResNet with stochastic depth, L=8, drop-path 0.6"),
                inspected.out());
        CommandLineRun evaluated =
                CommandLineRun.of("evaluate", folder.resolve("whole/train").toString(), "--format", "json");
        assertEquals(0, evaluated.exitCode(), evaluated.err());
        assertEquals(whole.json().get("top1"), evaluated.json().get("top1"));
    }

    @Test
    void theFusedEngineRefusesARival() throws IOException {
        CommandLineRun run = CommandLineRun.of(SmallData.train(
                SmallData.dataset(folder.resolve("data")), folder, "--model", "resnet-8", "--engine", "cpu"));
        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains("--engine cpu runs DenseNets only, and this is a ResNet"), run.err());
    }

    @Test
    void smoothedLabelsDoNotGoWithTheSquaredHinge() throws IOException {
        CommandLineRun run = CommandLineRun.of(SmallData.train(
                SmallData.dataset(folder.resolve("data")), folder, "--model", "dsn", "--label-smoothing", "0.1"));
        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains("--loss cross-entropy"), run.err());
    }

    private static String[] and(String[] options, String... more) {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }
}
