package io.densenet.app.options;

import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import io.densenet.arch.Architecture;
import io.densenet.arch.Baseline;
import io.densenet.arch.DenseNet;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.Graph;
import io.densenet.arch.Shape;
import java.util.Optional;

/// A network with its name and the images that it takes; weights are none of its business.
///
/// @param name of the model
public record NamedNetwork(String name, Architecture architecture, Shape inputShape) {
    private static final int CIFAR_CLASSES = 10;
    private static final int IMAGENET_CLASSES = 1000;
    private static final int CIFAR_PIXELS = 32;
    private static final int IMAGENET_PIXELS = 224;
    private static final int COLOURS = 3;

    /// The network of a name. What is not given is that of the family: 10 classes and 3x32x32, or 1000 and
    /// 3x224x224.
    ///
    /// @throws CommandFailure when there is no such network
    public static NamedNetwork of(
            String name, ArchitectureOptions overrides, Optional<Integer> classes, Optional<Shape> input) {
        return CommandFailure.usage(() -> {
            int channels = input.map(Shape::channels).orElse(COLOURS);
            Architecture network = overrides.named(name, channels, CIFAR_CLASSES, Optional.empty());
            boolean imageNet = network.isForImageNet();
            int pixels = imageNet ? IMAGENET_PIXELS : CIFAR_PIXELS;
            return new NamedNetwork(
                    name,
                    network.withNumClasses(classes.orElse(imageNet ? IMAGENET_CLASSES : CIFAR_CLASSES)),
                    input.orElseGet(() -> new Shape(channels, pixels, pixels)));
        });
    }

    /// The network layer by layer, if it is a DenseNet.
    ///
    /// @throws CommandFailure when no network is like that
    public Optional<DenseNet> denseNet() {
        return switch (architecture) {
            case DenseNetConfig config -> Optional.of(CommandFailure.usage(() -> DenseNet.of(config)));
            case Baseline _ -> Optional.empty();
        };
    }

    /// The same for those who are made for DenseNets alone.
    ///
    /// @throws CommandFailure when it is none
    public DenseNet requireDenseNet(String who) {
        return denseNet()
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.USAGE,
                        "%s runs DenseNets only, and %s is none; try --engines torch".formatted(who, name)));
    }

    /// The network operation by operation.
    ///
    /// @throws CommandFailure when its images are too small for it
    public Graph graph() {
        return CommandFailure.usage(() -> architecture.graph(inputShape));
    }
}
