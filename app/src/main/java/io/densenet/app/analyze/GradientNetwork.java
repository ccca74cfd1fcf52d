package io.densenet.app.analyze;

import io.densenet.app.engine.EngineOptions;
import io.densenet.app.engine.Engines;
import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import io.densenet.app.inference.TrainedModel;
import io.densenet.app.options.ArchitectureOptions;
import io.densenet.app.options.NamedNetwork;
import io.densenet.arch.Architecture;
import io.densenet.arch.FrozenFront;
import io.densenet.arch.Graph;
import io.densenet.arch.Shape;
import io.densenet.arch.baseline.Baselines;
import io.densenet.cpu.MemoryMode;
import io.densenet.data.DatasetSplits;
import io.densenet.engine.TrainableClassifier;
import io.densenet.model.ModelDescription;
import io.densenet.model.ModelFile;
import io.densenet.weights.StateDict;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// What a `MODEL|RUN|WEIGHTS` argument of `analyze gradients` stands for.
///
/// @param trained its weights, when it was given by a run or a file
record GradientNetwork(String name, Graph graph, Architecture architecture, Optional<StateDict> trained) {
    /// Whether an argument names a network and no file.
    static boolean isName(String argument) {
        return !argument.contains("/") && !argument.contains(File.separator) && !argument.endsWith(".safetensors");
    }

    /// Whether libtorch will compute it.
    static boolean needsLibTorch(String argument, EngineOptions engine) {
        return isName(argument) ? Baselines.isNamed(argument) : TrainedModel.usesLibTorch(Path.of(argument), engine);
    }

    /// Finds a network for the images of a data set.
    ///
    /// @throws CommandFailure when there is none, or it was trained on other images
    static GradientNetwork of(String argument, DatasetSplits data) throws IOException {
        Shape image = new Shape(data.channels(), data.height(), data.width());
        int classes = data.train().classNames().size();
        if (!isName(argument)) {
            ModelFile file = TrainedModel.read(Path.of(argument)).model();
            ModelDescription description = file.description();
            requireFit(argument, description, image, classes);
            return new GradientNetwork(
                    description.name(), description.graph(), description.architecture(), Optional.of(file.state()));
        }
        NamedNetwork network =
                NamedNetwork.of(argument, new ArchitectureOptions(), Optional.of(classes), Optional.of(image));
        return new GradientNetwork(argument, network.graph(), network.architecture(), Optional.empty());
    }

    private static void requireFit(String argument, ModelDescription description, Shape image, int classes) {
        if (!description.inputShape().equals(image) || description.classNames().size() != classes) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "%s: takes images of %s and tells %d classes, the data set has images of %s and %d classes; name another with --data"
                            .formatted(
                                    argument,
                                    description.inputShape(),
                                    description.classNames().size(),
                                    image,
                                    classes));
        }
    }

    /// Opens it with the engine that is chosen; what is no DenseNet runs on libtorch.
    TrainableClassifier open(EngineOptions engine, int batchSize) {
        return Engines.openForTraining(
                architecture,
                graph.input(),
                engine.choice(architecture),
                MemoryMode.STANDARD,
                FrozenFront.NONE,
                batchSize);
    }
}
