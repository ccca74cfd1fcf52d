package io.densenet.app.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.app.CommandLineRun;
import io.densenet.app.SmallData;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// What goes to which stream. Class names are plain here, since a machine without fonts for others is warned.
final class OutputTest {
    @TempDir
    static Path folder;

    private static Path data = Path.of("");

    @BeforeAll
    static void makePicturesAndARun() throws IOException {
        data = folder.resolve("data");
        SmallData.pictures(data.resolve("train"), List.of("a", "b"), 6, BufferedImage.TYPE_INT_RGB, 1);
        SmallData.pictures(data.resolve("test"), List.of("a", "b"), 2, BufferedImage.TYPE_INT_RGB, 2);
        CommandLineRun.of(SmallData.train(data, folder.resolve("runs")));
    }

    /// `@` stands for the folder.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "train @/data --model densenet-bc-10-4 --image-size 16 --epochs 1 --project @/out",
                "evaluate @/runs/train",
                "predict @/runs/train @/data/test/a/그림_00.png",
                "inspect densenet-bc-10-4",
            })
    void jsonIsOneDocumentAndNothingElseOnStandardOutput(String command) {
        CommandLineRun loud = run(command + " --format json");
        assertEquals(0, loud.exitCode(), loud.err());
        JsonNode document = loud.json(); // fails when anything follows the document
        assertTrue(document.isObject() && document.size() > 1, loud.out());
        CommandLineRun quiet = run(command + " --format json -q");
        assertEquals("", quiet.err());
        assertEquals(document.propertyNames(), quiet.json().propertyNames());
    }

    @Test
    void theResultOfTrainingIsOneLineForPeopleToo() {
        CommandLineRun quiet = run("train @/data --model densenet-bc-10-4 --image-size 16 --epochs 1 --project @/q -q");
        assertEquals("", quiet.err());
        assertTrue(
                quiet.out().matches("top-1 \\d+\\.\\d\\d %, top-5 100\\.00 %, loss \\d+\\.\\d{4} on 4 test images\\R"),
                quiet.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " --no-progress", " -v"})
    void withoutATerminalNothingIsRedrawnAndNothingIsColoured(String options) {
        CommandLineRun run =
                run("train @/data --model densenet-bc-10-4 --image-size 16 --epochs 2 --project @/plain" + options);
        assertEquals(0, run.exitCode(), run.err());
        assertFalse(run.err().contains("\r") || run.err().contains("\u001b"), run.err());
        assertFalse(run.out().contains("\u001b"), run.out());
        assertEquals(
                2, run.err().lines().filter(line -> line.startsWith("epoch ")).count(), run.err());
        assertTrue(run.err().contains("engine: fused, "), run.err());
        assertTrue(run.err().contains("run folder: " + folder.resolve("plain")), run.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"evaluate @/runs/train", "predict @/runs/train @/data/test/a/그림_00.png"})
    void everyCommandThatRunsANetworkSaysWhatComputes(String command) {
        assertTrue(run(command).err().lines().anyMatch(line -> line.startsWith("engine: fused, ")));
        assertEquals("", run(command + " -q").err());
    }

    @Test
    void warningsAreShownEvenToThoseWhoWantQuiet() {
        CommandLineRun run = run(
                "train @/data --model densenet-bc-10-4 --initial-channels 5 --image-size 16 --epochs 1 --project @/w -q");
        assertTrue(run.err().startsWith("warning: DenseNet-BC with 5 initial channels"), run.err());
    }

    private static CommandLineRun run(String command) {
        String[] words = command.split(" +", -1);
        for (int i = 0; i < words.length; i++) {
            words[i] = words[i].replace("@", folder.toString()).replace("그림_", "그림 ");
        }
        return CommandLineRun.of(words);
    }
}
