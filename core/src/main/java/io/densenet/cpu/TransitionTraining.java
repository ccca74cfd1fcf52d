package io.densenet.cpu;

import io.densenet.arch.TransitionLayer;
import io.densenet.cpu.kernel.Kernels;
import io.densenet.cpu.kernel.Rows;
import io.densenet.engine.Step;
import java.util.List;

/// BN-ReLU-Conv1×1 and 2×2 average pooling in training.
///
/// Convolution and mean commute, so this pools first and convolves a quarter of the pixels. Not with dropout, which
/// stands between them: then it convolves first, as the authors do.
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
        outputGradient = FeatureMap.of(to.grid(), weight.paddedColumns());
    }

    /// Writes the first channels of the next block and their statistics.
    void forward(Step step) {
        norm.prepare(from.statistics());
        norm.track(from.statistics(), momentum);
        Kernels kernels = from.compute().kernels();
        float[] packed = from.shared().packed(weight, from.state().arena().values());
        int outputs = layer.outputChannels();
        List<Moments> moments = BatchStatistics.moments(to.chunks(), outputs);
        from.compute().forEach(to.chunks(), (chunk, scratch) -> forEachTile(chunk, (image, line, end) -> {
            int row = row(image, line);
            int rows = (end - line) * to.grid().width();
            Rows pooled = scratch.bottleneck(rows, weight.paddedColumns());
            convolve(image, line, end, packed, pooled, step, scratch);
            copy(rows, outputs, pooled, to.x().from(row));
            float[] mean = scratch.mean(outputs);
            float[] squares = scratch.squares(outputs);
            kernels.moments(rows, outputs, pooled, mean, squares);
            moments.get(chunk.index()).add(rows, mean, squares);
        }));
        to.statistics().set(0, outputs, moments);
    }

    private void convolve(int image, int line, int end, float[] packed, Rows out, Step step, Scratch scratch) {
        Kernels kernels = from.compute().kernels();
        int inputs = layer.inputChannels();
        int pitch = Kernels.padded(inputs);
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
            new DropoutStep(dropout, step).apply(from.grid(), fineRow(image, l), 2 * width, convolved, scratch);
            Pooling.average(width, layer.outputChannels(), convolved, out.from((l - line) * pooledWidth));
        }
    }

    /// y = relu(norm(x)) of the two lines that are pooled to one.
    private void rectify(int image, int line, Rows y) {
        from.compute().kernels().normRelu(
                2 * from.grid().width(),
                layer.inputChannels(),
                from.x().from(fineRow(image, line)),
                norm.scale(),
                norm.shift(),
                y);
    }

    /// Finishes the gradient of the next block's first channels and sends it through to this block's, as the first of
    /// those who read them.
    void backward(Step step) {
        GradientCoefficients coefficients = to.statistics().finalGradient(0, layer.outputChannels());
        Kernels kernels = from.compute().kernels();
        FeatureMap sent = to.g();
        from.compute().forEach(to.chunks(), (chunk, _) -> kernels.normGradient(
                chunk.rows(),
                layer.outputChannels(),
                sent.from(chunk.firstRow()),
                to.x().from(chunk.firstRow()),
                coefficients.scale(),
                coefficients.mean(),
                coefficients.tilt(),
                coefficients.offset(),
                outputGradient.from(chunk.firstRow())));

        float[] packed = from.shared().packed(weightBack, from.state().arena().values());
        WeightSums weightSums = from.shared().weightSums();
        FeatureMap g = from.g();
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
        weightSums.addTo(from.state().arena().gradients(), weight, to.chunks().size());
        from.sums().merge(layer.inputChannels());
        norm.takeGradients(from.sums(), from.statistics());
    }

    private void backward(
            Chunk chunk, int image, int line, float[] packed, Rows weightSum, FeatureMap g, Step step, Scratch scratch) {
        Kernels kernels = from.compute().kernels();
        int inputs = layer.inputChannels();
        int inputPitch = Kernels.padded(inputs);
        int width = from.grid().width();
        int pooledWidth = to.grid().width();
        Rows gradient = outputGradient.from(row(image, line));
        Rows y = scratch.inputs(2 * width, inputPitch);
        Rows dy = scratch.gradients(2 * width, inputPitch);
        rectify(image, line, y);
        if (dropout.isOn()) {
            Rows fine = scratch.bottleneck(2 * width, weight.paddedColumns());
            Pooling.spread(width, weight.paddedColumns(), gradient, fine);
            new DropoutStep(dropout, step).apply(from.grid(), fineRow(image, line), 2 * width, fine, scratch);
            kernels.outerProduct(2 * width, inputs, y, weight.paddedColumns(), fine, weightSum);
            kernels.product(2 * width, layer.outputChannels(), fine, packed, inputPitch, dy);
        } else {
            Rows pooled = scratch.products(pooledWidth, inputPitch);
            Pooling.average(width, inputs, y, pooled);
            kernels.outerProduct(pooledWidth, inputs, pooled, weight.paddedColumns(), gradient, weightSum);
            kernels.product(pooledWidth, layer.outputChannels(), gradient, packed, inputPitch, pooled);
            Pooling.spread(width, inputPitch, pooled, dy);
        }
        kernels.sendGradient(
                2 * width,
                inputs,
                dy,
                y,
                from.x().from(fineRow(image, line)),
                norm.scale(),
                from.statistics().centre(),
                true,
                g.from(fineRow(image, line)),
                from.sums().sums(chunk),
                from.sums().products(chunk));
    }

    /// A last line without a partner is not pooled: nobody sends it anything.
    private void clear(int image, int line, FeatureMap g) {
        Rows rows = g.from(image * from.grid().pixels() + line * from.grid().width());
        int values = (from.grid().height() - line) * from.grid().width() * g.pitch();
        java.util.Arrays.fill(rows.data(), rows.offset(), rows.offset() + values, 0);
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

    private static void copy(int rows, int channels, Rows from, Rows to) {
        for (int r = 0; r < rows; r++) {
            System.arraycopy(
                    from.data(),
                    from.offset() + r * from.pitch(),
                    to.data(),
                    to.offset() + r * to.pitch(),
                    channels);
        }
    }
}
