package io.densenet.app.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.app.CommandLineRun;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What somebody sees who types `densenet train` and nothing else, in one epoch instead of ten. `./verify-full`
/// trains to the end and asks for more than a linear model reaches.
final class FirstRunTest {
    /// 77.65 measured; 10 is guessing.
    private static final double LEAST_TOP1_PERCENT = 70;

    @TempDir
    Path project;

    @Test
    void oneEpochOfTheRecipeRecognisesMostClothes() {
        CommandLineRun run =
                CommandLineRun.of("train", "--epochs", "1", "--project", project.toString(), "--format", "json", "-q");
        assertEquals(0, run.exitCode(), run.err());
        JsonNode result = run.json();
        assertEquals(2_000, result.get("images").asInt());
        assertEquals(235, result.get("steps").asInt(), "7,500 images in batches of 32");
        assertTrue(result.get("top1").asDouble() > LEAST_TOP1_PERCENT, run.out());
        assertTrue(result.get("top5").asDouble() > result.get("top1").asDouble(), run.out());
    }
}
