package io.densenet.cpu;

import io.densenet.arch.DenseLayer;
import io.densenet.cpu.kernel.Ahead;
import io.densenet.cpu.kernel.Kernels;
import io.densenet.cpu.kernel.Rows;
import java.util.List;

/// A dense layer in inference, with norm2 folded into the weights of conv1. Immutable.
final class InferenceLayer {
    private final Kernels kernels;
    private final DenseLayer layer;
    private final FoldedNorm norm1;
    private final float[] conv1;
    private final float[] shift2;
    private final float[][] convolutionWeights;
    private final Convolution3x3 convolution;

    InferenceLayer(Compute compute, NetworkState state, DenseLayer layer, Grid grid, double epsilon) {
        this.kernels = compute.kernels();
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
            convolutionWeights =
                    transformed(compute, state, layer.name() + ".conv2.weight", middle, layer.growthRate());
            convolution = new Convolution3x3(kernels, grid, middle, layer.growthRate());
        } else {
            conv1 = new float[0];
            shift2 = new float[0];
            convolutionWeights =
                    transformed(compute, state, layer.name() + ".conv1.weight", inputs, layer.growthRate());
            convolution = new Convolution3x3(kernels, grid, inputs, layer.growthRate());
        }
    }

    static float[] packed(WeightMatrix weight, NetworkState state) {
        float[] packed = new float[weight.packedLength()];
        weight.pack(state.arena().values(), packed);
        return packed;
    }

    private static float[][] transformed(Compute compute, NetworkState state, String name, int inputs, int outputs) {
        var weights = new WinogradWeights(state.offset(name), inputs, outputs);
        float[][] packed = new float[Kernels.PARTS][inputs * Kernels.padded(outputs)];
        float[] values = state.arena().values();
        compute.forEachPart(outputs, weights.operations(), (first, end) -> weights.forward(values, packed, first, end));
        return packed;
    }

    /// What stands between the halves of every layer of the block; nothing without a bottleneck.
    Convolution3x3.Pixels memory() {
        return layer.hasBottleneck()
                ? convolution.memory()
                : new Convolution3x3.Pixels(new Rows(new float[0], 0, 0), 0, 0);
    }

    /// Writes the layer's channels.
    ///
    /// @param bands  that the image is to be cut into, where rows do not need their neighbours
    /// @param chunks of the image where they do
    /// @param u      from [#memory()]
    void forward(Compute compute, int bands, List<Chunk> chunks, Convolution3x3.Pixels u, Features x) {
        if (layer.hasBottleneck()) {
            compute.forEachRows(x.grid().rows(), bands, (row, end, scratch) -> narrow(x, row, end, u, scratch));
            compute.forEach(chunks, (chunk, scratch) -> widen(chunk, u, x, scratch));
        } else {
            compute.forEach(chunks, (chunk, scratch) -> plain(chunk, x, scratch));
        }
    }

    /// The first half of a layer with a bottleneck: writes relu(norm2(conv1(relu(norm1(x))))) of some rows.
    private void narrow(Features x, int firstRow, int endRow, Convolution3x3.Pixels u, Scratch scratch) {
        int inputs = layer.inputChannels();
        int pitch = Kernels.padded(layer.bottleneckChannels());
        for (int row = firstRow; row < endRow; row += Scratch.TILE) {
            int rows = Math.min(Scratch.TILE, endRow - row);
            Rows y = scratch.inputs(rows, BlockMemory.tilePitch(inputs));
            norm1.rectify(kernels, x, inputs, row, rows, y);
            kernels.product(rows, inputs, y, conv1, pitch, u.from(row));
            kernels.shiftRelu(rows, layer.bottleneckChannels(), u.from(row), shift2);
        }
    }

    /// The second half: writes the layer's channels of a chunk.
    private void widen(Chunk chunk, Convolution3x3.Pixels u, Features x, Scratch scratch) {
        for (Chunk slab : convolution.slabs(chunk)) {
            convolution.forward(slab, u, convolutionWeights, scratch, Ahead.NOTHING, writer(x));
        }
    }

    /// Writes the channels of a chunk of a layer without a bottleneck.
    private void plain(Chunk chunk, Features x, Scratch scratch) {
        int inputs = layer.inputChannels();
        Convolution3x3.Source y = (row, rows, tile) -> norm1.rectify(kernels, x, inputs, row, rows, tile);
        convolution.forward(chunk, y, convolutionWeights, scratch, (row, rows, ahead) -> {}, writer(x));
    }

    private Convolution3x3.RowsDone writer(Features x) {
        return (row, rows, written) -> x.write(layer.inputChannels(), layer.growthRate(), row, rows, written);
    }
}
