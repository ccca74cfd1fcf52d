package io.densenet.app;

import io.densenet.arch.DenseNet;
import io.densenet.arch.Graph;
import io.densenet.engine.Classifier;
import io.densenet.engine.TrainableClassifier;
import io.densenet.model.ModelDescription;
import io.densenet.model.ModelFile;
import io.densenet.torch.TorchClassifier;
import io.densenet.torch.TorchOptions;

/// Opens the engine that was asked for.
final class Engines {
    private Engines() {}

    /// A network to train, all zeros.
    ///
    /// @throws CommandFailure when the options name an engine or device that is not there
    static TrainableClassifier openForTraining(ModelDescription description, EngineOptions options) {
        options.require();
        Graph graph = graph(description);
        return CommandFailure.usage(() -> TorchClassifier.open(graph, torchOptions(graph, options)));
    }

    /// A network to use.
    ///
    /// @throws CommandFailure when the options name an engine or device that is not there
    static Classifier openForInference(ModelFile model, EngineOptions options) {
        options.require();
        Graph graph = graph(model.description());
        return CommandFailure.usage(
                () -> TorchClassifier.openForInference(graph, model.state(), torchOptions(graph, options)));
    }

    private static Graph graph(ModelDescription description) {
        return CommandFailure.usage(
                () -> Graph.of(DenseNet.of(description.config()), description.inputShape()));
    }

    private static TorchOptions torchOptions(Graph graph, EngineOptions options) {
        return TorchOptions.cpu(options.threads(), io.densenet.torch.MemoryLayout.CHANNELS_LAST);
    }
}
