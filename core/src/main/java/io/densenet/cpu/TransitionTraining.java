package io.densenet.cpu;

import io.densenet.arch.TransitionLayer;
import io.densenet.cpu.kernel.Kernels;
import io.densenet.cpu.kernel.Rows;
import io.densenet.engine.Step;
import java.util.Arrays;
import java.util.List;

/// BN-ReLU-Conv1×1 and 2×2 average pooling in training.
///
/// Convolution and mean commute, so this pools first and convolves a quarter of the pixels. Not with dropout,
/// which stands between them: then it convolves first, as the authors do.
final class TransitionTraining {
    private final BlockMemory from;
    private final BlockMemory to;
    private final TransitionLayer layer;
    private final double momentum;
    private final Norm norm;
    private final WeightMatrix weight;
    private final WeightMatrix weightBack;
    private final Dropout dropout;
    private final FeatureMap outputGradient;

    TransitionTraining(
            BlockMemory from, BlockMemory to, TransitionLayer layer, TrainingSettings settings, Dropout dropout) {
        this.from = from;
        this.to = to;
        this.layer = layer;
        this.dropout = dropout;
        this.momentum = settings.batchNorm().momentum();
        norm = new Norm(from.state(), layer.name() + ".norm", layer.inputChannels());
        int offset = from.state().offset(layer.name() + ".conv.weight");
        weight = WeightMatrix.inputsByOutputs(offset, layer.inputChannels(), layer.outputChannels());
        weightBack = WeightMatrix.outputsByInputs(offset, layer.inputChannels(), layer.outputChannels());
        outputGradient = settings.features().map(to.grid(), weight.paddedColumns());
    }

    /// Writes the first channels of the next block and their statistics.
    void forward(Step step) {
        norm.prepare(from.statistics());
        norm.track(from.statistics(), momentum);
        float[] packed = from.packed(weight);
        int outputs = layer.outputChannels();
        List<Moments> moments = BatchStatistics.moments(to.chunks(), outputs);
        from.compute()
                .forEach(
                        to.chunks(),
                        (chunk, scratch) -> forEachTile(chunk, (image, line, end) -> {
                            int row = row(image, line);
                            int rows = (end - line) * to.grid().width();
                            Rows pooled = scratch.bottleneck(rows, weight.paddedColumns());
                            convolve(image, line, end, packed, pooled, step, scratch);
                            to.addMoments(moments.get(chunk.index()), outputs, pooled, rows, scratch);
                            to.x().write(0, outputs, row, rows, pooled);
                        }));
        to.statistics().set(0, outputs, moments);
    }

    private void convolve(int image, int line, int end, float[] packed, Rows out, Step step, Scratch scratch) {
        Kernels kernels = from.compute().kernels();
        int inputs = layer.inputChannels();
        int pitch = BlockMemory.tilePitch(inputs);
        int width = from.grid().width();
        int pooledWidth = to.grid().width();
        Rows y = scratch.inputs(2 * width, pitch);
        if (!dropout.isOn()) {
            Rows pooled = scratch.products((end - line) * pooledWidth, pitch);
            for (int l = line; l < end; l++) {
                rectify(image, l, y);
                Pooling.average(width, inputs, y, pooled.from((l - line) * pooledWidth));
            }
            kernels.product((end - line) * pooledWidth, inputs, pooled, packed, weight.paddedColumns(), out);
            return;
        }
        Rows convolved = scratch.products(2 * width, weight.paddedColumns());
        for (int l = line; l < end; l++) {
            rectify(image, l, y);
            kernels.product(2 * width, inputs, y, packed, weight.paddedColumns(), convolved);
            dropout.in(step, from).apply(fineRow(image, l), 2 * width, convolved, scratch);
            Pooling.average(width, layer.outputChannels(), convolved, out.from((l - line) * pooledWidth));
        }
    }

    /// y = relu(norm(x)) of the two lines that are pooled to one.
    private void rectify(int image, int line, Rows y) {
        from.rectify(fineRow(image, line), 2 * from.grid().width(), norm, y);
    }

