package io.densenet.torch;

import io.densenet.arch.FeaturePoint;
import io.densenet.arch.FrozenFront;
import io.densenet.arch.Graph;
import io.densenet.arch.Shape;
import io.densenet.data.ImageBatch;
import io.densenet.engine.FeatureExtractor;
import io.densenet.engine.ParameterArena;
import io.densenet.engine.Step;
import io.densenet.engine.StepResult;
import io.densenet.engine.TrainableClassifier;
import io.densenet.weights.StateDict;
import java.util.List;

/// Any network of [io.densenet.arch], run and trained by libtorch.
///
/// Before each call the parameters are copied from the arena to libtorch, after a backward pass the
/// gradients back. The same thread count gives the same bits on the same kind of processor; libtorch and the
/// libraries below it choose other kernels on another.
///
/// Not thread-safe. libtorch keeps its settings per thread, so call it from platform threads, never from
/// virtual ones. What it holds outside the Java heap is freed by [#close()].
public final class TorchClassifier implements TrainableClassifier {
    private final TorchNetwork network;

    private TorchClassifier(TorchNetwork network) {
        this.network = network;
    }

    /// A network that can be trained. Its parameters are 0 until they are loaded or written into the arena.
    ///
    /// @throws MissingNativesException  when libtorch's libraries are not on the class path
    /// @throws IllegalArgumentException when there is no such device
    public static TorchClassifier open(Graph graph, TorchOptions options) {
        return new TorchClassifier(new TorchNetwork(graph, options));
    }

    /// A network for inference alone: its parameters are copied to libtorch once, here.
    ///
    /// @throws MissingNativesException  when libtorch's libraries are not on the class path
    /// @throws IllegalArgumentException when there is no such device or the weights are those of another
    ///     network
    public static FeatureExtractor openForInference(Graph graph, StateDict state, TorchOptions options) {
        TorchNetwork network = new TorchNetwork(graph, options);
        try {
            network.parameters().load(state);
            network.parameters().upload();
            return new Frozen(network);
        } catch (RuntimeException | Error e) {
            network.close();
            throw e;
        }
    }

    @Override
    public Shape inputShape() {
        return network.graph().input();
    }

    @Override
    public int numClasses() {
        return network.graph().numClasses();
    }

    @Override
    public String description() {
        return network.description();
    }

    @Override
    public void logits(ImageBatch images, float[] out) {
        network.parameters().upload();
        network.logits(images, out);
    }

    /// @throws IllegalArgumentException when the images have another shape, a label is not a class, or a
    ///     batch norm would see a single value per channel
    /// @throws IllegalStateException    when the memory does not suffice
    @Override
    public StepResult gradients(ImageBatch batch, Step step) {
        network.parameters().upload();
        return network.gradients(batch, step);
    }

    @Override
    public FrozenFront frozen() {
        return network.frozen();
    }

    @Override
    public ParameterArena parameters() {
        return network.parameters().arena();
    }

    @Override
    public StateDict stateDict() {
        return network.parameters().stateDict();
    }

    @Override
    public void load(StateDict state) {
        network.parameters().load(state);
    }

    @Override
    public void close() {
        network.close();
    }

    /// A network whose parameters no longer change.
    private record Frozen(TorchNetwork network) implements FeatureExtractor {
        @Override
        public Shape inputShape() {
            return network.graph().input();
        }

        @Override
        public int numClasses() {
            return network.graph().numClasses();
        }

        @Override
        public void logits(ImageBatch images, float[] out) {
            network.logits(images, out);
        }

        @Override
        public List<FeaturePoint> featurePoints() {
            return FeaturePoint.of(network.graph());
        }

        @Override
        public void features(ImageBatch images, FeaturePoint point, float[] logits, float[] features) {
            network.features(images, point, logits, features);
        }

        @Override
        public String description() {
            return network.description();
        }

        @Override
        public void close() {
            network.close();
        }
    }
}
