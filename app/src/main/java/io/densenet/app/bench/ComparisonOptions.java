package io.densenet.app.bench;

import io.densenet.app.engine.Needs;
import io.densenet.app.engine.Peers;
import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import io.densenet.app.options.NetworkOptions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Options of `bench train` and `bench infer`.
final class ComparisonOptions implements Needs {
    private static final double DEFAULT_SECONDS = 5;

    @Mixin
    private final NetworkOptions network = new NetworkOptions();

    @Option(
            names = {"-b", "--batch-size"},
            paramLabel = "N",
            description = "Images of a step (default: ${DEFAULT-VALUE}).")
    private int batchSize = 64;

    @Option(
            names = "--engines",
            paramLabel = "NAME,NAME,...",
            split = ",",
            hideParamSyntax = true,
            description = "cpu, torch, djl (DJL's PyTorch engine) and onnxruntime (infer only); the first is compared"
                    + " with each of the others. Options behind colons: cpu:efficient, torch:threads=1 (default:"
                    + " cpu,torch).")
    private List<String> engines = List.of("cpu", "torch");

    @Option(names = "--threads", paramLabel = "N", description = "Threads of each engine (default: one for each core).")
    private Optional<Integer> threads = Optional.empty();

    @Option(names = "--rounds", paramLabel = "N", description = "Turns of each engine (default: ${DEFAULT-VALUE}).")
    private int rounds = 7;

    @Option(names = "--seconds", paramLabel = "X", description = "Length of a turn (default: 5).")
    private Optional<Double> seconds = Optional.empty();

    @Option(names = "--steps", paramLabel = "N", description = "Steps of a turn, instead of seconds.")
    private Optional<Integer> steps = Optional.empty();

    @Option(
            names = "--warmup-seconds",
            paramLabel = "X",
            description = "How long each engine computes before the first round; Java's compiler needs that"
                    + " (default: ${DEFAULT-VALUE}).")
    private double warmUpSeconds = 20;

    /// What is to be measured.
    ///
    /// @throws CommandFailure when that makes no sense
    Comparison comparison(Use use) {
        require(batchSize >= 1, "--batch-size must be positive, was " + batchSize);
        require(rounds >= 1, "--rounds must be positive, was " + rounds);
        require(threads.orElse(1) >= 1, "--threads must be positive, was " + threads.orElse(1));
        require(steps.orElse(1) >= 1, "--steps must be positive, was " + steps.orElse(1));
        require(isTime(seconds.orElse(DEFAULT_SECONDS)), "--seconds must not be negative, was " + seconds.orElse(0.0));
        require(isTime(warmUpSeconds), "--warmup-seconds must not be negative, was " + warmUpSeconds);
        require(seconds.isEmpty() || steps.isEmpty(), "--seconds and --steps: expected one of them, found both");
        List<EngineSpec> specs = engines.stream().map(EngineSpec::parse).toList();
        specs.forEach(spec -> spec.requireUse(use));
        require(
                specs.stream().map(EngineSpec::label).distinct().count() == specs.size(),
                "--engines %s: one of them is named twice".formatted(String.join(",", engines)));
        Workload workload = new Workload(use, network.network(), batchSize);
        workload.graph(); // says now, and once, what no contestant could run
        if (usesPeers()) {
            Peers.require();
        }
        return new Comparison(
                workload,
                specs,
                threads.orElseGet(() -> Runtime.getRuntime().availableProcessors()),
                rounds,
                steps.map(Turn::ofSteps).orElseGet(() -> Turn.ofSeconds(seconds.orElse(DEFAULT_SECONDS))),
                Turn.ofSeconds(warmUpSeconds));
    }

    @Override
    public boolean usesLibTorch() {
        return named().anyMatch(engine -> engine == EngineSpec.Engine.TORCH);
    }

    @Override
    public boolean usesPeers() {
        return named().anyMatch(EngineSpec.Engine::isPeer);
    }

    /// The engines that exist among those that were named.
    private Stream<EngineSpec.Engine> named() {
        return engines.stream().flatMap(label -> EngineSpec.Engine.named(label).stream());
    }

    private static boolean isTime(double value) {
        return value >= 0 && value < Double.POSITIVE_INFINITY;
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new CommandFailure(ExitCode.USAGE, message);
        }
    }
}
