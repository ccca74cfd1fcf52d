package io.densenet.app.options;

import io.densenet.app.failure.CommandFailure;
import io.densenet.arch.Shape;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Which network, for commands that neither train nor use one and so have no data set that decides its images
/// and classes.
public final class NetworkOptions {
    @Mixin
    private final ModelOptions model = new ModelOptions();

    @Option(
            names = "--classes",
            paramLabel = "N",
            description = "Outputs of the classifier (default: 10, with the ImageNet stem 1000).")
    private Optional<Integer> classes = Optional.empty();

    @Option(
            names = "--input",
            paramLabel = "CxHxW",
            converter = ShapeConverter.class,
            description = "Shape of an image (default: 3x32x32, with the ImageNet stem 3x224x224).")
    private Optional<Shape> input = Optional.empty();

    /// The network that was asked for.
    ///
    /// @throws CommandFailure when there is no such network
    public NamedNetwork network() {
        return model.network(classes, input);
    }
}
