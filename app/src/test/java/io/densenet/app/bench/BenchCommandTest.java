package io.densenet.app.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.app.CommandLineRun;
import io.densenet.app.engine.Needs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/// Measurements themselves are nothing for a test; that they are taken, of what, and how they are put
/// together is.
final class BenchCommandTest {
    private static final String SMALL =
            " --model densenet-bc-10-4 --input 3x8x8 -b 4 --threads 1 --rounds 2 --steps 2 --warmup-seconds 0";

    @Test
    void bothWaysToTrainTakeTurnsInProcessesOfTheirOwn() {
        CommandLineRun run = run("train --engines cpu,cpu:efficient --format json" + SMALL);
        assertEquals(0, run.exitCode(), run.err());
        JsonNode report = run.json();
        assertEquals("densenet-bc-10-4", report.get("model").asString());
        assertEquals(4, report.get("batchSize").asInt());
        assertEquals(2, report.get("rounds").asInt());
        assertTrue(report.get("machine").get("cores").asInt() >= 1);
        assertTrue(report.get("command").asString().contains("bench train --engines cpu,cpu:efficient"));
        double ceiling = report.get("fmaPeakGflops").asDouble();
        assertTrue(ceiling > 0.01, "ceiling " + ceiling);

        List<JsonNode> results = results(report);
        assertEquals(
                List.of("cpu", "cpu:efficient"),
                results.stream().map(result -> result.get("engine").asString()).toList());
        for (JsonNode result : results) {
            assertTrue(result.get("description").asString().startsWith("fused, "), result.toString());
            assertEquals(1, result.get("threads").asInt());
            assertEquals(2, result.get("imagesPerSecond").size());
            double rate = result.get("imagesPerSecondMedian").asDouble();
            double millis = result.get("millisMedian").asDouble();
            assertTrue(rate > 0.1 && rate < 1e6, "rate " + rate);
            assertTrue(millis > 1000 * 4 / rate / 3 && millis < 1000 * 4 / rate * 3, millis + " ms at " + rate);
            double gflops = result.get("gflops").asDouble();
            assertEquals(rate * report.get("operationsPerImage").asDouble() / 1e9, gflops, 1e-9 + 1e-9 * gflops);
            double fraction = result.get("fractionOfPeak").asDouble();
            assertTrue(fraction > 0 && fraction < 1, "fraction " + fraction);
            long peak = result.get("peakRssBytes").asLong();
            assertTrue(peak > 10_000_000 && peak < 4_000_000_000L, "bytes " + peak);
        }
        JsonNode ratio = report.get("ratios").get("cpu/cpu:efficient");
        assertTrue(ratio.get("min").asDouble() <= ratio.get("median").asDouble());
        assertTrue(ratio.get("median").asDouble() <= ratio.get("max").asDouble());
        double first = rate(results.get(0), 0) / rate(results.get(1), 0);
        double second = rate(results.get(0), 1) / rate(results.get(1), 1);
        assertEquals(Math.min(first, second), ratio.get("min").asDouble(), 1e-9);
        assertEquals((first + second) / 2, ratio.get("median").asDouble(), 1e-9);
    }

