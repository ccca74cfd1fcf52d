package io.densenet.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

final class KernelBenchmarksTest {
    @Test
    void everyKernelRunsAndSaysHowMuchItDoes() throws Exception {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(KernelBenchmarks.class.getSimpleName())
                        .param("channels", "120")
                        .forks(0)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .measurementTime(TimeValue.milliseconds(50))
                        .verbosity(VerboseMode.SILENT)
                        .shouldFailOnError(true)
                        .build())
                .run();
        Map<String, Set<String>> counters = results.stream()
                .collect(Collectors.toMap(
                        result -> result.getPrimaryResult().getLabel(),
                        result -> result.getSecondaryResults().keySet()));
        Set<String> operations = Set.of("gigaflops");
        Set<String> bytes = Set.of("gigabytes");
        assertEquals(
                Map.of(
                        "product", operations,
                        "productOfParts", operations,
                        "outerProduct", operations,
                        "normRelu", bytes,
                        "reluGradient", bytes,
                        "sendGradient", bytes,
                        "winogradInput", bytes,
                        "winogradOutput", bytes),
                counters);
        for (RunResult result : results) {
            result.getSecondaryResults()
                    .forEach((name, counter) -> assertTrue(counter.getScore() > 0, name + " " + counter.getScore()));
        }
    }
}
