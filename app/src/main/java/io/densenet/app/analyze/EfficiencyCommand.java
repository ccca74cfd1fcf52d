package io.densenet.app.analyze;

import io.densenet.analysis.Efficiency;
import io.densenet.analysis.EfficiencyPoint;
import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import io.densenet.app.output.Json;
import io.densenet.app.output.OutputOptions;
import io.densenet.app.output.TextTable;
import io.densenet.app.output.TextTable.Column;
import io.densenet.app.plot.Figures;
import io.densenet.app.plot.TrainingCurve;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `densenet analyze efficiency`: Figures 3 and 4 from published figures, and what recorded runs reached.
@Command(
        name = "efficiency",
        description =
                "Error over parameters and multiply-adds: Figures 3 and 4 from the published figures, and recorded"
                        + " runs of our own in pictures of their own.",
        sortOptions = false,
        footer = {
            "",
            "Figure 4 shows more networks than the paper gives numbers for; of those there are no points. Its right",
            "part are two recorded runs on the same data: the two that trained for most epochs.",
            "",
            "Examples:",
            "  densenet analyze efficiency -o figures",
            "  densenet analyze efficiency docs/results/equal-budget-*/ -o figures",
        })
final class EfficiencyCommand implements Callable<Integer> {
    private static final List<String> PICTURES = List.of("png", "svg");

    @Parameters(
            paramLabel = "RESULTS",
            arity = "0..*",
            description = "Folders that scripts/record-run wrote; those without result.json are left out.")
    private List<Path> results = List.of();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            required = true,
            description = "Folder for figure-3, figure-4 and ours-*, each as PNG and SVG, and efficiency.csv.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private Path folder;

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    public Integer call() throws IOException {
        boolean json = output.isJson();
        List<RecordedRun> runs = runs();
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new CommandFailure(ExitCode.USAGE, "-o %s: expected a folder, found a file".formatted(folder));
        }
        Files.createDirectories(folder);
        List<EfficiencyPoint> published = Efficiency.published();
        List<EfficiencyPoint> all = Stream.concat(
                        published.stream(), runs.stream().map(RecordedRun::point))
                .toList();
        draw(published, runs);
        Files.writeString(folder.resolve("efficiency.csv"), Efficiency.csv(all));
        output.console().status(folder.toString());
        output.out().println(json ? Json.document(Map.of("points", all)) : text(all));
        output.out().flush();
        return ExitCode.DONE.code();
    }

    private List<RecordedRun> runs() throws IOException {
        List<RecordedRun> runs = new ArrayList<>();
        for (Path result : results) {
            if (!Files.exists(result)) {
                throw new CommandFailure(
                        ExitCode.USAGE, result + ": expected a folder that scripts/record-run wrote, found nothing");
            }
            Optional<String> missing = RecordedRun.FILES.stream()
                    .filter(file -> !Files.exists(result.resolve(file)))
                    .findFirst();
            if (missing.isPresent()) {
                output.console().status("%s: no %s, left out".formatted(result, missing.get()));
                continue;
            }
            RecordedRun.read(result)
                    .ifPresentOrElse(
                            runs::add,
                            () -> output.console()
                                    .status(result
                                            + ": not on a data set with a name, or from trained weights, left out"));
        }
        if (runs.isEmpty() && !results.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "expected folders that scripts/record-run wrote, found none; without any the published figures are drawn");
        }
        return runs;
    }

    private void draw(List<EfficiencyPoint> published, List<RecordedRun> runs) throws IOException {
        List<EfficiencyPoint> cifar = on(published, Efficiency.CIFAR10_AUGMENTED);
        List<RecordedRun> pair = pair(runs);
        List<TrainingCurve> curves = pair.stream()
                .map(run -> new TrainingCurve(run.point().network(), run.rows()))
                .toList();
        String curvesTitle =
                pair.isEmpty() ? "" : "Ours, " + pair.getFirst().point().data();
        for (String kind : PICTURES) {
            Figures.imageNetEfficiency(folder.resolve("figure-3." + kind), on(published, Efficiency.IMAGENET));
            Figures.compactness(
                    folder.resolve("figure-4." + kind),
                    cifar.stream()
                            .filter(p -> p.family().startsWith("DenseNet"))
                            .toList(),
                    cifar.stream().filter(p -> !p.family().equals("DenseNet")).toList(),
                    curvesTitle,
                    curves);
            for (Map.Entry<String, List<RecordedRun>> data : byData(runs).entrySet()) {
                Figures.ownEfficiency(
                        folder.resolve("ours-%s.%s".formatted(data.getKey(), kind)),
                        data.getKey(),
                        data.getValue().stream().map(RecordedRun::point).toList());
            }
        }
    }

    private static List<EfficiencyPoint> on(List<EfficiencyPoint> points, String data) {
        return points.stream().filter(point -> point.data().equals(data)).toList();
    }

    private static Map<String, List<RecordedRun>> byData(List<RecordedRun> runs) {
        return runs.stream()
                .collect(Collectors.groupingBy(run -> run.point().data(), LinkedHashMap::new, Collectors.toList()));
    }

    /// The longest runs of two networks on the same data, of which the right panel of Figure 4 is made; nothing
    /// when there are no two.
    private static List<RecordedRun> pair(List<RecordedRun> runs) {
        Comparator<RecordedRun> epochs =
                Comparator.comparingInt(run -> run.rows().size());
        return byData(runs).values().stream()
                .map(same -> same.stream()
                        .sorted(epochs.reversed())
                        .filter(distinctNetworks())
                        .limit(2)
                        .toList())
                .filter(pair -> pair.size() == 2)
                .max(Comparator.comparingInt(pair -> pair.getLast().rows().size()))
                .orElse(List.of());
    }

    private static Predicate<RecordedRun> distinctNetworks() {
        Set<String> seen = new HashSet<>();
        return run -> seen.add(run.point().network());
    }

    private static String text(List<EfficiencyPoint> points) {
        TextTable table = new TextTable(List.of(
                new Column("Network", false),
                new Column("Data", false),
                new Column("Error", true),
                new Column("Parameters", true),
                new Column("Multiply-adds", true),
                new Column("By", false)));
        for (EfficiencyPoint point : points) {
            table.add(
                    point.network(),
                    point.data(),
                    String.format(Locale.ROOT, "%.2f %%", point.error()),
                    String.format(Locale.ROOT, "%,d", point.parameters()),
                    String.format(Locale.ROOT, "%.3f G", point.multiplyAdds() / 1e9),
                    point.origin().name().toLowerCase(Locale.ROOT));
        }
        return String.join(System.lineSeparator(), table.lines());
    }
}
