package io.densenet.app.inspect;

import io.densenet.app.failure.CommandFailure;
import io.densenet.app.options.ArchitectureOptions;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.DenseNets;
import io.densenet.arch.Shape;
import io.densenet.arch.Stem;
import java.util.Optional;

/// What a `MODEL` argument stands for: a network with its configuration and the images that it takes.
///
/// @param name as the user wrote it
record ModelSource(String name, DenseNetConfig config, Shape inputShape) {
    private static final int CIFAR_CLASSES = 10;
    private static final int IMAGENET_CLASSES = 1000;
    private static final int CIFAR_PIXELS = 32;
    private static final int IMAGENET_PIXELS = 224;
    private static final int COLOURS = 3;

    /// Resolves a name. What is not given is that of the family: 10 classes and 3x32x32, or 1000 and 3x224x224.
    ///
    /// @throws CommandFailure when there is no such network
    static ModelSource resolve(
            String name, ArchitectureOptions overrides, Optional<Integer> classes, Optional<Shape> input) {
        return CommandFailure.usage(() -> {
            int channels = input.map(Shape::channels).orElse(COLOURS);
            DenseNetConfig config = overrides.applyTo(DenseNets.named(name, channels, CIFAR_CLASSES));
            boolean imageNet = config.stem() instanceof Stem.ImageNet;
            int pixels = imageNet ? IMAGENET_PIXELS : CIFAR_PIXELS;
            return new ModelSource(
                    name,
                    config.withNumClasses(classes.orElse(imageNet ? IMAGENET_CLASSES : CIFAR_CLASSES)),
                    input.orElseGet(() -> new Shape(channels, pixels, pixels)));
        });
    }
}
