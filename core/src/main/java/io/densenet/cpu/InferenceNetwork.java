package io.densenet.cpu;

import io.densenet.arch.DenseBlock;
import io.densenet.arch.DenseLayer;
import io.densenet.arch.DenseNet;
import io.densenet.arch.Shape;
import io.densenet.arch.TransitionLayer;
import io.densenet.cpu.kernel.Kernels;
import io.densenet.cpu.kernel.Rows;
import io.densenet.data.ImageBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// A network with packed weights, for inference. Thread-safe: weights do not change, and each image that is
/// computed has memory of its own.
///
/// A batch of many images gives each thread images of its own; a few images are cut into bands for all threads.
/// Either way each output is one fixed chain of operations, so this does not show.
final class InferenceNetwork {
    /// Feature maps of one image.
    ///
    /// @param bottlenecks what stands between the halves of a layer, for each block
    private record Memory(FeatureMap stem, List<Features> blocks, List<Convolution3x3.Pixels> bottlenecks) {}

    private record Transition(TransitionLayer layer, FoldedNorm norm, WeightMatrix matrix, float[] weight) {}

    private final Compute compute;
    private final Kernels kernels;
    private final DenseNet network;
    private final Resolutions resolutions;
    private final InferenceStem stem;
    private final List<List<InferenceLayer>> blocks = new ArrayList<>();
    private final List<Transition> transitions = new ArrayList<>();
    private final FoldedNorm norm5;
    private final float[] classifierWeight;
    private final float[] classifierBias;
    private final Queue<Memory> idle = new ConcurrentLinkedQueue<>();

    InferenceNetwork(Compute compute, NetworkState state, DenseNet network, Shape image) {
        this.compute = compute;
        this.kernels = compute.kernels();
        this.network = network;
        double epsilon = network.config().batchNorm().epsilon();
        resolutions = Resolutions.of(network, image, 1);
        stem = new InferenceStem(kernels, state, network.config(), image, resolutions);
        for (int b = 0; b < network.blocks().size(); b++) {
            List<InferenceLayer> layers = new ArrayList<>();
            for (DenseLayer layer : network.blocks().get(b).layers()) {
                layers.add(new InferenceLayer(compute, state, layer, resolutions.block(b), epsilon));
            }
            blocks.add(List.copyOf(layers));
        }
        for (TransitionLayer layer : network.transitions()) {
            var matrix = WeightMatrix.inputsByOutputs(
                    state.offset(layer.name() + ".conv.weight"), layer.inputChannels(), layer.outputChannels());
            var norm = FoldedNorm.of(state, layer.name() + ".norm", layer.inputChannels(), epsilon);
            transitions.add(new Transition(layer, norm, matrix, InferenceLayer.packed(matrix, state)));
        }
        int features = network.head().inputChannels();
        norm5 = FoldedNorm.of(state, "features.norm5", features, epsilon);
        classifierWeight = transposed(values(state, "classifier.weight", features * numClasses()), features);
        classifierBias = values(state, "classifier.bias", numClasses());
    }

    private static float[] values(NetworkState state, String name, int length) {
        int offset = state.offset(name);
        return Arrays.copyOfRange(state.arena().values(), offset, offset + length);
    }

    /// Features × classes, from classes × features.
    private static float[] transposed(float[] weight, int features) {
        int classes = weight.length / features;
        float[] columns = new float[weight.length];
        for (int k = 0; k < classes; k++) {
            for (int c = 0; c < features; c++) {
                columns[c * classes + k] = weight[k * features + c];
            }
        }
        return columns;
    }

    int numClasses() {
        return network.config().numClasses();
    }

    /// What is done with the maps of an image before they are overwritten.
    private interface Look {
        void at(int image, List<Features> blocks, float[] pooled);
    }

    /// Writes N × classes logits.
    void logits(ImageBatch batch, float[] out) {
        run(batch, out, (_, _, _) -> {});
    }

    /// Writes N × classes logits, and N × C × H × W values of a tap.
    void features(ImageBatch batch, float[] logits, FeatureTaps.Tap tap, float[] features) {
        run(batch, logits, (n, maps, pooled) -> {
            switch (tap) {
                case FeatureTaps.Stored stored -> stored.read(maps.get(stored.block()), n, features);
                case FeatureTaps.Normed normed -> normed.read(maps.getLast(), norm5, n, features);
                case FeatureTaps.Pooled _ -> System.arraycopy(pooled, 0, features, n * pooled.length, pooled.length);
            }
        });
    }

