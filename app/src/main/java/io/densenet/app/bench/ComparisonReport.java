package io.densenet.app.bench;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What `bench train` and `bench infer` measured. The names of the components are the keys of the JSON, which
/// scripts rely on.
///
/// @param command            that measured it
/// @param fmaPeakGflops      ceiling of the machine for the threads of the first engine, median over the
///                           rounds
/// @param inputShape         channels, height, width
/// @param operationsPerImage floating-point operations that count, see [Use#operations(long)]
/// @param turn               how long each engine computed in each round
/// @param ratios             images per second of the first engine over those of another, round by round; the
///                           key is `cpu/torch`
record ComparisonReport(
        String command,
        Machine machine,
        double fmaPeakGflops,
        Use use,
        String model,
        List<Integer> inputShape,
        int classes,
        long operationsPerImage,
        int batchSize,
        int rounds,
        String turn,
        double warmupSeconds,
        List<Result> results,
        Map<String, Summary> ratios) {
    /// One engine.
    ///
    /// @param engine          as `--engines` spelled it
    /// @param description     how it ran
    /// @param imagesPerSecond of each round
    /// @param millisMedian    of one batch
    /// @param gflops          10⁹ operations that count, a second, median
    /// @param ceilingGflops   of the machine for as many threads, median
    /// @param fractionOfPeak  gflops over ceiling, round by round, median
    /// @param peakRssBytes    of its process; null where nobody knows
    record Result(
            String engine,
            String version,
            String description,
            int threads,
            double imagesPerSecondMedian,
            List<Double> imagesPerSecond,
            double millisMedian,
            double gflops,
            double ceilingGflops,
            double fractionOfPeak,
            @Nullable Long peakRssBytes) {}
}
