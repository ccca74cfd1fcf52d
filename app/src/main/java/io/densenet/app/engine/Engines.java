package io.densenet.app.engine;

import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import io.densenet.arch.DenseNet;
import io.densenet.arch.Graph;
import io.densenet.cpu.CpuClassifier;
import io.densenet.cpu.CpuMemory;
import io.densenet.cpu.CpuOptions;
import io.densenet.cpu.MemoryMode;
import io.densenet.engine.Classifier;
import io.densenet.engine.TrainableClassifier;
import io.densenet.model.ModelDescription;
import io.densenet.model.ModelFile;
import io.densenet.torch.LayoutTable;
import io.densenet.torch.TorchClassifier;
import io.densenet.torch.TorchNatives;
import io.densenet.torch.TorchOptions;

/// Opens the engine that was asked for.
public final class Engines {
    private Engines() {}

    /// A network to train, all zeros.
    ///
    /// @param memory    what this project's engine keeps
    /// @param batchSize images of one step, which decides libtorch's faster memory layout
    /// @throws CommandFailure when the options name an engine or device that is not there
    public static TrainableClassifier openForTraining(
            ModelDescription description, EngineOptions options, MemoryMode memory, int batchSize) {
        options.require();
        if (!options.usesLibTorch()) {
            DenseNet network = DenseNet.of(description.config());
            CpuOptions cpu = new CpuOptions(options.threads(), memory);
            requireMemory(network, description, cpu, batchSize);
            return CommandFailure.usage(() -> CpuClassifier.open(network, description.inputShape(), cpu));
        }
        Graph graph = graph(description);
        return CommandFailure.usage(
                () -> TorchClassifier.open(graph, torchOptions(graph, LayoutTable.Use.TRAINING, batchSize, options)));
    }

    /// Says before any work when the JVM cannot hold what training needs.
    private static void requireMemory(
            DenseNet network, ModelDescription description, CpuOptions options, int batchSize) {
        long needed =
                CommandFailure.usage(() -> CpuMemory.ofTraining(network, description.inputShape(), batchSize, options)
                        .totalBytes());
        long most = Runtime.getRuntime().maxMemory();
        if (needed > most) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "training with batches of %d needs %.1f GB, the JVM may take %.1f GB; try a smaller --batch-size, --memory efficient, or JAVA_OPTS=-Xmx%dg"
                            .formatted(batchSize, needed / 1e9, most / 1e9, (needed >> 30) + 2));
        }
    }

    /// A network to use.
    ///
    /// @param batchSize images at once, which decides libtorch's faster memory layout
    /// @throws CommandFailure when the options name an engine or device that is not there
    public static Classifier openForInference(ModelFile model, EngineOptions options, int batchSize) {
        options.require();
        if (!options.usesLibTorch()) {
            return CommandFailure.usage(() -> CpuClassifier.openForInference(
                    DenseNet.of(model.description().config()),
                    model.description().inputShape(),
                    model.state(),
                    new CpuOptions(options.threads(), MemoryMode.STANDARD)));
        }
        Graph graph = graph(model.description());
        return CommandFailure.usage(() -> TorchClassifier.openForInference(
                graph, model.state(), torchOptions(graph, LayoutTable.Use.INFERENCE, batchSize, options)));
    }

    private static Graph graph(ModelDescription description) {
        return CommandFailure.usage(() -> Graph.of(DenseNet.of(description.config()), description.inputShape()));
    }

    /// `auto` is the GPU when libtorch finds one that it can use.
    private static TorchOptions torchOptions(Graph graph, LayoutTable.Use use, int batchSize, EngineOptions options) {
        String device = options.device();
        if (device.equals("auto")) { // only then is CUDA asked
            device = TorchNatives.hasUsableGpu() ? "cuda:0" : "cpu";
        }
        return new TorchOptions(device, options.threads(), LayoutTable.layout(device, graph, use, batchSize));
    }
}