    /// Finishes the gradient of the next block's first channels and sends it through to this block's, as the
    /// first of those who read them.
    void backward(Step step) {
        GradientCoefficients coefficients = to.statistics().finalGradient(0, layer.outputChannels());
        Features sent = to.g();
        from.compute().forEach(to.chunks(), (chunk, _) -> {
            int row = chunk.firstRow();
            to.initialGradient(row, chunk.rows(), coefficients, sent, outputGradient.from(row));
        });

        float[] packed = from.packed(weightBack);
        WeightSums weightSums = from.shared().weightSums();
        Features g = from.g();
        from.compute().forEach(to.chunks(), (chunk, scratch) -> {
            Rows weightSum = weightSums.start(chunk, layer.inputChannels(), weight.paddedColumns());
            forEachTile(chunk, (image, line, end) -> {
                for (int l = line; l < end; l++) {
                    backward(chunk, image, l, packed, weightSum, g, step, scratch);
                }
                if (end == to.grid().height() && 2 * end < from.grid().height()) {
                    clear(image, 2 * end, g);
                }
            });
        });
        from.addGradient(weight, to.chunks().size());
        from.takeGradients(norm);
    }

    private void backward(
            Chunk chunk, int image, int line, float[] packed, Rows weightSum, Features g, Step step, Scratch scratch) {
        Kernels kernels = from.compute().kernels();
        int inputs = layer.inputChannels();
        int inputPitch = BlockMemory.tilePitch(inputs);
        int width = from.grid().width();
        int pooledWidth = to.grid().width();
        Rows gradient = outputGradient.from(row(image, line));
        Rows y = scratch.inputs(2 * width, inputPitch);
        Rows dy = scratch.gradients(2 * width, inputPitch);
        rectify(image, line, y);
        if (dropout.isOn()) {
            Rows fine = scratch.bottleneck(2 * width, weight.paddedColumns());
            Pooling.spread(width, weight.paddedColumns(), gradient, fine);
            dropout.in(step, from).apply(fineRow(image, line), 2 * width, fine, scratch);
            kernels.outerProduct(2 * width, inputs, y, weight.paddedColumns(), fine, weightSum);
            kernels.product(2 * width, layer.outputChannels(), fine, packed, weightBack.paddedColumns(), dy);
        } else {
            Rows pooled = scratch.products(pooledWidth, inputPitch);
            Pooling.average(width, inputs, y, pooled);
            kernels.outerProduct(pooledWidth, inputs, pooled, weight.paddedColumns(), gradient, weightSum);
            kernels.product(pooledWidth, layer.outputChannels(), gradient, packed, weightBack.paddedColumns(), pooled);
            Pooling.spread(width, inputs, pooled, dy);
        }
        from.send(fineRow(image, line), 2 * width, norm, dy, y, true, g, chunk);
    }

    /// A last line without a partner is not pooled: nobody sends it anything.
    private void clear(int image, int line, Features g) {
        int row = image * from.grid().pixels() + line * from.grid().width();
        int rows = (from.grid().height() - line) * from.grid().width();
        for (Features.Segment segment : g.segments()) {
            int pitch = segment.map().pitch();
            Arrays.fill(segment.map().data(), row * pitch, (row + rows) * pitch, 0);
        }
    }

    private interface Tile {
        void run(int image, int line, int end);
    }

    private void forEachTile(Chunk chunk, Tile tile) {
        int lines = Math.max(1, Scratch.TILE / to.grid().width());
        for (int image = chunk.firstImage(); image < chunk.endImage(); image++) {
            for (int line = chunk.firstLine(); line < chunk.endLine(); line += lines) {
                tile.run(image, line, Math.min(line + lines, chunk.endLine()));
            }
        }
    }

    private int row(int image, int line) {
        return image * to.grid().pixels() + line * to.grid().width();
    }

    private int fineRow(int image, int line) {
        return image * from.grid().pixels() + 2 * line * from.grid().width();
    }
}
