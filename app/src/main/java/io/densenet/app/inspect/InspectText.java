package io.densenet.app.inspect;

import io.densenet.app.output.TextTable;
import io.densenet.app.output.TextTable.Column;
import io.densenet.arch.Architecture;
import io.densenet.arch.Baseline;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.MemoryEstimate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What `inspect` shows to people: a table in the manner of torchinfo, with the columns that make a
/// DenseNet.
final class InspectText {
    private final TextTable table = new TextTable(List.of(
            new Column("Layer", false),
            new Column("Type", false),
            new Column("Output", true),
            new Column("Channels", true),
            new Column("Parameters", true),
            new Column("Multiply-adds", true)));
    /// What stands behind the type of a dense block.
    private final String growth;

    private InspectText(String growth) {
        this.growth = growth;
    }

    static String of(InspectReport report, Architecture network, List<LayerTree> tree, int depth) {
        InspectText text = new InspectText(growth(network));
        text.add(tree, "", depth);
        List<String> lines = new ArrayList<>();
        lines.add(title(report, network));
        lines.add("");
        lines.addAll(text.table.lines());
        lines.add("");
        lines.add("Parameters     " + grouped(report.parameters()));
        lines.add("Multiply-adds  %s (%s) for one image"
                .formatted(grouped(report.multiplyAdds()), si(report.multiplyAdds())));
        lines.addAll(memory(report.memory(), report.engine()));
        report.notes().forEach(note -> lines.add("note: " + note));
        return lines.stream().collect(Collectors.joining(System.lineSeparator(), "", System.lineSeparator()));
    }

    private void add(List<LayerTree> siblings, String indent, int depth) {
        for (int i = 0; i < siblings.size(); i++) {
            LayerTree layer = siblings.get(i);
            boolean last = i == siblings.size() - 1;
            table.add(
                    indent
                            + (last ? "└─ " : "├─ ")
                            + layer.name().substring(layer.name().lastIndexOf('.') + 1),
                    layer.type().equals("DenseBlock") ? layer.type() + growth : layer.type(),
                    layer.outputShape().toString(),
                    layer.inputChannels() + " → " + layer.outputShape().channels(),
                    count(layer.parameters()),
                    count(layer.multiplyAdds()));
            if (depth > 1) {
                add(layer.children(), indent + (last ? "   " : "│  "), depth - 1);
            }
        }
    }

    private static String growth(Architecture network) {
        return switch (network) {
            case DenseNetConfig config -> " k=" + config.growthRate();
            case Baseline _ -> "";
        };
    }

    private static String title(InspectReport report, Architecture network) {
        return "%s: %s, L=%d%s, input %s, %d classes"
                .formatted(
                        report.name(),
                        report.variant(),
                        report.depth(),
                        switch (network) {
                            case DenseNetConfig config -> details(config);
                            case Baseline baseline ->
                                baseline.variations().entrySet().stream()
                                        .map(entry -> ", %s %s".formatted(entry.getKey(), entry.getValue()))
                                        .collect(Collectors.joining());
                        },
                        report.inputShape().stream().map(String::valueOf).collect(Collectors.joining("x")),
                        report.classes());
    }

    private static String details(DenseNetConfig config) {
        return ", k=%d%s, θ=%s, layers %s"
                .formatted(
                        config.growthRate(),
                        config.hasBottleneck() ? ", b=" + config.bottleneckFactor() : "",
                        config.compression(),
                        config.layersPerBlock().stream().map(String::valueOf).collect(Collectors.joining("-")));
    }

    private static List<String> memory(MemoryEstimate framework, InspectReport.@Nullable EngineMemory engine) {
        if (engine == null) {
            return List.of("Memory         %s parameters; with a batch of %d: %s to train, %s to infer"
                    .formatted(
                            bytes(framework.parametersBytes()),
                            framework.batchSize(),
                            bytes(framework.trainingBytes()),
                            bytes(framework.inferenceBytes())));
        }
        return List.of(
                "Memory         %s parameters; with a batch of %d: %s to train, %s with --memory efficient"
                        .formatted(
                                bytes(framework.parametersBytes()),
                                framework.batchSize(),
                                bytes(engine.standard().totalBytes()),
                                bytes(engine.efficient().totalBytes())),
                "               (the arrays of the engine; the tensors of a framework such as libtorch: %s to train, %s to infer)"
                        .formatted(bytes(framework.trainingBytes()), bytes(framework.inferenceBytes())));
    }

    private static String count(long number) {
        return number == 0 ? "" : grouped(number);
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /// A number with three digits behind the point and a decimal prefix.
    private static String si(long number) {
        return number >= 1_000_000_000
                ? String.format(Locale.ROOT, "%.3f G", number / 1e9)
                : String.format(Locale.ROOT, "%.3f M", number / 1e6);
    }

    /// Bytes with a decimal prefix.
    private static String bytes(long bytes) {
        return bytes >= 1_000_000_000
                ? String.format(Locale.ROOT, "%.2f GB", bytes / 1e9)
                : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }
}
