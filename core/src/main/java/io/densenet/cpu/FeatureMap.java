package io.densenet.cpu;

import io.densenet.cpu.kernel.Kernels;
import io.densenet.cpu.kernel.Rows;

/// Channels of all pixels of a batch, a pixel a row (NHWC), padded to whole vectors.
final class FeatureMap {
    private final Grid grid;
    private final int pitch;
    private final float[] data;

    private FeatureMap(Grid grid, int pitch, float[] data) {
        this.grid = grid;
        this.pitch = pitch;
        this.data = data;
    }

    static FeatureMap of(Grid grid, int pitch) {
        return new FeatureMap(grid, pitch, new float[length(grid, pitch)]);
    }

    /// One that uses an array which others use at other times.
    static FeatureMap in(float[] data, Grid grid, int pitch) {
        return new FeatureMap(grid, pitch, data);
    }

    /// Values that a map needs, with room for a vector behind the last row.
    ///
    /// @throws IllegalArgumentException when they are too many for one array
    static int length(Grid grid, int pitch) {
        long values = (long) grid.images() * grid.height() * grid.width() * pitch + Kernels.PANEL;
        if (values > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "%d images of %dx%d pixels with %d channels are too many for one array; take a smaller batch"
                            .formatted(grid.images(), grid.height(), grid.width(), pitch));
        }
        return (int) values;
    }

    Grid grid() {
        return grid;
    }

    int pitch() {
        return pitch;
    }

    float[] data() {
        return data;
    }

    Rows from(int row) {
        return new Rows(data, row * pitch, pitch);
    }
}
