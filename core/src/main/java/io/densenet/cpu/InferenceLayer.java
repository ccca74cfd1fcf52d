package io.densenet.cpu;

import io.densenet.arch.DenseLayer;
import io.densenet.cpu.kernel.Kernels;
import io.densenet.cpu.kernel.Rows;

/// A dense layer in inference. Every value is written once: nothing between the block's channels that it reads
/// and those that it writes leaves the caches. Immutable.
final class InferenceLayer {
    private final Kernels kernels;
    private final DenseLayer layer;
    private final FoldedNorm norm1;
    private final float[] conv1;
    private final float[] shift2;
    private final float[] convolutionWeights;
    private final Convolution3x3 convolution;

    InferenceLayer(Kernels kernels, NetworkState state, DenseLayer layer, Grid grid, double epsilon) {
        this.kernels = kernels;
        this.layer = layer;
        int inputs = layer.inputChannels();
        norm1 = FoldedNorm.of(state, layer.name() + ".norm1", inputs, epsilon);
        if (layer.hasBottleneck()) {
            int middle = layer.bottleneckChannels();
            FoldedNorm norm2 = FoldedNorm.of(state, layer.name() + ".norm2", middle, epsilon);
            var weight = WeightMatrix.inputsByOutputs(state.offset(layer.name() + ".conv1.weight"), inputs, middle);
            conv1 = packed(weight, state);
            weight.scaleColumns(conv1, norm2.scale());
            shift2 = norm2.shift();
            convolutionWeights = packed(
                    WeightMatrix.inputsByTaps(state.offset(layer.name() + ".conv2.weight"), middle, layer.growthRate()),
                    state);
            convolution = new Convolution3x3(kernels, grid, middle, layer.growthRate());
        } else {
            conv1 = new float[0];
            shift2 = new float[0];
            convolutionWeights = packed(
                    WeightMatrix.inputsByTaps(state.offset(layer.name() + ".conv1.weight"), inputs, layer.growthRate()),
                    state);
            convolution = new Convolution3x3(kernels, grid, inputs, layer.growthRate());
        }
    }

    static float[] packed(WeightMatrix weight, NetworkState state) {
        float[] packed = new float[weight.packedLength()];
        weight.pack(state.arena().values(), packed);
        return packed;
    }

    /// Writes the layer's channels of a chunk.
    void forward(Chunk chunk, Features x, Scratch scratch) {
        int inputs = layer.inputChannels();
        Convolution3x3.Source source = layer.hasBottleneck()
                ? (row, rows, tile) -> narrow(x, row, rows, tile, scratch)
                : (row, rows, tile) -> norm1.rectify(kernels, x, inputs, row, rows, tile);
        convolution.forward(
                chunk,
                source,
                convolutionWeights,
                scratch,
                (row, rows, written) -> x.write(inputs, layer.growthRate(), row, rows, written));
    }

    private void narrow(Features x, int row, int rows, Rows tile, Scratch scratch) {
        int inputs = layer.inputChannels();
        Rows y = scratch.gradients(rows, BlockMemory.tilePitch(inputs));
        norm1.rectify(kernels, x, inputs, row, rows, y);
        kernels.product(rows, inputs, y, conv1, Kernels.padded(layer.bottleneckChannels()), tile);
        kernels.shiftRelu(rows, layer.bottleneckChannels(), tile, shift2);
    }
}
