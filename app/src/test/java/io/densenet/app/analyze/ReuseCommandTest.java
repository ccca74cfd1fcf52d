package io.densenet.app.analyze;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.app.CommandLineRun;
import io.densenet.arch.DenseNets;
import io.densenet.data.Normalization;
import io.densenet.data.Preprocessing;
import io.densenet.model.ModelDescription;
import io.densenet.model.ModelFile;
import io.densenet.weights.Initializer;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

final class ReuseCommandTest {
    private static final int BRIGHTEST = 0xFFFDE725;

    @TempDir
    private Path folder;

    private Path weights;

    /// Three blocks of two layers each: 3 · (1 + 2 + 3) cells.
    @BeforeEach
    void writeWeights() throws IOException {
        Preprocessing grey = new Preprocessing(1, 16, 16, new Normalization(List.of(0.5), List.of(0.5)));
        ModelDescription description =
                new ModelDescription("densenet-10-4", DenseNets.named("densenet-10-4", 1, 2), grey, List.of("a", "b"));
        weights = folder.resolve("weights.safetensors");
        new ModelFile(description, Initializer.initialize(description.graph().stateDict(), 1, Initializer.Fan.OUT))
                .write(weights);
    }

    @Test
    void aFolderGetsPictureDrawingAndTable() throws Exception {
        CommandLineRun run = CommandLineRun.of("analyze", "reuse", weights.toString(), "-o", folder.toString());
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().startsWith("1. Paper: all layers spread"), run.out());
        assertEquals(1 + 18, Files.readAllLines(folder.resolve("reuse.csv")).size());

        BufferedImage picture = ImageIO.read(folder.resolve("reuse.png").toFile());
        long brightest = IntStream.range(0, picture.getWidth() * picture.getHeight())
                .filter(i -> picture.getRGB(i % picture.getWidth(), i / picture.getWidth()) == BRIGHTEST)
                .count();
        assertTrue(brightest >= 60 * 60, "one cell at least has the largest weight: " + brightest);

        int cells = (int) IntStream.range(0, drawing().getLength())
                .mapToObj(i -> drawing().item(i).getAttributes())
                .filter(a -> a.getNamedItem("width").getNodeValue().equals("30")
                        && a.getNamedItem("height").getNodeValue().equals("30"))
                .count();
        assertEquals(18, cells);
    }

    private org.w3c.dom.NodeList drawing() {
        try {
            String svg = Files.readString(folder.resolve("reuse.svg"))
                    .replaceFirst("(?s)<!DOCTYPE.*?>", ""); // which a parser would fetch
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new java.io.ByteArrayInputStream(svg.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                    .getElementsByTagName("rect");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void jsonHoldsObservationsAndMap() {
        JsonNode document = CommandLineRun.of("analyze", "reuse", weights.toString(), "--format", "json", "-q")
                .json();
        assertEquals("densenet-10-4", document.get("model").asString());
        assertEquals("raw", document.get("weights").asString());
        assertEquals(3, document.get("observations").size());
        assertEquals(2, document.get("observations").get(0).get("layers").asInt() + 1);
        JsonNode last = document.get("map").get(2).get("targets").get(2);
        assertEquals("CLASSIFIER", last.get("kind").asString());
        assertEquals(3, last.get("weights").size());
    }

    /// Random weights have no favourites: every source has the same mean but for chance.
    @Test
    void randomWeightsSpreadWholly() {
        JsonNode document = CommandLineRun.of("analyze", "reuse", weights.toString(), "--format", "json", "-q")
                .json();
        for (JsonNode block : document.get("observations")) {
            assertTrue(block.get("layerSpread").asDouble() > 0.95, block::toString);
            assertEquals(1, block.get("topRow").asDouble(), 0.3, block::toString);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "no.safetensors,   -o,       a.png, 2, 'no.safetensors: expected a run folder or a file of weights'",
        "pom.xml,          -o,       a.png, 5, 'pom.xml'",
        "WEIGHTS,          -o,       a.pdf, 2, 'expected a name that ends with .png, .svg or .csv, or a folder'",
        "WEIGHTS,          --format, csv,   2, '--format csv'",
        "WEIGHTS,          --scale,  block, 2, '--scale'",
    })
    void whatCannotBeDrawnIsSaid(String source, String option, String value, int exitCode, String message) {
        String file = source.equals("WEIGHTS") ? weights.toString() : source;
        String argument = option.equals("-o") ? folder.resolve(value).toString() : value;
        CommandLineRun run = CommandLineRun.of("analyze", "reuse", file, option, argument);
        assertEquals(exitCode, run.exitCode(), run.err());
        assertTrue(run.err().contains(message), run.err());
    }
}
