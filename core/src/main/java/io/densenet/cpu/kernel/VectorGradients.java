package io.densenet.cpu.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The backward loops of batch norm and ReLU with vectors of channels, as those of [VectorKernels] are: the
/// constants and sums of three vectors of channels in registers, and through the rows from front to back.
///
/// ```
/// for each 3 vectors of channels          guard: 1; tail: a whole vector, into the room that callers leave
///   load the channels' constants and sums
///   for each row                          the body, three times
///   store the sums
/// ```
final class VectorGradients {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();

    private VectorGradients() {}

    static void normGradient(
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

    static void reluGradient(
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

    static void sendGradient(
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
