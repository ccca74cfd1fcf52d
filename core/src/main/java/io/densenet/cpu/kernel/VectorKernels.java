package io.densenet.cpu.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The kernels with vectors of whatever width the machine prefers. Products stand in files of their own; here are the
/// loops that touch each element once.
///
/// Those loops take four rows at a time, so that what belongs to a channel is loaded once for four pixels while memory
/// is still read row after row, as the prefetcher likes it:
///
/// ```
/// for each 4 rows                         guard: 1
///   for each vector of channels           tail: a whole vector, into the room that callers leave
///     load the channel's constants
///     four times the body
/// ```
public final class VectorKernels implements Kernels {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();

    @Override
    public String description() {
        return S.vectorBitSize() + "-bit vectors";
    }

    @Override
    public void product(int rows, int depth, Rows a, float[] b, int columns, Rows c) {
        VectorProduct.run(rows, depth, a, b, columns, c);
    }

    @Override
    public void outerProduct(int rows, int left, Rows a, int right, Rows b, Rows sum) {
        VectorOuterProduct.run(rows, left, a, right, b, sum);
    }

    @Override
    public void normRelu(int rows, int channels, Rows x, float[] scale, float[] shift, Rows y) {
        int r = 0;
        for (; r + 4 <= rows; r += 4) {
            normRelu4(channels, x.data(), x.offset() + r * x.pitch(), x.pitch(), scale, shift, y, r);
        }
        for (; r < rows; r++) {
            normRelu1(channels, x.data(), x.offset() + r * x.pitch(), scale, shift, y.data(), y.offset() + r * y.pitch());
        }
    }

    private static void normRelu4(
            int channels, float[] x, int x0, int pitch, float[] scale, float[] shift, Rows out, int row) {
        float[] y = out.data();
        int y0 = out.offset() + row * out.pitch();
        int y1 = y0 + out.pitch();
        int y2 = y1 + out.pitch();
        int y3 = y2 + out.pitch();
        int x1 = x0 + pitch;
        int x2 = x1 + pitch;
        int x3 = x2 + pitch;
        for (int c = 0; c < channels; c += L) {
            FloatVector a = FloatVector.fromArray(S, scale, c);
            FloatVector s = FloatVector.fromArray(S, shift, c);
            relu(FloatVector.fromArray(S, x, x0 + c).fma(a, s)).intoArray(y, y0 + c);
            relu(FloatVector.fromArray(S, x, x1 + c).fma(a, s)).intoArray(y, y1 + c);
            relu(FloatVector.fromArray(S, x, x2 + c).fma(a, s)).intoArray(y, y2 + c);
            relu(FloatVector.fromArray(S, x, x3 + c).fma(a, s)).intoArray(y, y3 + c);
        }
    }

    private static void normRelu1(int channels, float[] x, int from, float[] scale, float[] shift, float[] y, int to) {
        for (int c = 0; c < channels; c += L) {
            FloatVector a = FloatVector.fromArray(S, scale, c);
            FloatVector s = FloatVector.fromArray(S, shift, c);
            relu(FloatVector.fromArray(S, x, from + c).fma(a, s)).intoArray(y, to + c);
        }
    }

    /// Keeps NaN, unlike a maximum of x86; cheaper than one of Java, which orders zeros too.
    private static FloatVector relu(FloatVector x) {
        return x.blend(0, x.lt(0));
    }

    @Override
    public void shiftRelu(int rows, int channels, Rows x, float[] shift) {
        for (int r = 0; r < rows; r++) {
            shiftRelu1(channels, x.data(), x.offset() + r * x.pitch(), shift);
        }
    }

    private static void shiftRelu1(int channels, float[] x, int at, float[] shift) {
        for (int c = 0; c < channels; c += L) {
            relu(FloatVector.fromArray(S, x, at + c).add(FloatVector.fromArray(S, shift, c))).intoArray(x, at + c);
        }
    }

    @Override
    public void moments(int rows, int channels, Rows x, float[] mean, float[] squares) {
        for (int c = 0; c < channels; c += L) {
            moments1(rows, x.data(), x.offset() + c, x.pitch(), mean, squares, c);
        }
    }