    private void run(ImageBatch batch, float[] out, Look look) {
        if (batch.size() >= compute.threads()) {
            compute.forEach(batch.size(), n -> run(batch, n, 1, out, look));
        } else {
            for (int n = 0; n < batch.size(); n++) {
                run(batch, n, compute.threads(), out, look);
            }
        }
    }

    private void run(ImageBatch batch, int image, int bands, float[] out, Look look) {
        Memory memory = idle.poll();
        if (memory == null) {
            memory = memory();
        }
        Features x = memory.blocks().getFirst();
        stem.forward(compute, batch, image, bands, memory.stem(), x);
        for (int b = 0; b < blocks.size(); b++) {
            List<Chunk> chunks = Chunk.bands(resolutions.block(b), bands);
            Features block = memory.blocks().get(b);
            Convolution3x3.Pixels bottleneck = memory.bottlenecks().get(b);
            for (InferenceLayer layer : blocks.get(b)) {
                layer.forward(compute, bands, chunks, bottleneck, block);
            }
            if (b < transitions.size()) {
                transition(transitions.get(b), block, memory.blocks().get(b + 1), bands);
            }
        }
        float[] pooled = pooled(memory.blocks().getLast());
        classify(pooled, out, image * numClasses());
        look.at(image, memory.blocks(), pooled);
        idle.add(memory);
    }

    private Memory memory() {
        List<Features> maps = new ArrayList<>();
        for (int b = 0; b < blocks.size(); b++) {
            DenseBlock block = network.blocks().get(b);
            maps.add(Features.of(
                    resolutions.block(b),
                    block.inputChannels(),
                    block.growthRate(),
                    block.layers().size()));
        }
        List<Convolution3x3.Pixels> bottlenecks =
                blocks.stream().map(layers -> layers.getFirst().memory()).toList();
        return new Memory(stem.memory(), List.copyOf(maps), bottlenecks);
    }

    private void transition(Transition transition, Features from, Features to, int bands) {
        int inputs = transition.layer().inputChannels();
        int outputs = transition.layer().outputChannels();
        int pitch = BlockMemory.tilePitch(inputs);
        int width = from.grid().width();
        int pooledWidth = to.grid().width();
        compute.forEach(Chunk.bands(to.grid(), bands), (chunk, scratch) -> {
            Rows y = scratch.inputs(2 * width, pitch);
            Rows pooled = scratch.products(chunk.rows(), pitch);
            Rows result = scratch.bottleneck(chunk.rows(), transition.matrix().paddedColumns());
            for (int line = chunk.firstLine(); line < chunk.endLine(); line++) {
                transition.norm().rectify(kernels, from, inputs, 2 * line * width, 2 * width, y);
                Pooling.average(width, inputs, y, pooled.from((line - chunk.firstLine()) * pooledWidth));
            }
            kernels.product(chunk.rows(), inputs, pooled, transition.weight(), result.pitch(), result);
            to.write(0, outputs, chunk.firstRow(), chunk.rows(), result);
        });
    }

    /// The mean of relu(norm5(x)) over all pixels.
    private float[] pooled(Features x) {
        int features = network.head().inputChannels();
        int pitch = BlockMemory.tilePitch(features);
        float[] pooled = new float[features];
        Rows y = new Rows(new float[x.grid().width() * pitch + Kernels.PANEL], 0, pitch);
        for (int line = 0; line < x.grid().height(); line++) {
            norm5.rectify(
                    kernels, x, features, line * x.grid().width(), x.grid().width(), y);
            Pooling.addRows(x.grid().width(), features, y, pooled, 0);
        }
        for (int c = 0; c < features; c++) {
            pooled[c] /= x.grid().pixels();
        }
        return pooled;
    }

    private void classify(float[] pooled, float[] out, int at) {
        double[] sums = new double[numClasses()];
        for (int k = 0; k < sums.length; k++) {
            sums[k] = classifierBias[k];
        }
        for (int c = 0; c < pooled.length; c++) {
            addScaled(sums, classifierWeight, c * sums.length, pooled[c]);
        }
        for (int k = 0; k < sums.length; k++) {
            out[at + k] = (float) sums[k];
        }
    }

    /// The JIT compiler makes vectors of this.
    private static void addScaled(double[] sums, float[] weight, int from, double factor) {
        for (int k = 0; k < sums.length; k++) {
            sums[k] += weight[from + k] * factor;
        }
    }
}
