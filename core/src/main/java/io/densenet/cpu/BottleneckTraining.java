package io.densenet.cpu;

import io.densenet.arch.DenseLayer;
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
    private final WeightMatrix conv2;
    private final WeightMatrix conv2Back;
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
        conv2 = WeightMatrix.inputsByTaps(offset2, middle, outputs);
        conv2Back = WeightMatrix.reversedTapsByInputs(offset2, middle, outputs);
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
        float[] values = block.state().arena().values();
        norm1.prepare(block.statistics());
        norm1.track(block.statistics(), momentum);
        List<Moments> moments = BatchStatistics.moments(block.chunks(), layer.bottleneckChannels());
        narrow(step, moments);
        bottleneckStatistics.set(0, layer.bottleneckChannels(), moments);
        norm2.prepare(bottleneckStatistics);
        norm2.track(bottleneckStatistics, momentum);

        float[] packed = block.shared().packed(conv2, values);
        FeatureMap z = bottleneck();
        Kernels kernels = block.compute().kernels();
        int middle = layer.bottleneckChannels();
        int growth = layer.growthRate();
        Convolution3x3.Source u =
                (row, rows, tile) -> kernels.normRelu(rows, middle, z.from(row), norm2.scale(), norm2.shift(), 0, tile);
        DropoutStep dropout = new DropoutStep(dropout2, step);
        List<Moments> outputs = BatchStatistics.moments(block.chunks(), growth);
        block.compute()
                .forEach(
                        block.chunks(),
                        (chunk, scratch) -> convolution.forward(chunk, u, packed, scratch, (row, rows, written) -> {
                            dropout.apply(block.grid(), row, rows, written, scratch);
                            block.addMoments(outputs.get(chunk.index()), growth, written, rows, scratch);
                            block.x().write(layer.inputChannels(), growth, row, rows, written);
                        }));
        block.statistics().set(layer.inputChannels(), growth, outputs);
    }

    /// z = conv1(relu(norm1(x))), and its moments where they are wanted.
    private void narrow(Step step, @Nullable List<Moments> moments) {
        Kernels kernels = block.compute().kernels();
        float[] packed = block.shared().packed(conv1, block.state().arena().values());
        FeatureMap z = bottleneck();
        int inputs = layer.inputChannels();
        DropoutStep dropout = new DropoutStep(dropout1, step);
        block.compute().forEach(block.chunks(), (chunk, scratch) -> {
            Rows y = scratch.inputs(Scratch.TILE, BlockMemory.tilePitch(inputs));
            for (int row = chunk.firstRow(); row < chunk.endRow(); row += Scratch.TILE) {
                int rows = Math.min(Scratch.TILE, chunk.endRow() - row);
                block.rectify(row, rows, norm1, y);
                kernels.product(rows, inputs, y, packed, bottleneckPitch, z.from(row));
                dropout.apply(block.grid(), row, rows, z.from(row), scratch);
                if (moments != null) {
                    block.addMoments(
                            moments.get(chunk.index()), layer.bottleneckChannels(), z.from(row), rows, scratch);
                }
            }
        });
    }

    @Override
    public void backward(Step step) {
        if (kept == null) {
            narrow(step, null);
        }
        widenBackward(step);
        narrowBackward(step);
    }

    /// From the gradient of the layer's channels to that of norm2's output, and conv2's weight.
    private void widenBackward(Step step) {
        Kernels kernels = block.compute().kernels();
        int middle = layer.bottleneckChannels();
        float[] packed = block.shared().packed(conv2Back, block.state().arena().values());
        FeatureMap z = bottleneck();
        FeatureMap du = block.shared().bottleneckGradient(block.grid(), bottleneckPitch);
        GradientCoefficients outputGradient =
                block.statistics().finalGradient(layer.inputChannels(), layer.growthRate());
        DropoutStep dropout = new DropoutStep(dropout2, step);
        WeightSums weightSums = block.shared().weightSums();
        Features g = block.g();
        int taps = conv2Back.rows().length;
        int lines = convolution.linesPerTile();
        int width = block.grid().width();
        block.compute().forEach(block.chunks(), (chunk, scratch) -> {
            Rows weight = weightSums.start(chunk, taps, bottleneckPitch);
            Rows u = scratch.inputs(lines * width, bottleneckPitch);
            for (int image = chunk.firstImage(); image < chunk.endImage(); image++) {
                float[] plane = convolution.gradientPlane(
                        image,
                        chunk.firstLine(),
                        chunk.endLine(),
                        g,
                        block.x(),
                        layer.inputChannels(),
                        outputGradient,
                        dropout,
                        scratch);
                for (int line = chunk.firstLine(); line < chunk.endLine(); line += lines) {
                    int end = Math.min(line + lines, chunk.endLine());
                    int rows = (end - line) * width;
                    int row = image * block.grid().pixels() + line * width;
                    Rows windows = convolution.gradientWindows(plane, chunk.firstLine(), line, end, scratch);
                    kernels.normRelu(rows, middle, z.from(row), norm2.scale(), norm2.shift(), 0, u);
                    kernels.outerProduct(rows, taps, windows, bottleneckPitch, u, weight);
                    kernels.product(rows, taps, windows, packed, bottleneckPitch, du.from(row));
                    kernels.reluGradient(
                            rows,
                            middle,
                            du.from(row),
                            u,
                            z.from(row),
                            bottleneckStatistics.centre(),
                            block.sums().sums(chunk),
                            block.sums().products(chunk));
                }
            }
        });
        weightSums.addTo(
                block.state().arena().gradients(), conv2Back, block.chunks().size());
        block.sums().merge(middle);
        norm2.takeGradients(block.sums(), bottleneckStatistics);
    }

    /// From there to the channels that the layer read, and conv1's weight.
    private void narrowBackward(Step step) {
        Kernels kernels = block.compute().kernels();
        int inputs = layer.inputChannels();
        int middle = layer.bottleneckChannels();
        int inputPitch = BlockMemory.tilePitch(inputs);
        float[] packed = block.shared().packed(conv1Back, block.state().arena().values());
        GradientCoefficients zGradient = norm2.inputGradient(block.sums(), bottleneckStatistics);
        DropoutStep dropout = new DropoutStep(dropout1, step);
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
                dropout.apply(block.grid(), row, rows, dz, scratch);
                block.rectify(row, rows, norm1, y);
                kernels.outerProduct(rows, inputs, y, bottleneckPitch, dz, weight);
                kernels.product(rows, middle, dz, packed, conv1Back.paddedColumns(), dy);
                block.send(row, rows, norm1, dy, y, false, g, chunk);
            }
        });
        weightSums.addTo(
                block.state().arena().gradients(), conv1, block.chunks().size());
        block.takeGradients(norm1);
    }
}
