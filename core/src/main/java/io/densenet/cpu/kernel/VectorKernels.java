package io.densenet.cpu.kernel;

import io.densenet.engine.DropoutMask;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The kernels with vectors of whatever width the machine prefers. Products, transforms, dropout and the backward
/// pass stand in files of their own; here are the forward loops that touch each element once.
///
/// Those loops hold what belongs to three vectors of channels in registers and go through the rows, which suits
/// segments of three vectors: memory is read from front to back.
///
/// ```
/// for each 3 vectors of channels          guard: 1; tail: a whole vector, into the room that callers leave
///   load the channels' constants
///   for each row                          the body, three times
/// ```
public final class VectorKernels implements Kernels {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();

    @Override
    public String description() {
        return S.vectorBitSize() + "-bit vectors";
    }

    @Override
    public void product(int rows, int depth, Rows a, float[] b, int columns, Rows c, Ahead ahead) {
        VectorProduct.run(rows, depth, a, b, columns, c, ahead);
    }

    @Override
    public void outerProduct(int rows, int left, Rows a, int right, Rows b, Rows sum, Ahead ahead) {
        VectorOuterProduct.run(rows, left, a, right, b, sum, ahead);
    }

    @Override
    public void normRelu(int rows, int channels, Rows x, float[] scale, float[] shift, int first, Rows y) {
        int c = 0;
        for (; c + 2 * L < channels; c += 3 * L) {
            normRelu3(
                    rows,
                    x.data(),
                    x.offset() + c,
                    x.pitch(),
                    scale,
                    shift,
                    first + c,
                    y.data(),
                    y.offset() + c,
                    y.pitch());
        }
        for (; c < channels; c += L) {
            normRelu1(
                    rows,
                    x.data(),
                    x.offset() + c,
                    x.pitch(),
                    scale,
                    shift,
                    first + c,
                    y.data(),
                    y.offset() + c,
                    y.pitch());
        }
    }

    private static void normRelu3(
            int rows,
            float[] x,
            int from,
            int xPitch,
            float[] scale,
            float[] shift,
            int c,
            float[] y,
            int to,
            int yPitch) {
        FloatVector a0 = FloatVector.fromArray(S, scale, c);
        FloatVector s0 = FloatVector.fromArray(S, shift, c);
        FloatVector a1 = FloatVector.fromArray(S, scale, c + L);
        FloatVector s1 = FloatVector.fromArray(S, shift, c + L);
        FloatVector a2 = FloatVector.fromArray(S, scale, c + 2 * L);
        FloatVector s2 = FloatVector.fromArray(S, shift, c + 2 * L);
        for (int r = 0; r < rows; r++) {
            int in = from + r * xPitch;
            int out = to + r * yPitch;
            relu(FloatVector.fromArray(S, x, in).fma(a0, s0)).intoArray(y, out);
            relu(FloatVector.fromArray(S, x, in + L).fma(a1, s1)).intoArray(y, out + L);
            relu(FloatVector.fromArray(S, x, in + 2 * L).fma(a2, s2)).intoArray(y, out + 2 * L);
        }
    }

    private static void normRelu1(
            int rows,
            float[] x,
            int from,
            int xPitch,
            float[] scale,
            float[] shift,
            int c,
            float[] y,
            int to,
            int yPitch) {
        FloatVector a0 = FloatVector.fromArray(S, scale, c);
        FloatVector s0 = FloatVector.fromArray(S, shift, c);
        for (int r = 0; r < rows; r++) {
            int in = from + r * xPitch;
            int out = to + r * yPitch;
            relu(FloatVector.fromArray(S, x, in).fma(a0, s0)).intoArray(y, out);
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
            relu(FloatVector.fromArray(S, x, at + c).add(FloatVector.fromArray(S, shift, c)))
                    .intoArray(x, at + c);
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
            FloatVector deviation =
                    FloatVector.fromArray(S, x, from + r * pitch).sub(average);
            square = deviation.fma(deviation, square);
        }
        average.intoArray(mean, c);
        square.intoArray(squares, c);
    }

    /// What a vector writes too far, the next piece or the next pixel overwrites.
    @Override
    public void dropout(int pixels, int channels, Rows x, DropoutMask mask, long first, long stride, float[] work) {
        VectorDropout.run(pixels, channels, x, mask, first, stride, work);
    }

    @Override
    public void windows(int pixels, int length, float[] image, int[] at, int step, Rows out) {
        for (int p = 0; p < pixels; p++) {
            window(length, image, at, p * step, out.data(), out.offset() + p * out.pitch());
        }
    }

    private static void window(int length, float[] image, int[] at, int from, float[] out, int to) {
        for (int i = 0; i < at.length; i++) {
            for (int c = 0; c < length; c += L) {
                FloatVector.fromArray(S, image, at[i] + from + c).intoArray(out, to + i * length + c);
            }
        }
    }

    @Override
    public void winogradInput(Lines d, int channels, Rows v, int part, float[] work) {
        VectorWinograd.input(d, channels, v, part, work);
    }

    @Override
    public void winogradGradient(Lines g, int channels, Rows e, int part, float[] work) {
        VectorWinograd.gradient(g, channels, e, part, work);
    }

    @Override
    public void winogradOutput(int tiles, int channels, Rows m, int part, Rows y, int below, float[] work) {
        VectorWinograd.output(tiles, channels, m, part, y, below, work);
    }

    @Override
    public void normGradient(
            int rows,
            int channels,
            Rows g,
            Rows x,
            float[] scale,
            float[] mean,
            float[] tilt,
            float[] offset,
            int first,
            Rows out) {
        VectorGradients.normGradient(rows, channels, g, x, scale, mean, tilt, offset, first, out);
    }

    @Override
    public void reluGradient(
            int rows, int channels, Rows dy, Rows y, Rows x, float[] mean, float[] sums, float[] products) {
        VectorGradients.reluGradient(rows, channels, dy, y, x, mean, sums, products);
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
            int first,
            boolean replace,
            Rows g,
            float[] sums,
            float[] products,
            int position) {
        VectorGradients.sendGradient(
                rows, channels, dy, y, x, scale, mean, first, replace, g, sums, products, position);
    }
}
