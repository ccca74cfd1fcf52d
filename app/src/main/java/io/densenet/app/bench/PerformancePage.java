package io.densenet.app.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The Markdown of docs/results/performance.md.
final class PerformancePage {
    private final List<String> lines = new ArrayList<>();

    private PerformancePage() {}

    /// @param picture of the memory, beside the page
    static String of(List<ComparisonReport> comparisons, List<MemoryReport> memories, Path picture) {
        PerformancePage page = new PerformancePage();
        page.head(comparisons, memories);
        page.goals(comparisons);
        comparisons.forEach(page::comparison);
        memories.forEach(memory -> page.memory(memory, picture));
        return String.join("\n", page.lines) + "\n";
    }

    private void head(List<ComparisonReport> comparisons, List<MemoryReport> memories) {
        add(
                "# Performance",
                "",
                "Written by `densenet bench report`, from what the commands below measured; `scripts/measure-performance`",
                "runs all of them. No figure is typed by hand.",
                "",
                "Each engine runs in a process of its own with the same random images and first weights. They take turns, and",
                "figures are medians over the rounds; a ratio is taken in every round, and its median, least and most are",
                "shown. Training is forward and backward pass without the optimizer. GFLOP/s count two operations for each",
                "multiply-add of the paper's arithmetic (`densenet inspect`), three times that to train, for every engine",
                "alike. The ceiling is what the processor does when it only multiplies and adds, measured at the start of",
                "every round.",
                "");
        Stream.concat(
                        comparisons.stream().map(ComparisonReport::machine),
                        memories.stream().map(MemoryReport::machine))
                .map(Machine::text)
                .distinct()
                .forEach(machine -> add("- machine: " + machine));
        Map<String, String> engines = new TreeMap<>();
        comparisons.stream()
                .flatMap(report -> report.results().stream())
                .forEach(result -> engines.putIfAbsent(
                        result.engine().replaceFirst(":.*", ""), result.version() + " (" + result.description() + ")"));
        engines.forEach((engine, version) -> add("- %s: %s".formatted(engine, version)));
        add("");
    }

    private void goals(List<ComparisonReport> comparisons) {
        add("## Goals", "", "| what | goal | measured | |", "|---|---|---|---|");
        for (Goal goal : Goal.ALL) {
            OptionalDouble value = goal.measured(comparisons);
            add(String.format(
                    Locale.ROOT,
                    "| %s | %s %.2f | %s | %s |",
                    goal.text(),
                    goal.atLeast() ? "≥" : "≤",
                    goal.limit(),
                    value.isPresent() ? String.format(Locale.ROOT, "%.2f", value.getAsDouble()) : "–",
                    value.isEmpty()
                            ? "not measured"
                            : goal.isReached(value.getAsDouble()) ? "reached" : "not reached"));
        }
        add("");
    }

    private void comparison(ComparisonReport report) {
        add(
                "## %s of %s, batches of %d"
                        .formatted(
                                switch (report.use()) {
                                    case TRAIN -> "Training";
                                    case INFER -> "Inference";
                                },
                                report.model(),
                                report.batchSize()),
                "",
                "`%s`".formatted(report.command()),
                "",
                String.format(
                        Locale.ROOT,
                        "Images of %s, %d classes, %.3f GFLOP an image, %d rounds of %s.",
                        report.inputShape().stream().map(String::valueOf).collect(Collectors.joining("x")),
                        report.classes(),
                        report.operationsPerImage() / 1e9,
                        report.rounds(),
                        report.turn()),
                "",
                "| engine | threads | images per second | ms a batch | GFLOP/s | ceiling | part of it | peak memory |",
                "|---|---|---|---|---|---|---|---|");
        for (ComparisonReport.Result result : report.results()) {
            add(String.format(
                    Locale.ROOT,
                    "| %s | %d | %.2f | %.2f | %.1f | %.1f | %.3f | %s |",
                    result.engine(),
                    result.threads(),
                    result.imagesPerSecondMedian(),
                    result.millisMedian(),
                    result.gflops(),
                    result.ceilingGflops(),
                    result.fractionOfPeak(),
                    megabytes(result.peakRssBytes())));
        }
        add("");
        if (!report.ratios().isEmpty()) {
            add("| images per second | median | least | most |", "|---|---|---|---|");
            report.ratios()
                    .forEach((name, ratio) -> add(String.format(
                            Locale.ROOT,
                            "| %s | %.2f | %.2f | %.2f |",
                            name,
                            ratio.median(),
                            ratio.min(),
                            ratio.max())));
            add("");
        }
    }

    private void memory(MemoryReport report, Path picture) {
        add(
                "## Memory over depth, DenseNet-BC with k = %d, batches of %d"
                        .formatted(report.growthRate(), report.batchSize()),
                "",
                "`%s`".formatted(report.command()),
                "",
                "Foretold are the arrays of the engine, by kind, and the tensors of libtorch's standard way; measured is",
                "the most that a process which trained %d steps ever held, with the Java machine and all else in it. MB"
                        .formatted(report.steps()),
                "are 10⁶ bytes.",
                "",
                "| network | engine | memory | parameters | features | gradients | bottlenecks | work | all | measured |",
                "|---|---|---|---|---|---|---|---|---|---|");
        for (MemoryReport.Network network : report.networks()) {
            Stream<@Nullable Long> foretold = Stream.concat(
                    MemoryCommand.kinds(network.forecast()).stream(),
                    Collections.<@Nullable Long>singletonList(network.forecastBytes()).stream());
            add(Stream.of(
                            Stream.of(
                                    network.model(),
                                    network.engine(),
                                    network.memory().toString()),
                            foretold.map(bytes -> bytes == null ? "" : megabytes(bytes)),
                            Stream.of(megabytes(network.peakRssBytes())))
                    .flatMap(cells -> cells)
                    .collect(Collectors.joining(" | ", "| ", " |")));
        }
        add("", "![Memory over depth](%s)".formatted(picture));
    }

    private static String megabytes(@Nullable Long bytes) {
        return bytes == null ? "unknown" : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }

    private void add(String... more) {
        lines.addAll(List.of(more));
    }
}
