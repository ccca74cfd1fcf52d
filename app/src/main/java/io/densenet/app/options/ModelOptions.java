package io.densenet.app.options;

import io.densenet.app.failure.CommandFailure;
import io.densenet.arch.Architecture;
import io.densenet.arch.DenseNets;
import io.densenet.arch.Shape;
import io.densenet.arch.baseline.Baselines;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Which network to build, for commands that start a new one.
public final class ModelOptions {
    /// What is built when nobody says anything.
    public static final String USUAL = "densenet-bc-100-12";

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = DenseNets.NAMES + "; or, compared with them, " + Baselines.NAMES + " (default: " + USUAL
                    + ", or the network of --weights where there are any).")
    private Optional<String> model = Optional.empty();

    @Mixin
    private final ArchitectureOptions overrides = new ArchitectureOptions();

    /// The name as the user wrote it, or the usual one.
    public String name() {
        return model.orElse(USUAL);
    }

    /// Whether the user said anything about the network.
    public boolean isGiven() {
        return model.isPresent() || !overrides.isEmpty();
    }

    /// Whether the user said how a network is to differ, but not which.
    public boolean isOverriddenOnly() {
        return model.isEmpty() && !overrides.isEmpty();
    }

    /// The network for a data set.
    ///
    /// @param dropRate that the user gave; empty for the network's own
    /// @throws CommandFailure when there is no such network
    public Architecture architecture(int inputChannels, int numClasses, Optional<Double> dropRate) {
        return CommandFailure.usage(() -> overrides.named(name(), inputChannels, numClasses, dropRate));
    }

    /// The network for images and classes that no data set decides.
    ///
    /// @throws CommandFailure when there is no such network
    NamedNetwork network(Optional<Integer> classes, Optional<Shape> input) {
        return NamedNetwork.of(name(), overrides, classes, input);
    }
}
