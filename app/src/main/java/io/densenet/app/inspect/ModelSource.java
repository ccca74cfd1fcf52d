package io.densenet.app.inspect;

import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import io.densenet.app.inference.TrainedModel;
import io.densenet.app.options.ArchitectureOptions;
import io.densenet.app.options.NamedNetwork;
import io.densenet.arch.Shape;
import io.densenet.arch.baseline.Baselines;
import io.densenet.model.ModelDescription;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What a `MODEL|RUN|WEIGHTS` argument stands for.
final class ModelSource {
    /// Of files of weights; no network's name ends so.
    private static final List<String> ENDINGS = List.of(".safetensors", ".pth", ".pt", ".h5", ".keras");

    private ModelSource() {}

    /// Resolves a name, or what lies at a path. As with data sets, a name of a model is that model even
    /// where a file is called the same.
    ///
    /// @throws CommandFailure when there is no such network
    static NamedNetwork resolve(
            String source, ArchitectureOptions overrides, Optional<Integer> classes, Optional<Shape> input)
            throws IOException {
        return isTrained(source)
                ? trained(source, overrides, classes, input)
                : NamedNetwork.of(source, overrides, classes, input);
    }

    private static boolean isTrained(String source) {
        return source.contains("/")
                || source.contains(File.separator)
                || ENDINGS.stream().anyMatch(source::endsWith)
                || (!source.startsWith("densenet") && !Baselines.isNamed(source) && Files.exists(Path.of(source)));
    }

    private static NamedNetwork trained(
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
        return new NamedNetwork(
                description.name(), description.architecture(), input.orElseGet(description::inputShape));
    }
}
