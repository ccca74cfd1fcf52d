package io.densenet.app.bench;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// What this project wants of its engine, and how that is read from what was measured.
///
/// @param text    for the page
/// @param limit   that the figure must reach
/// @param atLeast whether more is better
/// @param where   the comparison that can answer
/// @param figure  what is read from it
record Goal(String text, double limit, boolean atLeast, Workbench where, Figure figure) {
    /// A comparison that can answer.
    record Workbench(Use use, String model, int batchSize, String engine, String other) {
        boolean fits(ComparisonReport report) {
            return report.use() == use
                    && report.model().equals(model)
                    && report.batchSize() == batchSize
                    && result(report, engine).isPresent()
                    && result(report, other).isPresent();
        }
    }

    /// What is read from it.
    enum Figure {
        /// Images per second, one engine over the other: round by round where that was measured.
        SPEED,
        /// Part of the machine's ceiling that the first engine reaches.
        CEILING,
        /// Peak memory of the other engine over that of the first.
        MEMORY,
        /// How much better the first engine uses what the machine gives it: the ratio of their parts of the
        /// ceiling.
        SCALING
    }

    private static final String MAIN = "densenet-bc-100-12";

    /// Those that the page begins with.
    static final List<Goal> ALL = List.of(
            train(MAIN, 64, "torch", Figure.SPEED, 4.0, "times as fast as libtorch"),
            train(MAIN, 64, "cpu", Figure.CEILING, 0.60, "part of the machine's ceiling"),
            train(MAIN, 64, "torch", Figure.MEMORY, 4.0, "libtorch's peak memory over ours"),
            new Goal(
                    "training %s, batches of 64: libtorch's peak memory over ours, efficient".formatted(MAIN),
                    8.0,
                    true,
                    new Workbench(Use.TRAIN, MAIN, 64, "cpu:efficient", "torch"),
                    Figure.MEMORY),
            new Goal(
                    "training %s, batches of 64: time of the efficient way over the standard one".formatted(MAIN),
                    1.20,
                    false,
                    new Workbench(Use.TRAIN, MAIN, 64, "cpu", "cpu:efficient"),
                    Figure.SPEED),
            train(MAIN, 64, "cpu:threads=1", Figure.SCALING, 0.95, "all threads over one, against the ceiling's ratio"),
            train("densenet-40-12", 64, "torch", Figure.SPEED, 3.0, "times as fast as libtorch"),
            train("densenet121", 8, "torch", Figure.SPEED, 3.0, "times as fast as libtorch"),
            infer("densenet121", 1),
            infer("densenet121", 16));

    private static Goal train(String model, int batch, String other, Figure figure, double limit, String what) {
        return new Goal(
                "training %s, batches of %d: %s".formatted(model, batch, what),
                limit,
                true,
                new Workbench(Use.TRAIN, model, batch, "cpu", other),
                figure);
    }

    private static Goal infer(String model, int batch) {
        return new Goal(
                "inference of %s, batches of %d: times as fast as ONNX Runtime".formatted(model, batch),
                1.15,
                true,
                new Workbench(Use.INFER, model, batch, "cpu", "onnxruntime"),
                Figure.SPEED);
    }

    /// The figure, if it was measured.
    OptionalDouble measured(List<ComparisonReport> reports) {
        return reports.stream()
                .filter(where::fits)
                .mapToDouble(this::read)
                .filter(Double::isFinite)
                .findFirst();
    }

    boolean isReached(double value) {
        return atLeast ? value >= limit : value <= limit;
    }

    private double read(ComparisonReport report) {
        ComparisonReport.Result first = get(report, where.engine());
        ComparisonReport.Result other = get(report, where.other());
        return switch (figure) {
            case SPEED -> speed(report, where);
            case CEILING -> first.fractionOfPeak();
            case MEMORY -> bytes(other) / bytes(first);
            case SCALING -> first.fractionOfPeak() / other.fractionOfPeak();
        };
    }

    private static double speed(ComparisonReport report, Workbench where) {
        Summary ratio = report.ratios().get(where.engine() + "/" + where.other());
        return ratio != null
                ? ratio.median()
                : get(report, where.engine()).imagesPerSecondMedian()
                        / get(report, where.other()).imagesPerSecondMedian();
    }

    private static double bytes(ComparisonReport.Result result) {
        Long peak = result.peakRssBytes();
        return peak == null ? Double.NaN : peak;
    }

    private static Optional<ComparisonReport.Result> result(ComparisonReport report, String engine) {
        return report.results().stream()
                .filter(result -> result.engine().equals(engine))
                .findFirst();
    }

    private static ComparisonReport.Result get(ComparisonReport report, String engine) {
        return result(report, engine).orElseThrow();
    }
}
