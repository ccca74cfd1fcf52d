package io.densenet.app.inspect;

import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import io.densenet.app.inference.TrainedModel;
import io.densenet.app.options.ArchitectureOptions;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.DenseNets;
import io.densenet.arch.Shape;
import io.densenet.arch.Stem;
import io.densenet.model.ModelDescription;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// What a `MODEL|RUN|WEIGHTS` argument stands for: a network with its configuration and the images that it takes.
///
/// @param name of the model
record ModelSource(String name, DenseNetConfig config, Shape inputShape) {
    private static final int CIFAR_CLASSES = 10;
    private static final int IMAGENET_CLASSES = 1000;
    private static final int CIFAR_PIXELS = 32;
    private static final int IMAGENET_PIXELS = 224;
    private static final int COLOURS = 3;

    /// Resolves a name, or what lies at a path. As with data sets, a name of a model is that model even where a file is
    /// called the same. What is not given is that of the family: 10 classes and 3x32x32, or 1000 and 3x224x224.
    ///
    /// @throws CommandFailure when there is no such network
    static ModelSource resolve(
            String source, ArchitectureOptions overrides, Optional<Integer> classes, Optional<Shape> input)
            throws IOException {
        return isTrained(source)
                ? trained(source, overrides, classes, input)
                : named(source, overrides, classes, input);
    }

    private static boolean isTrained(String source) {
        return source.contains("/")
                || source.contains(File.separator)
                || source.endsWith(".safetensors")
                || (!source.startsWith("densenet") && Files.exists(Path.of(source)));
    }

    private static ModelSource trained(
            String source, ArchitectureOptions overrides, Optional<Integer> classes, Optional<Shape> input)
            throws IOException {
        if (classes.isPresent() || !overrides.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    source
                            + ": a trained network cannot be changed; leave --classes and the options of the architecture"
                            + " out, or name a model");
        }
        ModelDescription description =
                TrainedModel.read(Path.of(source)).model().description();
        return new ModelSource(description.name(), description.config(), input.orElseGet(description::inputShape));
    }

    private static ModelSource named(
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
