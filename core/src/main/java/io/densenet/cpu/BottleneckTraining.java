package io.densenet.cpu;

import io.densenet.arch.DenseLayer;
import io.densenet.cpu.kernel.Ahead;
import io.densenet.cpu.kernel.Kernels;
import io.densenet.cpu.kernel.Rows;
import io.densenet.engine.Step;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// BN-ReLU-Conv1×1-BN-ReLU-Conv3×3 in training: docs/kernels.md goes through it step by step.
///
/// In comments: x the block's channels, y = relu(norm1(x)), z = conv1(y), u = relu(norm2(z)).
final class BottleneckTraining implements DenseLayerTraining {
    private final BlockMemory block;
    private final DenseLayer layer;
    private final double momentum;
    private final Norm norm1;
    private final Norm norm2;
    private final BatchStatistics bottleneckStatistics;
    private final Convolution3x3 convolution;
    private final WeightMatrix conv1;
    private final WeightMatrix conv1Back;
    private final WinogradWeights conv2;
    private final Dropout dropout1;
    private final Dropout dropout2;
    private final int bottleneckPitch;

    /// z, kept for the backward pass; null when it is computed again.
    private final @Nullable FeatureMap kept;

    BottleneckTraining(
            BlockMemory block, DenseLayer layer, TrainingSettings settings, Dropout dropout1, Dropout dropout2) {
        this.block = block;
        this.layer = layer;
        this.dropout1 = dropout1;
        this.dropout2 = dropout2;
        this.momentum = settings.batchNorm().momentum();
        NetworkState state = block.state();
        int inputs = layer.inputChannels();
        int middle = layer.bottleneckChannels();
        int outputs = layer.growthRate();
        norm1 = new Norm(state, layer.name() + ".norm1", inputs);
        norm2 = new Norm(state, layer.name() + ".norm2", middle);
        bottleneckStatistics = new BatchStatistics(
                middle, block.grid().rows(), settings.batchNorm().epsilon());
        convolution = new Convolution3x3(block.compute().kernels(), block.grid(), middle, outputs);
        int offset1 = state.offset(layer.name() + ".conv1.weight");
        conv1 = WeightMatrix.inputsByOutputs(offset1, inputs, middle);
        conv1Back = WeightMatrix.outputsByInputs(offset1, inputs, middle);
        int offset2 = state.offset(layer.name() + ".conv2.weight");
        conv2 = new WinogradWeights(offset2, middle, outputs);
        bottleneckPitch = Kernels.padded(middle);
        kept = switch (settings.memory()) {
            case STANDARD -> settings.features().map(block.grid(), bottleneckPitch);
            case EFFICIENT -> null;
        };
    }

    private FeatureMap bottleneck() {
        return kept != null ? kept : block.shared().bottleneck(block.grid(), bottleneckPitch);
    }

    @Override
    public void forward(Step step) {
        norm1.prepare(block.statistics());
        norm1.track(block.statistics(), momentum);
        List<Moments> moments = BatchStatistics.moments(block.chunks(), layer.bottleneckChannels());
        float[] packed = block.packed(conv1);
        FeatureMap z = bottleneck();
        DropoutStep narrowDropout = dropout1.in(step, block);
        block.compute()
                .forEach(
                        block.chunks(),
                        (chunk, scratch) ->
                                narrow(chunk, packed, z, narrowDropout, moments.get(chunk.index()), scratch));
        bottleneckStatistics.set(0, layer.bottleneckChannels(), moments);
        norm2.prepare(bottleneckStatistics);
        norm2.track(bottleneckStatistics, momentum);

        float[][] weights = block.forward(conv2);
        int growth = layer.growthRate();
        Convolution3x3.Source u = widened(z);
        int middle = layer.bottleneckChannels();
        Convolution3x3.Announcement next = (row, rows, ahead) -> {
            ahead.add(rows, middle, z.from(row));
            ahead.add(rows, growth, block.x().from(layer.inputChannels(), row));
        };
        DropoutStep dropout = dropout2.in(step, block);
        List<Moments> outputs = BatchStatistics.moments(block.chunks(), growth);
        block.compute()
                .forEach(
                        block.chunks(),
                        (chunk, scratch) ->
                                convolution.forward(chunk, u, weights, scratch, next, (row, rows, written) -> {
                                    dropout.apply(row, rows, written, scratch);
                                    block.addMoments(outputs.get(chunk.index()), growth, written, rows, scratch);
                                    block.x().write(layer.inputChannels(), growth, row, rows, written);
                                }));
        block.statistics().set(layer.inputChannels(), growth, outputs);
    }