    @Test
    void inferenceIsComparedWithLibtorch() {
        CommandLineRun run = run("infer --engines cpu,torch" + SMALL);
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().contains("densenet-bc-10-4: infer, batches of 4, 2 rounds of 2 steps"), run.out());
        assertTrue(run.out().lines().anyMatch(line -> line.matches("torch +2\\..*")), run.out());
        assertTrue(run.out().lines().anyMatch(line -> line.matches("cpu/torch  [0-9.]+ \\([0-9.]+ to [0-9.]+\\)")));
        assertTrue(run.err().contains("round 2/2: cpu "), run.err());
    }

    /// The launcher asks before it starts a command.
    @ParameterizedTest
    @CsvSource({
        "infer --engines cpu;onnxruntime, true",
        "train --engines djl:threads=1, true",
        "kernels -f 1, true",
        "train --engines cpu;torch, false",
        "train --engines gpu, false",
        "memory, false"
    })
    void theLauncherHearsWhetherOtherPeoplesEnginesAreMeasured(String arguments, boolean peers) {
        String[] words = arguments.replace(';', ',').split(" ", -1);
        assertEquals(peers, Needs.peers(new CommandLine(new BenchCommand()).parseArgs(words)));
    }

    /// A multiply-add is two operations; training needs those of the outputs, the inputs' gradients and the
    /// weights'.
    @Test
    void operationsAreThoseOfThePaperTimesTheNumberOfPasses() {
        assertEquals(2 * 287_929_692L, Use.INFER.operations(287_929_692));
        assertEquals(6 * 287_929_692L, Use.TRAIN.operations(287_929_692));
    }

    @Test
    void theMiddleOfAnEvenNumberOfRoundsIsBetweenTwo() {
        assertEquals(new Summary(2, 1, 9), Summary.of(List.of(9.0, 2.0, 1.0)));
        assertEquals(new Summary(3, 1, 9), Summary.of(List.of(9.0, 4.0, 1.0, 2.0)));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "train --engines gpu            | 2 | --engines: 'gpu': expected cpu, torch, djl, onnxruntime",
                "train --engines cpu:fast       | 2 | --engines: 'cpu:fast': expected threads=N or efficient",
                "train --engines djl:efficient  | 2 | --engines: 'djl:efficient': expected threads=N",
                "train --engines cpu:threads=0  | 2 | --engines: 'cpu:threads=0': expected threads=N",
                "train --engines cpu,cpu        | 2 | --engines cpu,cpu: one of them is named twice",
                "train --engines cpu,onnxruntime| 2 | --engines: 'onnxruntime': ONNX Runtime only infers",
                "infer --engines cpu:efficient  | 2 | --engines: 'cpu:efficient': 'efficient' is a way to train",
                "train --model resnet           | 2 | no model is named 'resnet'",
                "infer --model densenet121 --input 3x8x8 | 2 | ",
                "train -b 0                     | 2 | --batch-size must be positive, was 0",
                "train --rounds 0               | 2 | --rounds must be positive, was 0",
                "train --threads 0              | 2 | --threads must be positive, was 0",
                "train --steps 0                | 2 | --steps must be positive, was 0",
                "train --steps 1 --seconds 2    | 2 | --seconds and --steps: expected one of them, found both",
                "train --warmup-seconds -1      | 2 | --warmup-seconds must not be negative, was -1.0",
                "train --format csv             | 2 | --format csv: expected text or json here",
                "infer --engines cpu,onnxruntime| 7 | DJL, ONNX Runtime and JMH are no part of the program",
                "kernels product                | 7 | DJL, ONNX Runtime and JMH are no part of the program",
                "memory --depths 40,41          | 2 | densenet-bc-41-12: a depth of 41 does not divide",
                "memory --engines djl           | 2 | --engines: expected cpu, torch or both, found djl",
                "memory -b 0                    | 2 | --batch-size and --threads must be positive, were 0 and 1",
                "train --engines cpu --model densenet-100-24 -b 4096 | 2 | cpu: training with batches of 4096 needs ",
            })
    void whatCannotBeMeasuredIsOneLineAndItsExitCode(String arguments, int exitCode, String expected) {
        CommandLineRun run = run(arguments.replace("train", "train -q"));
        assertEquals(exitCode, run.exitCode(), run.err());
        assertEquals("", run.out());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().startsWith("densenet: " + (expected == null ? "" : expected)), run.err());
    }

    @Test
    void aloneItExplainsWhatCanBeMeasured() {
        CommandLineRun run = CommandLineRun.of("bench");
        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains("train") && run.err().contains("infer"), run.err());
    }

    private static List<JsonNode> results(JsonNode report) {
        return StreamSupport.stream(report.get("results").spliterator(), false).toList();
    }

    private static double rate(JsonNode result, int round) {
        return result.get("imagesPerSecond").get(round).asDouble();
    }

    private static CommandLineRun run(String arguments) {
        List<String> words = new ArrayList<>(List.of("bench"));
        words.addAll(Arrays.asList(arguments.strip().split(" +", -1)));
        return CommandLineRun.of(words.toArray(String[]::new));
    }
}
