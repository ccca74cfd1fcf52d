package io.densenet.app.bench;

import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import io.densenet.app.options.ArchitectureOptions;
import io.densenet.app.options.NamedNetwork;
import io.densenet.app.options.ShapeConverter;
import io.densenet.app.output.Json;
import io.densenet.app.output.OutputOptions;
import io.densenet.app.output.TextTable;
import io.densenet.app.output.TextTable.Column;
import io.densenet.arch.Cost;
import io.densenet.arch.Shape;
import io.densenet.cpu.CpuMemory;
import io.densenet.cpu.CpuOptions;
import io.densenet.cpu.MemoryMode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `densenet bench memory`: what training holds as networks grow deeper, foretold and measured.
@Command(
        name = "memory",
        description = "Memory of this project's engine while it trains, over the depth of DenseNet-BC.",
        sortOptions = false,
        footer = {
            "",
            "Foretold are the arrays of the engine; measured is the most that a process which trains two steps ever",
            "holds, with the Java machine and everything else in it.",
        })
final class MemoryCommand implements Callable<Integer> {
    private static final int STEPS = 2;

    @Option(
            names = "--depths",
            paramLabel = "L,L,...",
            split = ",",
            hideParamSyntax = true,
            description = "L of densenet-bc-L-k (default: 40,100,160,250).")
    private List<Integer> depths = List.of(40, 100, 160, 250);

    @Option(names = "--growth-rate", paramLabel = "K", description = "k (default: ${DEFAULT-VALUE}).")
    private int growthRate = 12;

    @Option(
            names = "--input",
            paramLabel = "CxHxW",
            converter = ShapeConverter.class,
            description = "Shape of an image (default: 3x32x32).")
    private Shape input = new Shape(3, 32, 32);

    @Option(
            names = {"-b", "--batch-size"},
            paramLabel = "N",
            description = "Images of a step (default: ${DEFAULT-VALUE}).")
    private int batchSize = 64;

    @Option(names = "--threads", paramLabel = "N", description = "Threads that compute (default: one for each core).")
    private Optional<Integer> threads = Optional.empty();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        boolean json = output.isJson();
        if (batchSize < 1 || threads.orElse(1) < 1) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "--batch-size and --threads must be positive, were %d and %d"
                            .formatted(batchSize, threads.orElse(1)));
        }
        List<Workload> workloads = depths.stream().sorted().map(this::workload).toList();
        List<MemoryReport.Network> networks = new ArrayList<>();
        for (Workload workload : workloads) {
            for (MemoryMode mode : MemoryMode.values()) {
                networks.add(measured(workload, mode));
            }
        }
        MemoryReport report = new MemoryReport(
                ComparisonCommand.command(spec),
                Machine.ofThisProcess(),
                growthRate,
                List.of(input.channels(), input.height(), input.width()),
                batchSize,
                STEPS,
                networks);
        output.out().println(json ? Json.document(report) : text(report));
        output.out().flush();
        return ExitCode.DONE.code();
    }

    private Workload workload(int depth) {
        NamedNetwork network = NamedNetwork.of(
                "densenet-bc-%d-%d".formatted(depth, growthRate),
                new ArchitectureOptions(),
                Optional.empty(),
                Optional.of(input));
        network.graph(); // says now what cannot be
        return new Workload(Use.TRAIN, network, batchSize);
    }

    private MemoryReport.Network measured(Workload workload, MemoryMode mode) throws IOException {
        NamedNetwork network = workload.network();
        int all = threads.orElseGet(() -> Runtime.getRuntime().availableProcessors());
        CpuMemory forecast = CpuMemory.ofTraining(
                network.requireDenseNet("this project's own engine"), input, batchSize, new CpuOptions(all, mode));
        EngineSpec engine = EngineSpec.parse(mode == MemoryMode.EFFICIENT ? "cpu:efficient" : "cpu");
        long peak;
        try (WorkerProcess process = WorkerProcess.contestant(engine, workload, all)) {
            process.take(Turn.ofSteps(STEPS));
            peak = process.peakResidentBytes();
        }
        output.console().status("%s, %s: %s".formatted(network.name(), mode, megabytes(peak)));
        return new MemoryReport.Network(
                network.name(),
                network.architecture().depth(),
                Cost.of(network.graph()).parameters(),
                mode,
                forecast,
                forecast.totalBytes(),
                peak == 0 ? null : peak);
    }

    private static String text(MemoryReport report) {
        TextTable table = new TextTable(List.of(
                new Column("Network", false),
                new Column("Memory", false),
                new Column("Parameters", true),
                new Column("Features", true),
                new Column("Gradients", true),
                new Column("Bottlenecks", true),
                new Column("Work", true),
                new Column("All, foretold", true),
                new Column("Process, measured", true)));
        for (MemoryReport.Network network : report.networks()) {
            CpuMemory forecast = network.forecast();
            Long peak = network.peakRssBytes();
            table.add(
                    network.model(),
                    network.memory().toString(),
                    megabytes(forecast.parametersBytes()),
                    megabytes(forecast.featuresBytes()),
                    megabytes(forecast.gradientsBytes()),
                    megabytes(forecast.bottlenecksBytes()),
                    megabytes(forecast.workBytes()),
                    megabytes(network.forecastBytes()),
                    peak == null ? "unknown" : megabytes(peak));
        }
        return String.join(System.lineSeparator(), table.lines());
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }
}