    private static void moments1(int rows, float[] x, int from, int pitch, float[] mean, float[] squares, int c) {
        FloatVector sum = FloatVector.zero(S);
        for (int r = 0; r < rows; r++) {
            sum = sum.add(FloatVector.fromArray(S, x, from + r * pitch));
        }
        FloatVector average = sum.mul(1f / rows);
        FloatVector square = FloatVector.zero(S);
        for (int r = 0; r < rows; r++) {
            FloatVector deviation = FloatVector.fromArray(S, x, from + r * pitch).sub(average);
            square = deviation.fma(deviation, square);
        }
        average.intoArray(mean, c);
        square.intoArray(squares, c);
    }

    @Override
    public void sumTaps(int pixels, int channels, Rows products, int[] taps, Rows out) {
        for (int c = 0; c < channels; c += L) {
            if (taps.length == 9) {
                sumNine(pixels, products.data(), products.offset() + c, products.pitch(), taps, out, c);
            } else {
                sumSome(pixels, products.data(), products.offset() + c, products.pitch(), taps, out, c);
            }
        }
    }

    private static void sumNine(int pixels, float[] x, int from, int pitch, int[] taps, Rows out, int c) {
        float[] y = out.data();
        int to = out.offset() + c;
        int t0 = from + taps[0];
        int t1 = from + taps[1];
        int t2 = from + taps[2];
        int t3 = from + taps[3];
        int t4 = from + taps[4];
        int t5 = from + taps[5];
        int t6 = from + taps[6];
        int t7 = from + taps[7];
        int t8 = from + taps[8];
        for (int p = 0; p < pixels; p++) {
            int at = p * pitch;
            FloatVector.fromArray(S, x, t0 + at)
                    .add(FloatVector.fromArray(S, x, t1 + at))
                    .add(FloatVector.fromArray(S, x, t2 + at))
                    .add(FloatVector.fromArray(S, x, t3 + at))
                    .add(FloatVector.fromArray(S, x, t4 + at))
                    .add(FloatVector.fromArray(S, x, t5 + at))
                    .add(FloatVector.fromArray(S, x, t6 + at))
                    .add(FloatVector.fromArray(S, x, t7 + at))
                    .add(FloatVector.fromArray(S, x, t8 + at))
                    .intoArray(y, to + p * out.pitch());
        }
    }

    private static void sumSome(int pixels, float[] x, int from, int pitch, int[] taps, Rows out, int c) {
        for (int p = 0; p < pixels; p++) {
            FloatVector sum = FloatVector.fromArray(S, x, from + p * pitch + taps[0]);
            for (int t = 1; t < taps.length; t++) {
                sum = sum.add(FloatVector.fromArray(S, x, from + p * pitch + taps[t]));
            }
            sum.intoArray(out.data(), out.offset() + p * out.pitch() + c);
        }
    }

    @Override
    public void windows(int pixels, int channels, float[] plane, int offset, int line, Rows out) {
        windows(pixels, channels, 3 * channels, plane, offset, line, out.data(), out.offset(), out.pitch());
    }

    /// What a vector writes too far, the next piece or the next pixel overwrites.
    private static void windows(
            int pixels, int channels, int run, float[] x, int offset, int line, float[] out, int start, int pitch) {
        for (int p = 0; p < pixels; p++) {
            for (int y = 0; y < 3; y++) {
                int from = offset + y * line + p * channels;
                int to = start + p * pitch + y * run;
                for (int c = 0; c < run; c += L) {
                    FloatVector.fromArray(S, x, from + c).intoArray(out, to + c);
                }
            }
        }
    }

    @Override
    public void normGradient(
            int rows, int channels, Rows g, Rows x, float[] scale, float[] mean, float[] tilt, float[] offset, Rows out) {
        for (int r = 0; r < rows; r++) {
            normGradient1(
                    channels,
                    g.data(),
                    g.offset() + r * g.pitch(),
                    x.data(),
                    x.offset() + r * x.pitch(),
                    scale,
                    mean,
                    tilt,
                    offset,
                    out.data(),
                    out.offset() + r * out.pitch());
        }
    }

