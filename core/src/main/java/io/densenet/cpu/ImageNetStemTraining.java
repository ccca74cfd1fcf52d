package io.densenet.cpu;

import io.densenet.arch.Shape;
import io.densenet.arch.Stem;
import io.densenet.cpu.kernel.Kernels;
import io.densenet.cpu.kernel.Rows;
import io.densenet.data.ImageBatch;
import java.util.Arrays;
import java.util.List;

/// A 7×7 convolution of stride 2, BN, ReLU and a 3×3 max pool of stride 2.
///
/// In comments: z the convolution's output, y = relu(norm0(z)).
final class ImageNetStemTraining implements StemTraining {
    private final BlockMemory block;
    private final double momentum;
    private final ImageWindows windows;
    private final WeightMatrix weight;
    private final Norm norm;
    private final BatchStatistics statistics;
    private final ChannelSums sums;
    private final int outputs;
    private final Grid grid;
    private final List<Chunk> chunks;
    private final FeatureMap z;

    ImageNetStemTraining(
            BlockMemory block, Stem.ImageNet stem, Shape image, Shape convolved, TrainingSettings settings) {
        this.block = block;
        this.momentum = settings.batchNorm().momentum();
        this.outputs = stem.initialChannels();
        grid = new Grid(block.grid().images(), convolved.height(), convolved.width());
        chunks = Chunk.of(grid);
        windows = new ImageWindows(image, 7, 2, 3, convolved);
        weight = WeightMatrix.inputsByOutputs(block.state().offset("features.conv0.weight"), windows.length(), outputs);
        norm = new Norm(block.state(), "features.norm0", outputs);
        statistics =
                new BatchStatistics(outputs, grid.rows(), settings.batchNorm().epsilon());
        sums = new ChannelSums(chunks.size(), outputs);
        z = settings.features().map(grid, weight.paddedColumns());
    }

    @Override
    public void forward(ImageBatch batch) {
        Kernels kernels = block.compute().kernels();
        float[] packed = block.packed(weight);
        List<Moments> moments = BatchStatistics.moments(chunks, outputs);
        block.compute()
                .forEach(
                        chunks,
                        (chunk, scratch) -> chunk.forEachLine((image, line, row) -> {
                            Rows tile = windows.line(kernels, batch, image, line, scratch);
                            kernels.product(
                                    grid.width(), windows.length(), tile, packed, weight.paddedColumns(), z.from(row));
                            block.addMoments(moments.get(chunk.index()), outputs, z.from(row), grid.width(), scratch);
                        }));
        statistics.set(0, outputs, moments);
        norm.prepare(statistics);
        norm.track(statistics, momentum);
        pool();
    }

    /// x = the largest y of each 3×3 window; lines and columns outside the image do not count.
    private void pool() {
        List<Moments> moments = BatchStatistics.moments(block.chunks(), outputs);
        Grid pooled = block.grid();
        block.compute().forEach(block.chunks(), (chunk, scratch) -> {
            for (int image = chunk.firstImage(); image < chunk.endImage(); image++) {
                for (int line = chunk.firstLine(); line < chunk.endLine(); line++) {
                    int first = Math.max(2 * line - 1, 0);
                    Rows y = rectified(image, first, Math.min(2 * line + 2, grid.height()), scratch);
                    int row = image * pooled.pixels() + line * pooled.width();
                    Rows largest = scratch.outputs(pooled.width(), weight.paddedColumns());
                    for (int p = 0; p < pooled.width(); p++) {
                        Pooling.largest(outputs, grid, y, first, line, p, largest.from(p));
                    }
                    block.addMoments(moments.get(chunk.index()), outputs, largest, pooled.width(), scratch);
                    block.x().write(0, outputs, row, pooled.width(), largest);
                }
            }
        });
        block.statistics().set(0, outputs, moments);
    }

    private Rows rectified(int image, int line, int end, Scratch scratch) {
        int rows = (end - line) * grid.width();
        Rows y = scratch.inputs(3 * grid.width(), weight.paddedColumns());
        block.compute().kernels().normRelu(rows, outputs, z.from(row(image, line)), norm.scale(), norm.shift(), 0, y);
        return y;
    }

