package io.densenet.app.bench;

import io.densenet.app.output.Console;
import io.densenet.arch.Shape;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Several engines that take turns: all are open, each in a process of its own, and one computes at a
/// time. What drifts in the machine meets all of them, and the ceiling that is measured at the start of
/// every round.
///
/// @param engines the first is compared with each of the others
/// @param threads of engines that do not say
/// @param turn    of one engine in one round
/// @param warmUp  of each engine before the first round
record Comparison(Workload workload, List<EngineSpec> engines, int threads, int rounds, Turn turn, Turn warmUp) {
    /// One engine and what it has measured so far.
    private record Lane(EngineSpec spec, int threads, WorkerProcess process, List<Turn.Outcome> outcomes) {}

    /// Measures.
    ///
    /// @param command that asked for it
    /// @param console hears of every round
    ComparisonReport run(String command, Console console) throws IOException {
        Deque<AutoCloseable> open = new ArrayDeque<>();
        try (WorkerProcess ceiling = WorkerProcess.ceiling();
                AutoCloseable _ = () -> closeAll(open)) {
            List<Lane> lanes = new ArrayList<>();
            for (EngineSpec spec : engines) {
                WorkerProcess process = WorkerProcess.contestant(spec, workload, threads);
                open.push(process);
                lanes.add(new Lane(spec, spec.threadsOr(threads), process, new ArrayList<>()));
                console.status("%s: %s, %s".formatted(spec.label(), process.version(), process.description()));
            }
            for (Lane lane : lanes) {
                lane.process().take(warmUp);
            }
            Map<Integer, List<Double>> ceilings = new TreeMap<>();
            lanes.forEach(lane -> ceilings.put(lane.threads(), new ArrayList<>()));
            for (int round = 1; round <= rounds; round++) {
                for (var entry : ceilings.entrySet()) {
                    entry.getValue().add(ceiling.ceiling(entry.getKey()));
                }
                for (Lane lane : lanes) {
                    lane.outcomes().add(lane.process().take(turn));
                }
                console.status(status(round, lanes, ceilings));
            }
            return report(command, lanes, ceilings);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) { // AutoCloseable says so; no process does
            throw new IllegalStateException(e);
        }
    }

    private static void closeAll(Deque<AutoCloseable> open) throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    private String status(int round, List<Lane> lanes, Map<Integer, List<Double>> ceilings) {
        String rates = lanes.stream()
                .map(lane -> String.format(
                        Locale.ROOT,
                        "%s %.2f img/s",
                        lane.spec().label(),
                        imagesPerSecond(lane.outcomes().getLast())))
                .collect(Collectors.joining(", "));
        String limits = ceilings.values().stream()
                .map(values -> String.format(Locale.ROOT, "%.1f", values.getLast()))
                .collect(Collectors.joining(" and "));
        return "round %d/%d: %s, ceiling %s GFLOP/s".formatted(round, rounds, rates, limits);
    }

    private ComparisonReport report(String command, List<Lane> lanes, Map<Integer, List<Double>> ceilings)
            throws IOException {
        List<ComparisonReport.Result> results = new ArrayList<>();
        for (Lane lane : lanes) {
            results.add(result(lane, ceilings.getOrDefault(lane.threads(), List.of())));
        }
        SequencedMap<String, Summary> ratios = new LinkedHashMap<>();
        ComparisonReport.Result first = results.getFirst();
        for (ComparisonReport.Result other : results.subList(1, results.size())) {
            ratios.put(
                    first.engine() + "/" + other.engine(),
                    Summary.of(byRound(round -> first.imagesPerSecond().get(round)
                            / other.imagesPerSecond().get(round))));
        }
        Shape image = workload.network().inputShape();
        return new ComparisonReport(
                command,
                Machine.ofThisProcess(),
                first.ceilingGflops(),
                workload.use(),
                workload.network().name(),
                List.of(image.channels(), image.height(), image.width()),
                workload.network().architecture().numClasses(),
                workload.operationsPerImage(),
                workload.batchSize(),
                rounds,
                turn.toString(),
                warmUp.seconds(),
                results,
                ratios);
    }

    private ComparisonReport.Result result(Lane lane, List<Double> ceilings) throws IOException {
        List<Double> rates = lane.outcomes().stream().map(this::imagesPerSecond).toList();
        double perImage = workload.operationsPerImage() / 1e9;
        long peak = lane.process().peakResidentBytes();
        double rate = Summary.of(rates).median();
        return new ComparisonReport.Result(
                lane.spec().label(),
                lane.process().version(),
                lane.process().description(),
                lane.threads(),
                rate,
                rates,
                Summary.of(lane.outcomes().stream()
                                .map(outcome -> 1000 * outcome.seconds() / outcome.steps())
                                .toList())
                        .median(),
                rate * perImage,
                Summary.of(ceilings).median(),
                Summary.of(byRound(round -> rates.get(round) * perImage / ceilings.get(round)))
                        .median(),
                known(peak));
    }

    private static @Nullable Long known(long bytes) {
        return bytes == 0 ? null : bytes;
    }

    private double imagesPerSecond(Turn.Outcome outcome) {
        return (double) outcome.steps() * workload.batchSize() / outcome.seconds();
    }

    private List<Double> byRound(IntToDoubleFunction measure) {
        return IntStream.range(0, rounds).mapToDouble(measure).boxed().toList();
    }
}
