package io.densenet.cpu.kernel;

import io.densenet.engine.DropoutMask;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The kernels with vectors of whatever width the machine prefers. Products stand in files of their own; here
/// are the loops that touch each element once.
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
    public void winogradInput(
            int width,
            int tiles,
            int channels,
            float[] pixels,
            int[] lines,
            int pitch,
            Rows v,
            int part,
            float[] work) {
        VectorWinograd.input(width, tiles, channels, pixels, lines, pitch, v, part, work);
    }

    @Override
    public void winogradGradient(
            int width,
            int tiles,
            int channels,
            float[] pixels,
            int[] lines,
            int pitch,
            Rows e,
            int part,
            float[] work) {
        VectorWinograd.gradient(width, tiles, channels, pixels, lines, pitch, e, part, work);
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
        int c = 0;
        for (; c + 2 * L < channels; c += 3 * L) {
            normGradient3(rows, c, g, x, scale, mean, tilt, offset, first, out);
        }
        for (; c < channels; c += L) {
            normGradient1(rows, c, g, x, scale, mean, tilt, offset, first, out);
        }
    }

    private static void normGradient3(
            int rows,
            int c,
            Rows g,
            Rows x,
            float[] scale,
            float[] mean,
            float[] tilt,
            float[] offset,
            int first,
            Rows out) {
        float[] gradients = g.data();
        float[] values = x.data();
        float[] results = out.data();
        int gAt = g.offset() + c;
        int xAt = x.offset() + c;
        int outAt = out.offset() + c;
        int gPitch = g.pitch();
        int xPitch = x.pitch();
        int outPitch = out.pitch();
        FloatVector scale0 = FloatVector.fromArray(S, scale, first + c);
        FloatVector mean0 = FloatVector.fromArray(S, mean, first + c);
        FloatVector tilt0 = FloatVector.fromArray(S, tilt, first + c);
        FloatVector offset0 = FloatVector.fromArray(S, offset, first + c);
        FloatVector scale1 = FloatVector.fromArray(S, scale, first + c + L);
        FloatVector mean1 = FloatVector.fromArray(S, mean, first + c + L);
        FloatVector tilt1 = FloatVector.fromArray(S, tilt, first + c + L);
        FloatVector offset1 = FloatVector.fromArray(S, offset, first + c + L);
        FloatVector scale2 = FloatVector.fromArray(S, scale, first + c + 2 * L);
        FloatVector mean2 = FloatVector.fromArray(S, mean, first + c + 2 * L);
        FloatVector tilt2 = FloatVector.fromArray(S, tilt, first + c + 2 * L);
        FloatVector offset2 = FloatVector.fromArray(S, offset, first + c + 2 * L);
        for (int r = 0; r < rows; r++) {
            int from = gAt + r * gPitch;
            int value = xAt + r * xPitch;
            int to = outAt + r * outPitch;
            FloatVector rest0 =
                    tilt0.fma(FloatVector.fromArray(S, values, value).sub(mean0), offset0);
            scale0.fma(FloatVector.fromArray(S, gradients, from), rest0).intoArray(results, to);
            FloatVector rest1 =
                    tilt1.fma(FloatVector.fromArray(S, values, value + L).sub(mean1), offset1);
            scale1.fma(FloatVector.fromArray(S, gradients, from + L), rest1).intoArray(results, to + L);
            FloatVector rest2 =
                    tilt2.fma(FloatVector.fromArray(S, values, value + 2 * L).sub(mean2), offset2);
            scale2.fma(FloatVector.fromArray(S, gradients, from + 2 * L), rest2).intoArray(results, to + 2 * L);
        }
    }

    private static void normGradient1(
            int rows,
            int c,
            Rows g,
            Rows x,
            float[] scale,
            float[] mean,
            float[] tilt,
            float[] offset,
            int first,
            Rows out) {
        float[] gradients = g.data();
        float[] values = x.data();
        float[] results = out.data();
        int gAt = g.offset() + c;
        int xAt = x.offset() + c;
        int outAt = out.offset() + c;
        int gPitch = g.pitch();
        int xPitch = x.pitch();
        int outPitch = out.pitch();
        FloatVector scale0 = FloatVector.fromArray(S, scale, first + c);
        FloatVector mean0 = FloatVector.fromArray(S, mean, first + c);
        FloatVector tilt0 = FloatVector.fromArray(S, tilt, first + c);
        FloatVector offset0 = FloatVector.fromArray(S, offset, first + c);
        for (int r = 0; r < rows; r++) {
            FloatVector deviation =
                    FloatVector.fromArray(S, values, xAt + r * xPitch).sub(mean0);
            FloatVector rest = tilt0.fma(deviation, offset0);
            scale0.fma(FloatVector.fromArray(S, gradients, gAt + r * gPitch), rest)
                    .intoArray(results, outAt + r * outPitch);
        }
    }

    @Override
    public void reluGradient(
            int rows, int channels, Rows dy, Rows y, Rows x, float[] mean, float[] sums, float[] products) {
        int c = 0;
        for (; c + 2 * L < channels; c += 3 * L) {
            reluGradient3(rows, c, dy, y, x, mean, sums, products);
        }
        for (; c < channels; c += L) {
            reluGradient1(rows, c, dy, y, x, mean, sums, products);
        }
    }

    private static void reluGradient3(
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
        FloatVector mean0 = FloatVector.fromArray(S, means, c);
        FloatVector sum0 = FloatVector.fromArray(S, sums, c);
        FloatVector product0 = FloatVector.fromArray(S, products, c);
        FloatVector mean1 = FloatVector.fromArray(S, means, c + L);
        FloatVector sum1 = FloatVector.fromArray(S, sums, c + L);
        FloatVector product1 = FloatVector.fromArray(S, products, c + L);
        FloatVector mean2 = FloatVector.fromArray(S, means, c + 2 * L);
        FloatVector sum2 = FloatVector.fromArray(S, sums, c + 2 * L);
        FloatVector product2 = FloatVector.fromArray(S, products, c + 2 * L);
        for (int r = 0; r < rows; r++) {
            int from = dyAt + r * dyPitch;
            int output = yAt + r * yPitch;
            int value = xAt + r * xPitch;
            FloatVector gradient0 = masked(gradients, from, outputs, output);
            gradient0.intoArray(gradients, from);
            sum0 = sum0.add(gradient0);
            FloatVector deviation0 = FloatVector.fromArray(S, values, value).sub(mean0);
            product0 = gradient0.fma(deviation0, product0);
            FloatVector gradient1 = masked(gradients, from + L, outputs, output + L);
            gradient1.intoArray(gradients, from + L);
            sum1 = sum1.add(gradient1);
            FloatVector deviation1 = FloatVector.fromArray(S, values, value + L).sub(mean1);
            product1 = gradient1.fma(deviation1, product1);
            FloatVector gradient2 = masked(gradients, from + 2 * L, outputs, output + 2 * L);
            gradient2.intoArray(gradients, from + 2 * L);
            sum2 = sum2.add(gradient2);
            FloatVector deviation2 =
                    FloatVector.fromArray(S, values, value + 2 * L).sub(mean2);
            product2 = gradient2.fma(deviation2, product2);
        }
        sum0.intoArray(sums, c);
        product0.intoArray(products, c);
        sum1.intoArray(sums, c + L);
        product1.intoArray(products, c + L);
        sum2.intoArray(sums, c + 2 * L);
        product2.intoArray(products, c + 2 * L);
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
        FloatVector mean0 = FloatVector.fromArray(S, means, c);
        FloatVector sum0 = FloatVector.fromArray(S, sums, c);
        FloatVector product0 = FloatVector.fromArray(S, products, c);
        for (int r = 0; r < rows; r++) {
            int from = dyAt + r * dyPitch;
            int output = yAt + r * yPitch;
            int value = xAt + r * xPitch;
            FloatVector gradient0 = masked(gradients, from, outputs, output);
            gradient0.intoArray(gradients, from);
            sum0 = sum0.add(gradient0);
            FloatVector deviation0 = FloatVector.fromArray(S, values, value).sub(mean0);
            product0 = gradient0.fma(deviation0, product0);
        }
        sum0.intoArray(sums, c);
        product0.intoArray(products, c);
    }

    private static FloatVector masked(float[] gradients, int at, float[] outputs, int output) {
        VectorMask<Float> passed = FloatVector.fromArray(S, outputs, output).compare(VectorOperators.GT, 0);
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
            int first,
            boolean replace,
            Rows g,
            float[] sums,
            float[] products,
            int position) {
        int c = 0;
        for (; c + 2 * L < channels; c += 3 * L) {
            sendGradient3(rows, c, dy, y, x, scale, mean, first, replace, g, sums, products, position);
        }
        for (; c < channels; c += L) {
            sendGradient1(rows, c, dy, y, x, scale, mean, first, replace, g, sums, products, position);
        }
    }

    private static void sendGradient3(
            int rows,
            int c,
            Rows dy,
            Rows y,
            Rows x,
            float[] scales,
            float[] means,
            int first,
            boolean replace,
            Rows g,
            float[] sums,
            float[] products,
            int position) {
        float[] gradients = dy.data();
        float[] outputs = y.data();
        float[] values = x.data();
        int dyAt = dy.offset() + c;
        int yAt = y.offset() + c;
        int xAt = x.offset() + c;
        int dyPitch = dy.pitch();
        int yPitch = y.pitch();
        int xPitch = x.pitch();
        float[] sent = g.data();
        int gAt = g.offset() + c;
        int gPitch = g.pitch();
        FloatVector scale0 = FloatVector.fromArray(S, scales, first + c);
        FloatVector mean0 = FloatVector.fromArray(S, means, first + c);
        FloatVector sum0 = FloatVector.fromArray(S, sums, position + c);
        FloatVector product0 = FloatVector.fromArray(S, products, position + c);
        FloatVector scale1 = FloatVector.fromArray(S, scales, first + c + L);
        FloatVector mean1 = FloatVector.fromArray(S, means, first + c + L);
        FloatVector sum1 = FloatVector.fromArray(S, sums, position + c + L);
        FloatVector product1 = FloatVector.fromArray(S, products, position + c + L);
        FloatVector scale2 = FloatVector.fromArray(S, scales, first + c + 2 * L);
        FloatVector mean2 = FloatVector.fromArray(S, means, first + c + 2 * L);
        FloatVector sum2 = FloatVector.fromArray(S, sums, position + c + 2 * L);
        FloatVector product2 = FloatVector.fromArray(S, products, position + c + 2 * L);
        for (int r = 0; r < rows; r++) {
            int from = dyAt + r * dyPitch;
            int output = yAt + r * yPitch;
            int value = xAt + r * xPitch;
            int to = gAt + r * gPitch;
            FloatVector gradient0 = masked(gradients, from, outputs, output);
            FloatVector before0 = replace ? FloatVector.zero(S) : FloatVector.fromArray(S, sent, to);
            gradient0.fma(scale0, before0).intoArray(sent, to);
            sum0 = sum0.add(gradient0);
            FloatVector deviation0 = FloatVector.fromArray(S, values, value).sub(mean0);
            product0 = gradient0.fma(deviation0, product0);
            FloatVector gradient1 = masked(gradients, from + L, outputs, output + L);
            FloatVector before1 = replace ? FloatVector.zero(S) : FloatVector.fromArray(S, sent, to + L);
            gradient1.fma(scale1, before1).intoArray(sent, to + L);
            sum1 = sum1.add(gradient1);
            FloatVector deviation1 = FloatVector.fromArray(S, values, value + L).sub(mean1);
            product1 = gradient1.fma(deviation1, product1);
            FloatVector gradient2 = masked(gradients, from + 2 * L, outputs, output + 2 * L);
            FloatVector before2 = replace ? FloatVector.zero(S) : FloatVector.fromArray(S, sent, to + 2 * L);
            gradient2.fma(scale2, before2).intoArray(sent, to + 2 * L);
            sum2 = sum2.add(gradient2);
            FloatVector deviation2 =
                    FloatVector.fromArray(S, values, value + 2 * L).sub(mean2);
            product2 = gradient2.fma(deviation2, product2);
        }
        sum0.intoArray(sums, position + c);
        product0.intoArray(products, position + c);
        sum1.intoArray(sums, position + c + L);
        product1.intoArray(products, position + c + L);
        sum2.intoArray(sums, position + c + 2 * L);
        product2.intoArray(products, position + c + 2 * L);
    }

    private static void sendGradient1(
            int rows,
            int c,
            Rows dy,
            Rows y,
            Rows x,
            float[] scales,
            float[] means,
            int first,
            boolean replace,
            Rows g,
            float[] sums,
            float[] products,
            int position) {
        float[] gradients = dy.data();
        float[] outputs = y.data();
        float[] values = x.data();
        int dyAt = dy.offset() + c;
        int yAt = y.offset() + c;
        int xAt = x.offset() + c;
        int dyPitch = dy.pitch();
        int yPitch = y.pitch();
        int xPitch = x.pitch();
        float[] sent = g.data();
        int gAt = g.offset() + c;
        int gPitch = g.pitch();
        FloatVector scale0 = FloatVector.fromArray(S, scales, first + c);
        FloatVector mean0 = FloatVector.fromArray(S, means, first + c);
        FloatVector sum0 = FloatVector.fromArray(S, sums, position + c);
        FloatVector product0 = FloatVector.fromArray(S, products, position + c);
        for (int r = 0; r < rows; r++) {
            int from = dyAt + r * dyPitch;
            int output = yAt + r * yPitch;
            int value = xAt + r * xPitch;
            int to = gAt + r * gPitch;
            FloatVector gradient0 = masked(gradients, from, outputs, output);
            FloatVector before0 = replace ? FloatVector.zero(S) : FloatVector.fromArray(S, sent, to);
            gradient0.fma(scale0, before0).intoArray(sent, to);
            sum0 = sum0.add(gradient0);
            FloatVector deviation0 = FloatVector.fromArray(S, values, value).sub(mean0);
            product0 = gradient0.fma(deviation0, product0);
        }
        sum0.intoArray(sums, position + c);
        product0.intoArray(products, position + c);
    }
}