    /// z = conv1(relu(norm1(x))) of a chunk, and its moments where they are wanted.
    private void narrow(
            Chunk chunk,
            float[] packed,
            FeatureMap z,
            DropoutStep dropout,
            @Nullable Moments moments,
            Scratch scratch) {
        Kernels kernels = block.compute().kernels();
        int inputs = layer.inputChannels();
        int middle = layer.bottleneckChannels();
        Rows y = scratch.inputs(Scratch.TILE, BlockMemory.tilePitch(inputs));
        for (int row = chunk.firstRow(); row < chunk.endRow(); row += Scratch.TILE) {
            int rows = Math.min(Scratch.TILE, chunk.endRow() - row);
            int next = row + rows;
            int nextRows = Math.min(Scratch.TILE, chunk.endRow() - next);
            Ahead ahead = scratch.ahead();
            block.x().announce(next, nextRows, inputs, ahead);
            ahead.add(nextRows, middle, z.from(next));
            block.rectify(row, rows, norm1, y);
            kernels.product(rows, inputs, y, packed, bottleneckPitch, z.from(row), ahead);
            dropout.apply(row, rows, z.from(row), scratch);
            if (moments != null) {
                block.addMoments(moments, middle, z.from(row), rows, scratch);
            }
        }
    }

    @Override
    public void backward(Step step) {
        widenBackward(step);
        narrowBackward(step);
    }

    /// Computes z again where it was not kept.
    private Compute.ChunkTask narrowAgain(FeatureMap z, Step step) {
        if (kept != null) {
            return (chunk, scratch) -> {};
        }
        float[] packed = block.packed(conv1);
        DropoutStep dropout = dropout1.in(step, block);
        return (chunk, scratch) -> narrow(chunk, packed, z, dropout, null, scratch);
    }

    /// u = relu(norm2(z)).
    private Convolution3x3.Source widened(FeatureMap z) {
        Kernels kernels = block.compute().kernels();
        return (row, rows, tile) ->
                kernels.normRelu(rows, layer.bottleneckChannels(), z.from(row), norm2.scale(), norm2.shift(), 0, tile);
    }

