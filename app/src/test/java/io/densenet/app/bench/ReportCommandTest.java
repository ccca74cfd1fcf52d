package io.densenet.app.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.app.CommandLineRun;
import io.densenet.app.output.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

final class ReportCommandTest {
    private static final Machine MACHINE = new Machine("Some CPU", 2, "Linux 6.1", "amd64", "25.0.3");

    @TempDir
    private Path folder;

    /// Three engines at 120, 100 and 20 images per second; the ratios of the rounds are told apart from
    /// those of medians.
    @Test
    void goalsAndTablesAreWhatTheDocumentsSay() throws IOException {
        ComparisonReport report = new ComparisonReport(
                "./densenet bench train --engines cpu,cpu:efficient,torch",
                MACHINE,
                200,
                Use.TRAIN,
                "densenet-bc-100-12",
                List.of(3, 32, 32),
                10,
                1_727_578_152,
                64,
                3,
                "5.0 s",
                20,
                List.of(
                        result("cpu", 120, 0.65, 500_000_000L),
                        result("cpu:efficient", 100, 0.55, 200_000_000L),
                        result("torch", 20, 0.1, 1_800_000_000L)),
                new LinkedHashMap<>(Map.of(
                        "cpu/cpu:efficient", new Summary(1.21, 1.1, 1.3), "cpu/torch", new Summary(5.98, 5.5, 6.5))));
        Path file = folder.resolve("train.json");
        Files.writeString(file, Json.document(report));
        String page = page(file);
        for (String line : List.of(
                "- machine: Some CPU, 2 cores, Linux 6.1 amd64, Java 25.0.3",
                "- torch: 1.2 (how it ran)",
                "| training densenet-bc-100-12, batches of 64: times as fast as libtorch | ≥ 4.00 | 5.98 | reached |",
                "| training densenet-bc-100-12, batches of 64: part of the machine's ceiling | ≥ 0.60 | 0.65 | reached |",
                "| training densenet-bc-100-12, batches of 64: libtorch's peak memory over ours | ≥ 4.00 | 3.60 | not reached |",
                "| training densenet-bc-100-12, batches of 64: libtorch's peak memory over ours, efficient | ≥ 8.00 | 9.00 | reached |",
                "| training densenet-bc-100-12, batches of 64: time of the efficient way over the standard one | ≤ 1.20 | 1.21 | not reached |",
                "| training densenet121, batches of 8: times as fast as libtorch | ≥ 3.00 | – | not measured |",
                "## Training of densenet-bc-100-12, batches of 64",
                "`./densenet bench train --engines cpu,cpu:efficient,torch`",
                "| cpu | 2 | 120.00 | 533.33 | 207.3 | 200.0 | 0.650 | 500.0 MB |",
                "| cpu/torch | 5.98 | 5.50 | 6.50 |")) {
            assertTrue(page.lines().anyMatch(line::equals), () -> line + "\nis not in\n" + page);
        }
    }

    @Test
    void memoryIsMeasuredOverTheDepthAndDrawn() throws IOException {
        CommandLineRun run = CommandLineRun.of(
                "bench",
                "memory",
                "--depths",
                "16,10",
                "--growth-rate",
                "4",
                "--input",
                "3x8x8",
                "-b",
                "4",
                "--engines",
                "cpu,torch",
                "--threads",
                "1",
                "--format",
                "json");
        assertEquals(0, run.exitCode(), run.err());
        JsonNode networks = run.json().get("networks");
        assertEquals(8, networks.size());
        assertEquals("torch", networks.get(7).get("engine").asString());
        assertTrue(networks.get(7).get("forecastBytes").isNull(), "nobody foretells it");
        assertEquals("densenet-bc-10-4", networks.get(0).get("model").asString());
        assertEquals("densenet-bc-16-4", networks.get(4).get("model").asString());
        long standard = networks.get(4).get("forecastBytes").asLong();
        long efficient = networks.get(5).get("forecastBytes").asLong();
        assertTrue(standard > efficient && efficient > 0, standard + " and " + efficient);
        long peak = networks.get(5).get("peakRssBytes").asLong();
        assertTrue(peak > 10_000_000 && peak < 4_000_000_000L, "bytes " + peak);

        Path file = folder.resolve("memory.json");
        Files.writeString(file, run.out());
        String page = page(file);
        assertTrue(page.contains("| densenet-bc-16-4 | cpu | efficient | "), page);
        assertTrue(page.contains("![Memory over depth](page-memory.png)"), page);
        assertEquals(
                860, ImageIO.read(folder.resolve("page-memory.png").toFile()).getWidth());
    }

    @Test
    void aFileThatIsNoMeasurementIsNamed() throws IOException {
        Path file = folder.resolve("other.json");
        for (String content : List.of("{\"top1\": 3}", "no JSON", "{\"results\": 3}")) {
            Files.writeString(file, content);
            CommandLineRun run = CommandLineRun.of(
                    "bench",
                    "report",
                    file.toString(),
                    "-o",
                    folder.resolve("p.md").toString());
            assertEquals(5, run.exitCode(), run.err());
            assertEquals(1, run.err().lines().count(), run.err());
            assertTrue(run.err().startsWith("densenet: " + file + ": expected a JSON document of "), run.err());
        }
        CommandLineRun none =
                CommandLineRun.of("bench", "report", folder.resolve("none").toString(), "-o", "p.md");
        assertEquals(7, none.exitCode(), none.err());
        assertTrue(none.err().contains("none: no such file or folder"), none.err());
    }

    private String page(Path file) throws IOException {
        Path page = folder.resolve("page.md");
        CommandLineRun run = CommandLineRun.of("bench", "report", file.toString(), "-o", page.toString());
        assertEquals(0, run.exitCode(), run.err());
        assertEquals("", run.out());
        return Files.readString(page);
    }

    private static ComparisonReport.Result result(String engine, double rate, double fraction, long bytes) {
        return new ComparisonReport.Result(
                engine,
                "1.2",
                "how it ran",
                2,
                rate,
                List.of(rate - 1, rate, rate + 1),
                64_000 / rate,
                rate * 1.727578152,
                200,
                fraction,
                bytes);
    }
}
