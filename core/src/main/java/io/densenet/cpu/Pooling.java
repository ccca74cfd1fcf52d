package io.densenet.cpu;

import io.densenet.cpu.kernel.Rows;
import java.util.Arrays;

/// Pooling loops, simple enough for the JIT compiler to make vectors of them by itself.
final class Pooling {
    private Pooling() {}

    /// Mean of 2×2 pixels: two lines of `width` pixels to one of width / 2.
    static void average(int width, int channels, Rows lines, Rows out) {
        for (int p = 0; p < width / 2; p++) {
            int upper = lines.offset() + 2 * p * lines.pitch();
            int lower = upper + width * lines.pitch();
            average(channels, lines.data(), upper, lower, lines.pitch(), out.data(), out.offset() + p * out.pitch());
        }
    }

    private static void average(int channels, float[] x, int upper, int lower, int pitch, float[] out, int to) {
        for (int c = 0; c < channels; c++) {
            out[to + c] = ((x[upper + c] + x[upper + pitch + c]) + (x[lower + c] + x[lower + pitch + c])) * 0.25f;
        }
    }

    /// The gradient of [#average]: a quarter to each of the four, nothing to a last column without a partner.
    static void spread(int width, int channels, Rows pooled, Rows lines) {
        for (int line = 0; line < 2; line++) {
            for (int x = 0; x < width; x++) {
                int to = lines.offset() + (line * width + x) * lines.pitch();
                if (x / 2 < width / 2) {
                    quarter(channels, pooled.data(), pooled.offset() + x / 2 * pooled.pitch(), lines.data(), to);
                } else {
                    Arrays.fill(lines.data(), to, to + channels, 0);
                }
            }
        }
    }

    private static void quarter(int channels, float[] x, int from, float[] out, int to) {
        for (int c = 0; c < channels; c++) {
            out[to + c] = x[from + c] * 0.25f;
        }
    }

    /// largest = max(largest, x) of one pixel.
    private static void takeLarger(int channels, Rows x, Rows largest) {
        takeLarger(channels, x.data(), x.offset(), largest.data(), largest.offset());
    }

    private static void takeLarger(int channels, float[] x, int from, float[] largest, int to) {
        for (int c = 0; c < channels; c++) {
            largest[to + c] = Math.max(x[from + c], largest[to + c]);
        }
    }

    /// sum += each row, in their order.
    static void addRows(int rows, int channels, Rows values, float[] sum, int at) {
        for (int r = 0; r < rows; r++) {
            addRow(channels, values.data(), values.offset() + r * values.pitch(), sum, at);
        }
    }

    private static void addRow(int channels, float[] x, int from, float[] sum, int at) {
        for (int c = 0; c < channels; c++) {
            sum[at + c] += x[from + c];
        }
    }

    /// The largest of each channel in the 3×3 window of a pooled pixel (stride 2, padding 1); what is outside
    /// the image does not count.
    ///
    /// @param firstLine of the image, where `lines` begins
    static void largest(int channels, Grid grid, Rows lines, int firstLine, int line, int pixel, Rows out) {
        Arrays.fill(out.data(), out.offset(), out.offset() + channels, Float.NEGATIVE_INFINITY);
        for (int y = Math.max(2 * line - 1, 0); y < Math.min(2 * line + 2, grid.height()); y++) {
            for (int x = Math.max(2 * pixel - 1, 0); x < Math.min(2 * pixel + 2, grid.width()); x++) {
                takeLarger(channels, lines.from((y - firstLine) * grid.width() + x), out);
            }
        }
    }
}
