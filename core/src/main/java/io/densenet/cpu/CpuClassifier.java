package io.densenet.cpu;

import io.densenet.arch.DenseNet;
import io.densenet.arch.FrozenFront;
import io.densenet.arch.Graph;
import io.densenet.arch.Shape;
import io.densenet.cpu.kernel.Kernels;
import io.densenet.data.ImageBatch;
import io.densenet.engine.BatchChecks;
import io.densenet.engine.FeatureExtractor;
import io.densenet.engine.ParameterArena;
import io.densenet.engine.Step;
import io.densenet.engine.StepResult;
import io.densenet.engine.TrainableClassifier;
import io.densenet.weights.StateDict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A DenseNet on the CPU, by the fused engine.
///
/// Fast with `--add-modules jdk.incubator.vector`; without, plain loops give the same results slowly, and a
/// warning says so through [System.Logger].
///
/// Results do not depend on the number of threads, nor on the width of the machine's vectors, to the bit.
///
/// Not thread-safe: one thread trains.
public final class CpuClassifier implements TrainableClassifier {
    private final DenseNet network;
    private final Shape image;
    private final NetworkState state;
    private final Compute compute;
    private final TrainingMemory memory;
    private final FrozenFront frozen;
    private @Nullable TrainingSteps training;
    private int trainingImages;
    private volatile @Nullable Packed packed;

    /// A network with packed weights, and the weights that it was made of: whoever has the arena may change
    /// them at any time.
    private record Packed(float[] snapshot, InferenceNetwork network) {}

    private CpuClassifier(DenseNet network, Shape image, CpuOptions options, Kernels kernels) {
        this.network = network;
        this.image = image;
        this.state = new NetworkState(Graph.of(network, image));
        this.compute = new Compute(kernels, options.threads());
        this.memory = new TrainingMemory(options.memory());
        this.frozen = options.frozen();
    }

    /// A network that can be trained. Its parameters are 0 until they are loaded or written into the arena. Those of a
    /// frozen front are packed when training begins, when batches get another size, and behind [#load(StateDict)].
    ///
    /// @param image shape of the images
    /// @throws IllegalArgumentException when the network does not take such images
    public static CpuClassifier open(DenseNet network, Shape image, CpuOptions options) {
        Kernels kernels = Kernels.best();
        Advice.log(kernels);
        return open(network, image, options, kernels);
    }

    static CpuClassifier open(DenseNet network, Shape image, CpuOptions options, Kernels kernels) {
        int blocks = network.blocks().size();
        if (!options.frozen().isEmpty() && options.frozen().allBlocks() != blocks) {
            throw new IllegalArgumentException("a front of a network of %d blocks is frozen, this one has %d"
                    .formatted(options.frozen().allBlocks(), blocks));
        }
        return new CpuClassifier(network, image, options, kernels);
    }

    /// A network for inference alone: its weights are packed once, here. Any number of threads may call it at
    /// once.
    ///
    /// @throws IllegalArgumentException when the network does not take such images or the weights are those
    ///     of another network
    public static FeatureExtractor openForInference(
            DenseNet network, Shape image, StateDict state, CpuOptions options) {
        Graph graph = Graph.of(network, image);
        NetworkState loaded = new NetworkState(graph);
        loaded.load(state);
        Kernels kernels = Kernels.best();
        Advice.log(kernels);
        Compute compute = new Compute(kernels, options.threads());
        InferenceNetwork packed = new InferenceNetwork(compute, loaded, network, image);
        return new PackedClassifier(image, compute, packed, FeatureTaps.of(network, graph), description(compute));
    }

    @Override
    public Shape inputShape() {
        return image;
    }

    @Override
    public int numClasses() {
        return network.config().numClasses();
    }

    @Override
    public String description() {
        return description(compute);
    }

    private static String description(Compute compute) {
        return "fused, %s, %d thread%s"
                .formatted(compute.kernels().description(), compute.threads(), compute.threads() == 1 ? "" : "s");
    }

    /// The same on any machine, with any number of threads and either way to use memory. The number counts
    /// changes of the engine that change its results.
    @Override
    public String arithmetic() {
        return "fused 2";
    }

    @Override
    public void logits(ImageBatch images, float[] out) {
        BatchChecks.requireShape(images, image);
        BatchChecks.requireRoom(images, numClasses(), out);
        Packed current = packed;
        if (current == null || !state.isAsIn(current.snapshot())) {
            current = new Packed(state.snapshot(), new InferenceNetwork(compute, state, network, image));
            packed = current;
        }
        current.network().logits(images, out);
    }

    /// @throws IllegalArgumentException when the images have another shape, a label is not a class, or a batch
    ///     norm would see a single value per channel
    @Override
    public StepResult gradients(ImageBatch batch, Step step) {
        BatchChecks.requireShape(batch, image);
        BatchChecks.requireLabels(batch, numClasses());
        BatchChecks.requireSense(batch, step);
        requireBatchStatistics(batch.size());
        packed = null; // its memory belongs to the training now
        TrainingSteps current = training;
        if (current == null || trainingImages != batch.size()) {
            training = null; // lets go of its memory first
            current = frozen.isAllFeatures()
                    ? new LastLayerTraining(compute, state, network, image, batch.size())
                    : new TrainingNetwork(compute, state, network, image, batch.size(), memory, frozen.blocks());
            training = current;
            trainingImages = batch.size();
        }
        return current.gradients(batch, step);
    }

    /// The variance of a single value is no variance.
    private void requireBatchStatistics(int images) {
        List<Grid> blocks = Resolutions.of(network, image, images).blocks();
        for (int b = frozen.blocks(); b < blocks.size(); b++) {
            if (blocks.get(b).rows() == 1) {
                throw new IllegalArgumentException(
                        "%s: a batch of one image of %s leaves one value per channel, which has no variance; train with two images or more"
                                .formatted(network.blocks().get(b).name(), image));
            }
        }
    }

    /// Bytes of all arrays that this holds now, what [CpuMemory] foretells.
    public long allocatedBytes() {
        return state.bytes() + memory.features().bytes() + memory.shared().bytes() + compute.scratchBytes();
    }

    @Override
    public FrozenFront frozen() {
        return frozen;
    }

    @Override
    public ParameterArena parameters() {
        return state.arena();
    }

    @Override
    public StateDict stateDict() {
        return state.stateDict();
    }

    @Override
    public void load(StateDict state) {
        this.state.load(state);
        training = null; // a frozen front has packed weights
    }

    @Override
    public void close() {
        compute.close();
    }
}
