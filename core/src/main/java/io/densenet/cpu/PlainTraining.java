package io.densenet.cpu;

import io.densenet.arch.DenseLayer;
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
    private final WeightMatrix conv1;
    private final WeightMatrix conv1Back;
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
        conv1 = WeightMatrix.inputsByTaps(offset, inputs, outputs);
        conv1Back = WeightMatrix.reversedTapsByInputs(offset, inputs, outputs);
    }

    @Override
    public void forward(Step step) {
        norm1.prepare(block.statistics());
        norm1.track(block.statistics(), momentum);
        float[] packed = block.shared().packed(conv1, block.state().arena().values());
        int outputs = layer.growthRate();
        Convolution3x3.Source y = (row, rows, tile) -> block.rectify(row, rows, norm1, tile);
        DropoutStep dropout = new DropoutStep(dropout1, step);
        List<Moments> moments = BatchStatistics.moments(block.chunks(), outputs);
        block.compute()
                .forEach(
                        block.chunks(),
                        (chunk, scratch) -> convolution.forward(chunk, y, packed, scratch, (row, rows, written) -> {
                            dropout.apply(block.grid(), row, rows, written, scratch);
                            block.addMoments(moments.get(chunk.index()), outputs, written, rows, scratch);
                            block.x().write(layer.inputChannels(), outputs, row, rows, written);
                        }));
        block.statistics().set(layer.inputChannels(), outputs, moments);
    }

    @Override
    public void backward(Step step) {
        Kernels kernels = block.compute().kernels();
        int inputs = layer.inputChannels();
        int inputPitch = BlockMemory.tilePitch(inputs);
        int columns = conv1Back.paddedColumns();
        float[] packed = block.shared().packed(conv1Back, block.state().arena().values());
        GradientCoefficients outputGradient = block.statistics().finalGradient(inputs, layer.growthRate());
        DropoutStep dropout = new DropoutStep(dropout1, step);
        WeightSums weightSums = block.shared().weightSums();
        Features g = block.g();
        int taps = conv1Back.rows().length;
        int lines = convolution.linesPerTile();
        int width = block.grid().width();
        block.compute().forEach(block.chunks(), (chunk, scratch) -> {
            Rows weight = weightSums.start(chunk, taps, columns);
            Rows y = scratch.inputs(lines * width, inputPitch);
            Rows dy = scratch.gradients(lines * width, inputPitch);
            for (int image = chunk.firstImage(); image < chunk.endImage(); image++) {
                float[] plane = convolution.gradientPlane(
                        image,
                        chunk.firstLine(),
                        chunk.endLine(),
                        g,
                        block.x(),
                        inputs,
                        outputGradient,
                        dropout,
                        scratch);
                for (int line = chunk.firstLine(); line < chunk.endLine(); line += lines) {
                    int end = Math.min(line + lines, chunk.endLine());
                    int rows = (end - line) * width;
                    int row = image * block.grid().pixels() + line * width;
                    Rows windows = convolution.gradientWindows(plane, chunk.firstLine(), line, end, scratch);
                    block.rectify(row, rows, norm1, y);
                    kernels.outerProduct(rows, taps, windows, columns, y, weight);
                    kernels.product(rows, taps, windows, packed, columns, dy);
                    block.send(row, rows, norm1, dy, y, false, g, chunk);
                }
            }
        });
        weightSums.addTo(
                block.state().arena().gradients(), conv1Back, block.chunks().size());
        block.takeGradients(norm1);
    }
}
