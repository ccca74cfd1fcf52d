package io.densenet.app.bench;

import io.densenet.app.output.TextTable;
import io.densenet.app.output.TextTable.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// What a comparison shows to people.
final class ComparisonText {
    private ComparisonText() {}

    static String of(ComparisonReport report) {
        TextTable table = new TextTable(List.of(
                new Column("Engine", false),
                new Column("Version", false),
                new Column("img/s", true),
                new Column("ms a batch", true),
                new Column("GFLOP/s", true),
                new Column("of ceiling", true),
                new Column("Peak memory", true)));
        for (ComparisonReport.Result result : report.results()) {
            Long peak = result.peakRssBytes();
            table.add(
                    result.engine(),
                    result.version(),
                    String.format(Locale.ROOT, "%.2f", result.imagesPerSecondMedian()),
                    String.format(Locale.ROOT, "%.2f", result.millisMedian()),
                    String.format(Locale.ROOT, "%.1f", result.gflops()),
                    String.format(Locale.ROOT, "%.1f %%", 100 * result.fractionOfPeak()),
                    peak == null ? "unknown" : String.format(Locale.ROOT, "%.0f MB", peak / 1e6));
        }
        List<String> lines = new ArrayList<>();
        lines.add("%s: %s, batches of %d, %d rounds of %s for each engine"
                .formatted(report.model(), report.use(), report.batchSize(), report.rounds(), report.turn()));
        lines.add("");
        lines.addAll(table.lines());
        lines.add("");
        report.ratios()
                .forEach((name, ratio) -> lines.add(String.format(
                        Locale.ROOT, "%s  %.2f (%.2f to %.2f)", name, ratio.median(), ratio.min(), ratio.max())));
        lines.add(String.format(
                Locale.ROOT,
                "Ceiling  %.1f GFLOP/s, %s",
                report.fmaPeakGflops(),
                report.machine().text()));
        return lines.stream().collect(Collectors.joining(System.lineSeparator(), "", System.lineSeparator()));
    }
}
