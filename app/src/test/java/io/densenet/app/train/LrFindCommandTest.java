package io.densenet.app.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.app.CommandLineRun;
import io.densenet.app.SmallData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

final class LrFindCommandTest {
    @TempDir
    Path folder;

    @Test
    void aRateIsSuggestedAndTheSearchIsDrawn() throws IOException {
        CommandLineRun run = find("--steps", "30", "--format", "json");
        assertEquals(0, run.exitCode(), run.err());
        JsonNode result = run.json();
        Path found = folder.resolve("runs/lr-find");
        assertEquals(found.toString(), result.get("run").asString());
        double suggestion = result.get("suggestion").asDouble();
        assertTrue(suggestion > 1e-6 && suggestion < 10, run.out());
        List<String> table = Files.readAllLines(found.resolve("lr_find.csv"));
        assertEquals("rate,loss,smoothed", table.getFirst());
        assertEquals(result.get("points").size(), table.size() - 1);
        assertEquals(860, ImageIO.read(found.resolve("lr_find.png").toFile()).getWidth());
        assertTrue(Files.readString(found.resolve("args.yaml")).contains("densenet-bc-10-4"));
        assertFalse(Files.exists(found.resolve("weights")), "the weights are of no use");
        assertTrue(find("--steps", "11").out().contains("lr-find2"), "an earlier search stays");
    }

    @ParameterizedTest
    @CsvSource({"--steps, 10, at least 11 steps", "--to, 1e-7, must rise", "--from, 0, must rise"})
    void rangesThatDoNotRiseAreRefused(String option, String value, String message) {
        CommandLineRun run = find(option, value);
        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains(message), run.err());
        assertFalse(Files.exists(folder.resolve("runs")));
    }

    private CommandLineRun find(String... more) {
        try {
            Path pictures = SmallData.dataset(folder.resolve("그림"));
            List<String> arguments = new ArrayList<>(List.of("lr-find", pictures.toString()));
            arguments.addAll(List.of("--model", "densenet-bc-10-4", "--image-size", "16", "--threads", "1"));
            arguments.addAll(List.of("--project", folder.resolve("runs").toString(), "-q"));
            arguments.addAll(List.of(more));
            return CommandLineRun.of(arguments.toArray(String[]::new));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
