package io.densenet.app.bench;

import io.densenet.app.engine.Needs;
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
import io.densenet.arch.MemoryEstimate;
import io.densenet.arch.Shape;
import io.densenet.cpu.CpuMemory;
import io.densenet.cpu.CpuOptions;
import io.densenet.cpu.MemoryMode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `densenet bench memory`: what training holds as networks grow deeper, foretold and measured.
@Command(
        name = "memory",
        description = "Memory of this project's engine or libtorch while it trains, over the depth of DenseNet-BC.",
        sortOptions = false,
        footer = {
            "",
            "Foretold are the arrays of the engine, for libtorch the tensors of the standard way; measured is the",
            "most that a process which trains two steps ever holds, with the Java machine and everything else in it.",
        })
final class MemoryCommand implements Callable<Integer>, Needs {
    private static final int STEPS = 2;
    private static final String OWN = "cpu";
    private static final String LIBTORCH = "torch";

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

    @Option(
            names = "--engines",
            paramLabel = "cpu,torch",
            split = ",",
            hideParamSyntax = true,
            description = "This project's engine, libtorch or both (default: cpu).")
    private List<String> engines = List.of(OWN);

    @Option(names = "--threads", paramLabel = "N", description = "Threads that compute (default: one for each core).")
    private Optional<Integer> threads = Optional.empty();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    @Override
    public boolean usesLibTorch() {
        return engines.contains(LIBTORCH);
    }

    @Override
    public Integer call() throws IOException {
        boolean json = output.isJson();
        if (batchSize < 1 || threads.orElse(1) < 1) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "--batch-size and --threads must be positive, were %d and %d"
                            .formatted(batchSize, threads.orElse(1)));
        }
        if (!List.of(OWN, LIBTORCH).containsAll(engines)) {
            throw new CommandFailure(
                    ExitCode.USAGE, "--engines: expected cpu, torch or both, found " + String.join(",", engines));
        }
        List<Workload> workloads = depths.stream().sorted().map(this::workload).toList();
        List<MemoryReport.Network> networks = new ArrayList<>();
        for (Workload workload : workloads) {
            for (String engine : engines) {
                for (MemoryMode mode : MemoryMode.values()) {
                    networks.add(measured(workload, engine, mode));
                }
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

    private MemoryReport.Network measured(Workload workload, String engine, MemoryMode mode) throws IOException {
        NamedNetwork network = workload.network();
        int all = threads.orElseGet(() -> Runtime.getRuntime().availableProcessors());
        EngineSpec spec = EngineSpec.parse(mode == MemoryMode.EFFICIENT ? engine + ":" + mode : engine);
        long peak;
        try (WorkerProcess process = WorkerProcess.contestant(spec, workload, all)) {
            process.take(Turn.ofSteps(STEPS));
            peak = process.peakResidentBytes();
        }
        output.console().status("%s, %s, %s: %s".formatted(network.name(), engine, mode, megabytes(peak)));
        CpuMemory forecast = engine.equals(OWN)
                ? CpuMemory.ofTraining(
                        network.requireDenseNet("this project's own engine"),
                        input,
                        batchSize,
                        new CpuOptions(all, mode))
                : null;
        return new MemoryReport.Network(
                network.name(),
                network.architecture().depth(),
                Cost.of(network.graph()).parameters(),
                engine,
                mode,
                forecast,
                forecast == null ? tensors(network, mode) : Long.valueOf(forecast.totalBytes()),
                peak == 0 ? null : Long.valueOf(peak));
    }

    /// What a framework keeps in the standard way; of the other nobody foretells it.
    private @Nullable Long tensors(NamedNetwork network, MemoryMode mode) {
        return switch (mode) {
            case STANDARD -> MemoryEstimate.of(network.graph(), batchSize).trainingBytes();
            case EFFICIENT -> null;
        };
    }

    private static String text(MemoryReport report) {
        TextTable table = new TextTable(List.of(
                new Column("Network", false),
                new Column("Engine", false),
                new Column("Memory", false),
                new Column("Parameters", true),
                new Column("Features", true),
                new Column("Gradients", true),
                new Column("Bottlenecks", true),
                new Column("Work", true),
                new Column("All, foretold", true),
                new Column("Process, measured", true)));
        for (MemoryReport.Network network : report.networks()) {
            List<String> cells = new ArrayList<>(
                    List.of(network.model(), network.engine(), network.memory().toString()));
            kinds(network.forecast()).forEach(bytes -> cells.add(megabytes(bytes)));
            cells.add(megabytes(network.forecastBytes()));
            Long peak = network.peakRssBytes();
            cells.add(peak == null ? "unknown" : megabytes(peak));
            table.add(cells.toArray(String[]::new));
        }
        return String.join(System.lineSeparator(), table.lines());
    }

    /// Bytes of each kind of array, in the order of the columns.
    static List<@Nullable Long> kinds(@Nullable CpuMemory forecast) {
        return forecast == null
                ? Collections.nCopies(5, null)
                : List.of(
                        forecast.parametersBytes(),
                        forecast.featuresBytes(),
                        forecast.gradientsBytes(),
                        forecast.bottlenecksBytes(),
                        forecast.workBytes());
    }

    private static String megabytes(@Nullable Long bytes) {
        return bytes == null ? "" : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }
}
