package io.densenet.cpu;

import io.densenet.arch.DenseLayer;
import io.densenet.cpu.kernel.Ahead;
import io.densenet.cpu.kernel.Kernels;
import io.densenet.cpu.kernel.Rows;
import io.densenet.engine.Step;
import java.util.List;

/// BN-ReLU-Conv3×3 in training: a dense layer without bottleneck.
///
/// In comments: x the block's channels, y = relu(norm1(x)).
final class PlainTraining implements DenseLayerTraining {
    private final BlockMemory block;
    private final DenseLayer layer;
    private final double momentum;
    private final Norm norm1;
    private final Convolution3x3 convolution;
    private final WinogradWeights conv1;
    private final Dropout dropout1;

    PlainTraining(BlockMemory block, DenseLayer layer, TrainingSettings settings, Dropout dropout1) {
        this.block = block;
        this.layer = layer;
        this.dropout1 = dropout1;
        this.momentum = settings.batchNorm().momentum();
        int inputs = layer.inputChannels();
        int outputs = layer.growthRate();
        norm1 = new Norm(block.state(), layer.name() + ".norm1", inputs);
        convolution = new Convolution3x3(block.compute().kernels(), block.grid(), inputs, outputs);
        int offset = block.state().offset(layer.name() + ".conv1.weight");
        conv1 = new WinogradWeights(offset, inputs, outputs);
    }

    @Override
    public void forward(Step step) {
        norm1.prepare(block.statistics());
        norm1.track(block.statistics(), momentum);
        float[][] weights = block.forward(conv1);
        int outputs = layer.growthRate();
        Convolution3x3.Announcement next =
                (row, rows, ahead) -> block.x().announce(row, rows, layer.inputChannels(), ahead);
        DropoutStep dropout = dropout1.in(step, block);
        List<Moments> moments = BatchStatistics.moments(block.chunks(), outputs);
        block.compute()
                .forEach(
                        block.chunks(),
                        (chunk, scratch) ->
                                convolution.forward(chunk, input(), weights, scratch, next, (row, rows, written) -> {
                                    dropout.apply(row, rows, written, scratch);
                                    block.addMoments(moments.get(chunk.index()), outputs, written, rows, scratch);
                                    block.x().write(layer.inputChannels(), outputs, row, rows, written);
                                }));
        block.statistics().set(layer.inputChannels(), outputs, moments);
    }

    /// y.
    private Convolution3x3.Source input() {
        return (row, rows, tile) -> block.rectify(row, rows, norm1, tile);
    }

    @Override
    public void backward(Step step) {
        int inputs = layer.inputChannels();
        int columns = Kernels.padded(inputs);
        float[][] weights = block.backward(conv1);
        GradientCoefficients outputGradient = block.statistics().finalGradient(inputs, layer.growthRate());
        DropoutStep dropout = dropout1.in(step, block);
        WeightSums weightSums = block.shared().weightSums();
        Features g = block.g();
        Convolution3x3.Announcement next = (row, rows, ahead) -> {
            ahead.add(rows, layer.growthRate(), g.from(inputs, row));
            block.x().announce(row, rows, inputs + layer.growthRate(), ahead);
        };
        int weightRows = convolution.weightRows();
        block.compute().forEach(block.chunks(), (chunk, scratch) -> {
            Rows weightGradient = weightSums.start(chunk, weightRows, columns);
            Convolution3x3.Source gradient =
                    block.outputGradient(g, inputs, layer.growthRate(), outputGradient, dropout, scratch);
            List<Chunk> slabs = convolution.slabs(chunk);
            for (int i = 0; i < slabs.size(); i++) {
                Chunk slab = slabs.get(i);
                int row = slab.firstRow();
                Ahead ahead = scratch.ahead();
                g.announce(row, slab.rows(), inputs, ahead);
                Convolution3x3.announce(slabs, i + 1, next, ahead);
                Convolution3x3.Pixels y = convolution.read(slab, input(), scratch);
                Rows dy = scratch.gradients(slab.rows(), BlockMemory.tilePitch(inputs));
                convolution.backward(slab, y, gradient, weights, weightGradient, dy, scratch, ahead);
                block.send(row, slab.rows(), norm1, dy, y.from(row), false, g, chunk);
            }
        });
        block.addGradient(conv1, weightRows);
        block.takeGradients(norm1);
    }
}
