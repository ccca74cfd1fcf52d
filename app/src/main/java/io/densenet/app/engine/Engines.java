package io.densenet.app.engine;

import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import io.densenet.arch.Architecture;
import io.densenet.arch.Baseline;
import io.densenet.arch.DenseNet;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.FrozenFront;
import io.densenet.arch.Graph;
import io.densenet.arch.Shape;
import io.densenet.cpu.CpuClassifier;
import io.densenet.cpu.CpuMemory;
import io.densenet.cpu.CpuOptions;
import io.densenet.cpu.MemoryMode;
import io.densenet.engine.FeatureExtractor;
import io.densenet.engine.TrainableClassifier;
import io.densenet.model.ModelDescription;
import io.densenet.model.ModelFile;
import io.densenet.torch.LayoutTable;
import io.densenet.torch.TorchClassifier;
import io.densenet.torch.TorchNatives;
import io.densenet.torch.TorchOptions;
import io.densenet.weights.StateDict;

/// Opens the engine that was asked for.
public final class Engines {
    private Engines() {}

    /// A network to train, all zeros.
    ///
    /// @param memory    what the engine keeps between forward and backward pass
    /// @param frozen    what training leaves as it is
    /// @param batchSize images of one step, which decides libtorch's faster memory layout
    /// @throws CommandFailure when the options name an engine or device that is not there
    public static TrainableClassifier openForTraining(
            ModelDescription description, EngineOptions options, MemoryMode memory, FrozenFront frozen, int batchSize) {
        return openForTraining(
                description.architecture(),
                description.inputShape(),
                options.choice(description.architecture()),
                memory,
                frozen,
                batchSize);
    }

    /// As above, for a network that has no classes and no preprocessing yet.
    ///
    /// @param image shape of the images
    public static TrainableClassifier openForTraining(
            Architecture architecture,
            Shape image,
            EngineChoice engine,
            MemoryMode memory,
            FrozenFront frozen,
            int batchSize) {
        if (!engine.libTorch()) {
            DenseNet network = denseNet(architecture);
            CpuOptions options = new CpuOptions(engine.threads(), memory, frozen);
            requireMemory(network, image, options, batchSize);
            return CommandFailure.usage(() -> CpuClassifier.open(network, image, options));
        }
        EngineOptions.requireLibTorch();
        return CommandFailure.usage(() -> {
            Graph graph = architecture.graph(image);
            return TorchClassifier.open(
                    graph,
                    torchOptions(graph, LayoutTable.Use.TRAINING, batchSize, engine)
                            .withMemory(memory)
                            .withFrozen(frozen));
        });
    }

    /// What this project's own engine runs.
    private static DenseNet denseNet(Architecture architecture) {
        return switch (architecture) {
            case DenseNetConfig config -> CommandFailure.usage(() -> DenseNet.of(config));
            case Baseline baseline ->
                throw new CommandFailure(
                        ExitCode.USAGE,
                        "this project's own engine runs DenseNets only, and %s is none; try libtorch"
                                .formatted(baseline.name()));
        };
    }

    /// Says before any work when the JVM cannot hold what training needs.
    private static void requireMemory(DenseNet network, Shape image, CpuOptions options, int batchSize) {
        long needed = CommandFailure.usage(
                () -> CpuMemory.ofTraining(network, image, batchSize, options).totalBytes());
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
    public static FeatureExtractor openForInference(ModelFile model, EngineOptions options, int batchSize) {
        ModelDescription description = model.description();
        return openForInference(
                description.architecture(),
                description.inputShape(),
                model.state(),
                options.choice(description.architecture()),
                batchSize);
    }

    /// As above, for a network that has no classes and no preprocessing.
    ///
    /// @param image shape of the images
    public static FeatureExtractor openForInference(
            Architecture architecture, Shape image, StateDict state, EngineChoice engine, int batchSize) {
        if (!engine.libTorch()) {
            DenseNet network = denseNet(architecture);
            return CommandFailure.usage(() -> CpuClassifier.openForInference(
                    network, image, state, new CpuOptions(engine.threads(), MemoryMode.STANDARD)));
        }
        EngineOptions.requireLibTorch();
        return CommandFailure.usage(() -> {
            Graph graph = architecture.graph(image);
            return TorchClassifier.openForInference(
                    graph, state, torchOptions(graph, LayoutTable.Use.INFERENCE, batchSize, engine));
        });
    }

    /// `auto` is the GPU when libtorch finds one that it can use.
    private static TorchOptions torchOptions(Graph graph, LayoutTable.Use use, int batchSize, EngineChoice engine) {
        String device = engine.device();
        if (device.equals("auto")) { // only then is CUDA asked
            device = TorchNatives.hasUsableGpu() ? "cuda:0" : "cpu";
        }
        return new TorchOptions(device, engine.threads(), LayoutTable.layout(device, graph, use, batchSize));
    }
}