    private static void normGradient1(
            int channels,
            float[] g,
            int gAt,
            float[] x,
            int xAt,
            float[] scale,
            float[] mean,
            float[] tilt,
            float[] offset,
            float[] out,
            int to) {
        for (int c = 0; c < channels; c += L) {
            FloatVector centred = FloatVector.fromArray(S, x, xAt + c).sub(FloatVector.fromArray(S, mean, c));
            FloatVector rest = FloatVector.fromArray(S, tilt, c).fma(centred, FloatVector.fromArray(S, offset, c));
            FloatVector.fromArray(S, scale, c).fma(FloatVector.fromArray(S, g, gAt + c), rest).intoArray(out, to + c);
        }
    }

    @Override
    public void reluGradient(
            int rows, int channels, Rows dy, Rows y, Rows x, float[] mean, float[] sums, float[] products) {
        for (int c = 0; c < channels; c += L) {
            reluGradient1(rows, c, dy, y, x, mean, sums, products);
        }
    }

    private static void reluGradient1(
            int rows, int c, Rows dy, Rows y, Rows x, float[] means, float[] sums, float[] products) {
        float[] gradients = dy.data();
        float[] outputs = y.data();
        float[] values = x.data();
        int dyAt = dy.offset() + c;
        int yAt = y.offset() + c;
        int xAt = x.offset() + c;
        int dyPitch = dy.pitch();
        int yPitch = y.pitch();
        int xPitch = x.pitch();
        FloatVector mean = FloatVector.fromArray(S, means, c);
        FloatVector sum = FloatVector.fromArray(S, sums, c);
        FloatVector product = FloatVector.fromArray(S, products, c);
        for (int r = 0; r < rows; r++) {
            FloatVector gradient =
                    masked(gradients, dyAt + r * dyPitch, FloatVector.fromArray(S, outputs, yAt + r * yPitch));
            gradient.intoArray(gradients, dyAt + r * dyPitch);
            sum = sum.add(gradient);
            product = gradient.fma(FloatVector.fromArray(S, values, xAt + r * xPitch).sub(mean), product);
        }
        sum.intoArray(sums, c);
        product.intoArray(products, c);
    }

    private static FloatVector masked(float[] gradients, int at, FloatVector y) {
        VectorMask<Float> passed = y.compare(VectorOperators.GT, 0);
        return FloatVector.zero(S).blend(FloatVector.fromArray(S, gradients, at), passed);
    }

    @Override
    public void sendGradient(
            int rows,
            int channels,
            Rows dy,
            Rows y,
            Rows x,
            float[] scale,
            float[] mean,
            boolean first,
            Rows g,
            float[] sums,
            float[] products) {
        for (int r = 0; r < rows; r += 8) {
            int end = Math.min(r + 8, rows);
            for (int c = 0; c < channels; c += L) {
                sendGradient1(r, end, c, dy, y, x, scale, mean, first, g, sums, products);
            }
        }
    }

    private static void sendGradient1(
            int begin,
            int end,
            int c,
            Rows dy,
            Rows y,
            Rows x,
            float[] scales,
            float[] means,
            boolean first,
            Rows g,
            float[] sums,
            float[] products) {
        float[] gradients = dy.data();
        float[] outputs = y.data();
        float[] values = x.data();
        float[] sent = g.data();
        int dyPitch = dy.pitch();
        int yPitch = y.pitch();
        int xPitch = x.pitch();
        int gPitch = g.pitch();
        int dyAt = dy.offset() + begin * dyPitch + c;
        int yAt = y.offset() + begin * yPitch + c;
        int xAt = x.offset() + begin * xPitch + c;
        int gAt = g.offset() + begin * gPitch + c;
        FloatVector scale = FloatVector.fromArray(S, scales, c);
        FloatVector mean = FloatVector.fromArray(S, means, c);
        FloatVector sum = FloatVector.fromArray(S, sums, c);
        FloatVector product = FloatVector.fromArray(S, products, c);
        for (int r = 0; r < end - begin; r++) {
            FloatVector gradient =
                    masked(gradients, dyAt + r * dyPitch, FloatVector.fromArray(S, outputs, yAt + r * yPitch));
            FloatVector before = first ? FloatVector.zero(S) : FloatVector.fromArray(S, sent, gAt + r * gPitch);
            gradient.fma(scale, before).intoArray(sent, gAt + r * gPitch);
            sum = sum.add(gradient);
            product = gradient.fma(FloatVector.fromArray(S, values, xAt + r * xPitch).sub(mean), product);
        }
        sum.intoArray(sums, c);
        product.intoArray(products, c);
    }
}
