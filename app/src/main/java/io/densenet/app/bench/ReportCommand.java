package io.densenet.app.bench;

import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import io.densenet.app.output.OutputOptions;
import io.densenet.app.plot.MemoryCurve;
import io.densenet.app.plot.Plots;
import io.densenet.cpu.MemoryMode;
import io.densenet.error.MalformedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `densenet bench report`: a page of what the other commands measured, so that nobody copies figures by
/// hand.
@Command(
        name = "report",
        description = "Writes a page from JSON documents of 'bench train', 'bench infer' and 'bench memory'.",
        sortOptions = false)
final class ReportCommand implements Callable<Integer> {
    private static final double GIGA = 1e9;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Documents, in the order of the page.")
    private List<Path> files = List.of();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            required = true,
            description = "The page, in Markdown; a picture of the memory goes beside it.")
    private Path page = Path.of("performance.md");

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    public Integer call() throws IOException {
        List<ComparisonReport> comparisons = new ArrayList<>();
        List<MemoryReport> memories = new ArrayList<>();
        for (Path file : files) {
            read(file, comparisons, memories);
        }
        if (memories.size() > 1) {
            throw new CommandFailure(
                    ExitCode.USAGE, "expected one document of 'bench memory' at most, found " + memories.size());
        }
        Path picture = page.resolveSibling(page.getFileName().toString().replaceFirst("\\.md$", "") + "-memory.png");
        if (!memories.isEmpty()) {
            Plots.memory(picture, curves(memories.getFirst())).forEach(output.console()::warning);
        }
        Files.writeString(page, PerformancePage.of(comparisons, memories, picture.getFileName()));
        output.console().status(page.toString());
        return ExitCode.DONE.code();
    }

    private static void read(Path file, List<ComparisonReport> comparisons, List<MemoryReport> memories)
            throws IOException {
        try {
            JsonNode document = JsonMapper.shared().readTree(Files.readString(file));
            if (document.has("results")) {
                comparisons.add(JsonMapper.shared().treeToValue(document, ComparisonReport.class));
            } else if (document.has("networks")) {
                memories.add(JsonMapper.shared().treeToValue(document, MemoryReport.class));
            } else {
                throw new MalformedFileException(
                        file, "expected a JSON document of 'bench train', 'infer' or 'memory', found other JSON");
            }
        } catch (JacksonException e) {
            throw new MalformedFileException(
                    file, "expected a JSON document of 'bench train', 'infer' or 'memory': " + e.getOriginalMessage());
        }
    }

    /// Each engine in both ways to train, measured and foretold, over the depth.
    private static List<MemoryCurve> curves(MemoryReport report) {
        List<MemoryCurve> curves = new ArrayList<>();
        List<String> engines = report.networks().stream()
                .map(MemoryReport.Network::engine)
                .distinct()
                .toList();
        for (String engine : engines) {
            for (MemoryMode mode : MemoryMode.values()) {
                List<MemoryReport.Network> networks = report.networks().stream()
                        .filter(network -> network.engine().equals(engine) && network.memory() == mode)
                        .toList();
                String name = engines.size() == 1 ? mode.toString() : engine + " " + mode;
                curves.add(curve(networks, name + ", measured", false, network -> gigabytes(network.peakRssBytes())));
                curves.add(curve(networks, name + ", foretold", true, network -> gigabytes(network.forecastBytes())));
            }
        }
        return curves;
    }

    private static double gigabytes(@Nullable Long bytes) {
        return bytes == null ? Double.NaN : bytes / GIGA;
    }

    private static MemoryCurve curve(
            List<MemoryReport.Network> networks,
            String name,
            boolean foretold,
            ToDoubleFunction<MemoryReport.Network> gigabytes) {
        return new MemoryCurve(
                name.toLowerCase(Locale.ROOT),
                foretold,
                networks.stream().map(MemoryReport.Network::depth).toList(),
                networks.stream().mapToDouble(gigabytes).boxed().toList());
    }
}
