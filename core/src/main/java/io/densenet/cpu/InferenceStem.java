package io.densenet.cpu;

import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.Shape;
import io.densenet.arch.Stem;
import io.densenet.cpu.kernel.Kernels;
import io.densenet.cpu.kernel.Rows;
import io.densenet.data.ImageBatch;

/// What stands before the first block, in inference. Immutable.
final class InferenceStem {
    private final Kernels kernels;
    private final boolean pools;
    private final ImageWindows windows;
    private final WeightMatrix matrix;
    private final float[] weight;
    private final float[] shift;
    private final int outputs;
    private final Grid grid;

    InferenceStem(Kernels kernels, NetworkState state, DenseNetConfig config, Shape image, Resolutions resolutions) {
        this.kernels = kernels;
        outputs = config.stem().initialChannels();
        grid = new Grid(1, resolutions.stem().height(), resolutions.stem().width());
        windows = switch (config.stem()) {
            case Stem.Cifar _ -> new ImageWindows(image, 3, 1, 1, resolutions.stem());
            case Stem.ImageNet _ -> new ImageWindows(image, 7, 2, 3, resolutions.stem());
        };
        matrix = WeightMatrix.inputsByOutputs(state.offset("features.conv0.weight"), windows.length(), outputs);
        weight = InferenceLayer.packed(matrix, state);
        pools = switch (config.stem()) {
            case Stem.Cifar _ -> false;
            case Stem.ImageNet _ -> true;
        };
        if (pools) {
            var norm = FoldedNorm.of(
                    state, "features.norm0", outputs, config.batchNorm().epsilon());
            matrix.scaleColumns(weight, norm.scale());
            shift = norm.shift();
        } else {
            shift = new float[0];
        }
    }

    /// Room for the convolution's output.
    FeatureMap memory() {
        return FeatureMap.of(grid, matrix.paddedColumns());
    }

    /// Writes the first channels of the first block.
    void forward(Compute compute, ImageBatch batch, int image, int bands, FeatureMap convolved, Features x) {
        compute.forEach(Chunk.bands(grid, bands), (chunk, scratch) -> {
            for (int line = chunk.firstLine(); line < chunk.endLine(); line++) {
                Rows tile = windows.line(kernels, batch, image, line, scratch);
                Rows out = convolved.from(line * grid.width());
                kernels.product(grid.width(), windows.length(), tile, weight, out.pitch(), out);
                if (pools) {
                    kernels.shiftRelu(grid.width(), outputs, out, shift);
                }
            }
        });
        int width = x.grid().width();
        compute.forEach(Chunk.bands(x.grid(), bands), (chunk, scratch) -> {
            for (int line = chunk.firstLine(); line < chunk.endLine(); line++) {
                Rows values = convolved.from(line * width);
                if (pools) {
                    values = scratch.outputs(width, matrix.paddedColumns());
                    for (int p = 0; p < width; p++) {
                        Pooling.largest(outputs, grid, convolved.from(0), 0, line, p, values.from(p));
                    }
                }
                x.write(0, outputs, line * width, width, values);
            }
        });
    }
}
