package io.densenet.app.analyze;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.app.CommandLineRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

final class GradientsCommandTest {
    private static final Path TRAINED = Path.of("../models/fashion-mnist-bc-40-12/model.safetensors");

    @TempDir
    private Path folder;

    /// In a plain stack the loss is as far as the network is deep, in a DenseNet three layers: that is what
    /// the shortcuts are for.
    @Test
    void aDenseNetAndAPlainStackOfEqualDepthAreCompared() throws Exception {
        CommandLineRun run = CommandLineRun.of(
                "analyze",
                "gradients",
                "densenet-22-4",
                "plain-22",
                "-b",
                "8",
                "--threads",
                "1",
                "--format",
                "json",
                "-o",
                folder.toString());
        assertEquals(0, run.exitCode(), run.err());
        JsonNode networks = run.json();
        assertEquals(2, networks.size());
        assertEquals(3, longest(networks.get(0)));
        assertEquals(21, longest(networks.get(1)));
        for (JsonNode network : networks) {
            assertEquals(22, network.get("layers").size());
            for (JsonNode layer : network.get("layers")) {
                assertTrue(layer.get("gradientNorm").asDouble() > 0, layer::toString);
            }
        }
        assertEquals(1 + 44, Files.readAllLines(folder.resolve("gradients.csv")).size());
        assertTrue(Files.size(folder.resolve("gradients.png")) > 10_000);
        assertTrue(Files.readString(folder.resolve("gradients.svg")).contains("<svg"));
    }

    @Test
    void aTrainedNetworkIsMeasuredBeforeAndAfter() {
        JsonNode networks = CommandLineRun.of(
                        "analyze", "gradients", TRAINED.toString(), "-b", "8", "--threads", "1", "--format", "json")
                .json();
        assertEquals(2, networks.size());
        assertEquals(List.of(false, true), trained(networks));
        assertTrue(networks.get(0).get("loss").asDouble() > 1.5, "10 classes, nothing learned");
        assertTrue(networks.get(1).get("loss").asDouble() < 1, "learned");
    }

    @Test
    void theSeedDecidesImagesAndWeights() {
        assertEquals(first("1"), first("1"));
        assertNotEquals(first("1"), first("2"));
    }

    @ParameterizedTest
    @CsvSource({
        "nonsense,         --seed,       1,      'no model is named'",
        "plain-4,          --seed,       1,      'at least 5 layers'",
        "densenet-40-12,   -b,           1,      '--batch-size must be 2 or more'",
        "densenet-40-12,   -o,           a.pdf,  'expected a name that ends with'",
    })
    void whatCannotBeMeasuredIsSaid(String model, String option, String value, String message) {
        CommandLineRun run = CommandLineRun.of("analyze", "gradients", model, option, value);
        assertEquals(2, run.exitCode(), run.err());
        assertTrue(run.err().contains(message), run.err());
    }

    private static JsonNode first(String seed) {
        return CommandLineRun.of(
                        "analyze",
                        "gradients",
                        "densenet-10-4",
                        "-b",
                        "4",
                        "--seed",
                        seed,
                        "--threads",
                        "1",
                        "--format",
                        "json")
                .json()
                .get(0);
    }

    private static int longest(JsonNode network) {
        return StreamSupport.stream(network.get("layers").spliterator(), false)
                .mapToInt(layer -> layer.get("layersToLoss").asInt())
                .max()
                .orElseThrow();
    }

    private static List<Boolean> trained(JsonNode networks) {
        return StreamSupport.stream(networks.spliterator(), false)
                .map(network -> network.get("trained").asBoolean())
                .toList();
    }
}