    /// From the gradient of the layer's channels to that of norm2's output, and conv2's weight. Computes z
    /// again where it was not kept: for a chunk of whole images just before it is read, while it is in the
    /// cache; a band of an image reads its neighbours' lines too, so there a loop of its own has to come first.
    private void widenBackward(Step step) {
        FeatureMap z = bottleneck();
        Compute.ChunkTask again = narrowAgain(z, step);
        boolean wholeImages = block.chunks().getFirst().isWhole();
        if (kept == null && !wholeImages) {
            block.compute().forEach(block.chunks(), again);
        }
        int middle = layer.bottleneckChannels();
        float[][] weights = block.backward(conv2);
        FeatureMap du = block.shared().bottleneckGradient(block.grid(), bottleneckPitch);
        GradientCoefficients outputGradient =
                block.statistics().finalGradient(layer.inputChannels(), layer.growthRate());
        DropoutStep dropout = dropout2.in(step, block);
        Features g = block.g();
        Convolution3x3.Announcement next = (row, rows, ahead) -> {
            ahead.add(rows, middle, z.from(row));
            ahead.add(rows, layer.growthRate(), g.from(layer.inputChannels(), row));
            ahead.add(rows, layer.growthRate(), block.x().from(layer.inputChannels(), row));
            ahead.add(rows, middle, du.from(row));
        };
        WeightSums weightSums = block.shared().weightSums();
        int weightRows = convolution.weightRows();
        block.compute().forEach(block.chunks(), (chunk, scratch) -> {
            if (wholeImages) {
                again.run(chunk, scratch);
            }
            Rows weightGradient = weightSums.start(chunk, weightRows, bottleneckPitch);
            Convolution3x3.Source gradient = block.outputGradient(
                    g, layer.inputChannels(), layer.growthRate(), outputGradient, dropout, scratch);
            List<Chunk> slabs = convolution.slabs(chunk);
            for (int i = 0; i < slabs.size(); i++) {
                Chunk slab = slabs.get(i);
                Ahead ahead = scratch.ahead();
                Convolution3x3.announce(slabs, i + 1, next, ahead);
                int row = slab.firstRow();
                Convolution3x3.Pixels u = convolution.read(slab, widened(z), scratch);
                convolution.backward(slab, u, gradient, weights, weightGradient, du.from(row), scratch, ahead);
                block.compute()
                        .kernels()
                        .reluGradient(
                                slab.rows(),
                                middle,
                                du.from(row),
                                u.from(row),
                                z.from(row),
                                bottleneckStatistics.centre(),
                                block.sums().sums(chunk),
                                block.sums().products(chunk));
            }
        });
        block.addGradient(conv2, weightRows);
        block.sums().merge(middle);
        norm2.takeGradients(block.sums(), bottleneckStatistics);
    }

    /// From there to the channels that the layer read, and conv1's weight.
    private void narrowBackward(Step step) {
        Kernels kernels = block.compute().kernels();
        int inputs = layer.inputChannels();
        int middle = layer.bottleneckChannels();
        int inputPitch = BlockMemory.tilePitch(inputs);
        float[] packed = block.packed(conv1Back);
        GradientCoefficients zGradient = norm2.inputGradient(block.sums(), bottleneckStatistics);
        DropoutStep dropout = dropout1.in(step, block);
        FeatureMap z = bottleneck();
        FeatureMap du = block.shared().bottleneckGradient(block.grid(), bottleneckPitch);
        Features g = block.g();
        WeightSums weightSums = block.shared().weightSums();
        block.compute().forEach(block.chunks(), (chunk, scratch) -> {
            Rows weight = weightSums.start(chunk, inputs, bottleneckPitch);
            Rows y = scratch.inputs(Scratch.TILE, inputPitch);
            Rows dy = scratch.gradients(Scratch.TILE, inputPitch);
            Rows dz = scratch.bottleneck(Scratch.TILE, bottleneckPitch);
            for (int row = chunk.firstRow(); row < chunk.endRow(); row += Scratch.TILE) {
                int rows = Math.min(Scratch.TILE, chunk.endRow() - row);
                zGradient.apply(kernels, rows, middle, du.from(row), z.from(row), 0, dz);
                dropout.apply(row, rows, dz, scratch);
                block.rectify(row, rows, norm1, y);
                Ahead ahead = scratch.ahead();
                g.announce(row, rows, inputs, ahead);
                int next = row + rows;
                int nextRows = Math.min(Scratch.TILE, chunk.endRow() - next);
                block.x().announce(next, nextRows, inputs, ahead);
                ahead.add(nextRows, middle, z.from(next));
                ahead.add(nextRows, middle, du.from(next));
                kernels.outerProduct(rows, inputs, y, bottleneckPitch, dz, weight, ahead);
                kernels.product(rows, middle, dz, packed, conv1Back.paddedColumns(), dy, ahead);
                block.send(row, rows, norm1, dy, y, false, g, chunk);
            }
        });
        block.addGradient(conv1, block.chunks().size());
        block.takeGradients(norm1);
    }
}
