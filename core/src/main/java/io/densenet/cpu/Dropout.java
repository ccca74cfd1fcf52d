package io.densenet.cpu;

import io.densenet.cpu.kernel.Rows;
import io.densenet.engine.Step;

/// Dropout behind one convolution. Masks are drawn again in the backward pass, not stored.
///
/// @param layer    number of the dropout layer in the network
/// @param channels of the convolution's output
record Dropout(double rate, int layer, int channels) {
    boolean isOn() {
        return rate > 0;
    }

    /// Multiplies rows of an image by its mask.
    ///
    /// @param firstPixel of the image, where `rows` begins
    void apply(Step step, Grid grid, int image, int firstPixel, int pixels, Rows rows, Scratch scratch) {
        long first = (long) image * channels * grid.pixels() + firstPixel;
        float[] mask =
                scratch.dropout().draw(step.seed(), step.index(), layer, rate, first, grid.pixels(), channels, pixels);
        for (int c = 0; c < channels; c++) {
            int at = rows.offset() + c;
            for (int p = 0; p < pixels; p++) {
                rows.data()[at + p * rows.pitch()] *= mask[c * pixels + p];
            }
        }
    }

    /// Multiplies consecutive rows of a grid, of one image or several.
    void applyToRows(Step step, Grid grid, int firstRow, int rows, Rows values, Scratch scratch) {
        for (int r = firstRow; r < firstRow + rows; ) {
            int image = r / grid.pixels();
            int end = Math.min(firstRow + rows, (image + 1) * grid.pixels());
            apply(step, grid, image, r - image * grid.pixels(), end - r, values.from(r - firstRow), scratch);
            r = end;
        }
    }
}
