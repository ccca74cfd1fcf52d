package io.densenet.data;

import java.util.Arrays;

/// Resizing of 8-bit images with antialiasing, equal to what Pillow computes for `resize(size, BILINEAR)` and
/// `BICUBIC`, the resizing that the published weights were trained and measured with; and for `NEAREST`, which
/// picks single pixels.
///
/// Each output pixel is a weighted mean of the input pixels under the curve of an [Interpolation]. The curve
/// is measured in input pixels when the image grows and in output pixels when it shrinks, so that no input
/// pixel is skipped; at the border the weights that are left are scaled up to the sum 1. Rows are resized
/// first, then columns; what lies between is rounded to 8 bits. Weights are fixed point with 22 bits behind
/// the point.
///
/// Reference: Pillow, `src/libImaging/Resample.c`, for `NEAREST` `Geometry.c` (the arithmetic, not the code).
public final class Resize {
    private static final int FRACTION_BITS = 22;
    private static final int HALF = 1 << (FRACTION_BITS - 1);

    private Resize() {}

    /// The image in another size; the same object when it has that size already.
    public static Image to(Image image, int height, int width, Interpolation interpolation) {
        if (height <= 0 || width <= 0) {
            throw new IllegalArgumentException("cannot resize to %dx%d".formatted(height, width));
        }
        return resizeColumns(resizeRows(image, width, interpolation), height, interpolation);
    }

    private static Image resizeRows(Image image, int width, Interpolation interpolation) {
        if (width == image.width()) {
            return image;
        }
        Weights weights = Weights.of(image.width(), width, interpolation);
        int channels = image.channels();
        byte[] out = new byte[Math.multiplyExact(Math.multiplyExact(image.height(), width), channels)];
        for (int y = 0; y < image.height(); y++) {
            int row = y * image.width() * channels;
            for (int x = 0; x < width; x++) {
                int from = row + weights.first[x] * channels;
                for (int c = 0; c < channels; c++) {
                    out[(y * width + x) * channels + c] = weights.mean(x, image.pixels(), from + c, channels);
                }
            }
        }
        return new Image(channels, image.height(), width, out);
    }

    private static Image resizeColumns(Image image, int height, Interpolation interpolation) {
        if (height == image.height()) {
            return image;
        }
        Weights weights = Weights.of(image.height(), height, interpolation);
        int pitch = image.width() * image.channels();
        byte[] out = new byte[Math.multiplyExact(height, pitch)];
        for (int y = 0; y < height; y++) {
            int from = weights.first[y] * pitch;
            for (int i = 0; i < pitch; i++) {
                out[y * pitch + i] = weights.mean(y, image.pixels(), from + i, pitch);
            }
        }
        return new Image(image.channels(), height, image.width(), out);
    }

    /// Which input positions make up each output position along one axis, and how much each counts.
    ///
    /// @param first  the first input position of each output position
    /// @param values the weights of each output position, fixed point
    private record Weights(int[] first, int[][] values) {
        static Weights of(int inputs, int outputs, Interpolation interpolation) {
            double scale = (double) inputs / outputs;
            if (interpolation == Interpolation.NEAREST) {
                return nearest(scale, inputs, outputs);
            }
            double unit = Math.max(scale, 1); // of the curve, in input pixels
            double support = interpolation.support() * unit;
            int[] first = new int[outputs];
            int[][] values = new int[outputs][];
            for (int i = 0; i < outputs; i++) {
                double center = (i + 0.5) * scale;
                first[i] = Math.max(0, (int) (center - support + 0.5));
                int end = Math.min(inputs, (int) (center + support + 0.5));
                values[i] = fixed(interpolation, first[i], end, center, unit);
            }
            return new Weights(first, values);
        }

        /// The centres are added up, as in Pillow, so that one on the edge of two pixels falls to the same side.
        private static Weights nearest(double scale, int inputs, int outputs) {
            int[] first = new int[outputs];
            double center = 0.5 * scale;
            for (int i = 0; i < outputs; i++) {
                first[i] = Math.min((int) center, inputs - 1);
                center += scale;
            }
            int[][] values = new int[outputs][];
            Arrays.fill(values, new int[] {1 << FRACTION_BITS});
            return new Weights(first, values);
        }

        private static int[] fixed(Interpolation interpolation, int first, int end, double center, double unit) {
            double[] heights = new double[end - first];
            double sum = 0;
            for (int i = 0; i < heights.length; i++) {
                heights[i] = interpolation.height((first + i + 0.5 - center) * (1 / unit));
                sum += heights[i];
            }
            int[] fixed = new int[heights.length];
            for (int i = 0; i < heights.length; i++) {
                double exact = heights[i] / sum * (1 << FRACTION_BITS);
                fixed[i] = (int) (exact + Math.copySign(0.5, exact));
            }
            return fixed;
        }

        /// The weighted mean for output position `position`, reading from `from` on, `step` apart. Weights
        /// sum to about 2²², their magnitudes to less than twice that, so that every partial sum stays below
        /// 2³¹.
        byte mean(int position, byte[] pixels, int from, int step) {
            int sum = HALF;
            int at = from;
            for (int weight : values[position]) {
                sum += weight * (pixels[at] & 0xFF);
                at += step;
            }
            return (byte) Math.clamp(sum >> FRACTION_BITS, 0, 255);
        }
    }
}
