package io.densenet.cpu;

import io.densenet.arch.Shape;
import io.densenet.arch.Stem;
import io.densenet.cpu.kernel.Kernels;
import io.densenet.cpu.kernel.Rows;
import io.densenet.data.ImageBatch;
import java.util.List;

/// One 3×3 convolution, whose outputs are the block's first channels.
final class CifarStemTraining implements StemTraining {
    private final BlockMemory block;
    private final ImageWindows windows;
    private final WeightMatrix weight;
    private final int outputs;

    CifarStemTraining(BlockMemory block, Stem.Cifar stem, Shape image) {
        this.block = block;
        this.outputs = stem.initialChannels();
        Shape out = new Shape(outputs, image.height(), image.width());
        windows = new ImageWindows(image, 3, 1, 1, out);
        weight = WeightMatrix.inputsByOutputs(block.state().offset("features.conv0.weight"), windows.length(), outputs);
    }

    @Override
    public void forward(ImageBatch batch) {
        Kernels kernels = block.compute().kernels();
        float[] packed = block.packed(weight);
        List<Moments> moments = BatchStatistics.moments(block.chunks(), outputs);
        block.compute()
                .forEach(
                        block.chunks(),
                        (chunk, scratch) -> chunk.forEachLine((image, line, row) -> {
                            int width = block.grid().width();
                            Rows result = scratch.products(width, weight.paddedColumns());
                            Rows tile = windows.line(kernels, batch, image, line, scratch);
                            kernels.product(width, windows.length(), tile, packed, weight.paddedColumns(), result);
                            block.addMoments(moments.get(chunk.index()), outputs, result, width, scratch);
                            block.x().write(0, outputs, row, width, result);
                        }));
        block.statistics().set(0, outputs, moments);
    }

    @Override
    public void backward(ImageBatch batch) {
        Kernels kernels = block.compute().kernels();
        GradientCoefficients coefficients = block.statistics().finalGradient(0, outputs);
        WeightSums weightSums = block.shared().weightSums();
        Features g = block.g();
        block.compute().forEach(block.chunks(), (chunk, scratch) -> {
            Rows weightSum = weightSums.start(chunk, windows.length(), weight.paddedColumns());
            chunk.forEachLine((image, line, row) -> {
                int width = block.grid().width();
                Rows gradient = scratch.bottleneck(width, weight.paddedColumns());
                Rows tile = windows.line(kernels, batch, image, line, scratch);
                block.initialGradient(row, width, coefficients, g, gradient);
                kernels.outerProduct(width, windows.length(), tile, weight.paddedColumns(), gradient, weightSum);
            });
        });
        block.addGradient(weight, block.chunks().size());
    }
}