    @Override
    public void backward(ImageBatch batch) {
        FeatureMap dy = block.shared().bottleneckGradient(grid, weight.paddedColumns());
        unpool(dy);
        sums.merge(outputs);
        norm.takeGradients(sums, statistics);
        GradientCoefficients coefficients = norm.inputGradient(sums, statistics);
        Kernels kernels = block.compute().kernels();
        WeightSums weightSums = block.shared().weightSums();
        block.compute().forEach(chunks, (chunk, scratch) -> {
            Rows weightSum = weightSums.start(chunk, windows.length(), weight.paddedColumns());
            chunk.forEachLine((image, line, row) -> {
                Rows tile = windows.line(kernels, batch, image, line, scratch);
                coefficients.apply(kernels, grid.width(), outputs, dy.from(row), z.from(row), 0, dy.from(row));
                kernels.outerProduct(
                        grid.width(), windows.length(), tile, weight.paddedColumns(), dy.from(row), weightSum);
            });
        });
        block.addGradient(weight, chunks.size());
    }

    /// Gives the gradient of each pooled pixel to the first of the largest in its window, masked by the ReLU.
    ///
    /// Each line of z is in the windows of one or two pooled lines; this goes through the lines of z, so that
    /// chunks write lines of their own only.
    private void unpool(FeatureMap dy) {
        Grid pooled = block.grid();
        Features g = block.g();
        Kernels kernels = block.compute().kernels();
        GradientCoefficients coefficients = block.statistics().finalGradient(0, outputs);
        int pitch = weight.paddedColumns();
        block.compute().forEach(chunks, (chunk, scratch) -> {
            chunk.forEachLine((image, line, row) -> {
                Rows lineGradient = dy.from(row);
                Arrays.fill(dy.data(), lineGradient.offset(), lineGradient.offset() + grid.width() * pitch, 0);
                for (int l = line / 2; l <= (line + 1) / 2 && l < pooled.height(); l++) {
                    int pooledRow = image * pooled.pixels() + l * pooled.width();
                    Rows gradient = scratch.gradients(pooled.width(), pitch);
                    block.initialGradient(pooledRow, pooled.width(), coefficients, g, gradient);
                    Rows largest = scratch.outputs(pooled.width(), pitch);
                    block.x().read(0, outputs, pooledRow, pooled.width(), largest);
                    int first = Math.max(2 * l - 1, 0);
                    Rows y = rectified(image, first, Math.min(2 * l + 2, grid.height()), scratch);
                    for (int p = 0; p < pooled.width(); p++) {
                        give(y, first, line, p, largest.from(p), gradient.from(p), lineGradient);
                    }
                }
                Rows y = rectified(image, line, line + 1, scratch);
                kernels.reluGradient(
                        grid.width(),
                        outputs,
                        lineGradient,
                        y,
                        z.from(row),
                        statistics.centre(),
                        sums.sums(chunk),
                        sums.products(chunk));
            });
        });
    }

    /// Adds a pooled pixel's gradient where its largest value stands first, if that is in `line`.
    private void give(Rows y, int firstLine, int line, int pixel, Rows largest, Rows gradient, Rows out) {
        int left = Math.max(2 * pixel - 1, 0);
        int right = Math.min(2 * pixel + 2, grid.width());
        for (int c = 0; c < outputs; c++) {
            float value = largest.data()[largest.offset() + c];
            if (!(value > 0) || standsAbove(y, firstLine, line, left, right, c, value)) {
                continue;
            }
            int at = y.offset() + (line - firstLine) * grid.width() * y.pitch() + c;
            for (int column = left; column < right; column++) {
                if (y.data()[at + column * y.pitch()] == value) {
                    out.data()[out.offset() + column * out.pitch() + c] += gradient.data()[gradient.offset() + c];
                    break;
                }
            }
        }
    }

    private boolean standsAbove(Rows y, int firstLine, int line, int left, int right, int channel, float value) {
        for (int l = firstLine; l < line; l++) {
            int at = y.offset() + (l - firstLine) * grid.width() * y.pitch() + channel;
            for (int column = left; column < right; column++) {
                if (y.data()[at + column * y.pitch()] == value) {
                    return true;
                }
            }
        }
        return false;
    }

    private int row(int image, int line) {
        return image * grid.pixels() + line * grid.width();
    }
}
