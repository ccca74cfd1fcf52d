package io.densenet.app.options;

import io.densenet.app.failure.CommandFailure;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.DenseNets;
import io.densenet.arch.Shape;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Which network to build, for commands that start a new one.
public final class ModelOptions {
    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "densenet-L-k, densenet-b-L-k, densenet-c-L-k, densenet-bc-L-k (L depth, k growth rate) or "
                    + "densenet121, 161, 169, 201, 264 (default: ${DEFAULT-VALUE}).")
    private String model = "densenet-bc-100-12";

    @Mixin
    private final ArchitectureOptions architecture = new ArchitectureOptions();

    /// The name as the user wrote it.
    public String name() {
        return model;
    }

    /// The configuration for a data set.
    ///
    /// @throws CommandFailure when there is no such network
    public DenseNetConfig config(int inputChannels, int numClasses) {
        return CommandFailure.usage(() -> architecture.applyTo(DenseNets.named(model, inputChannels, numClasses)));
    }

    /// The network for images and classes that no data set decides.
    ///
    /// @throws CommandFailure when there is no such network
    NamedNetwork network(Optional<Integer> classes, Optional<Shape> input) {
        return NamedNetwork.of(model, architecture, classes, input);
    }
}
