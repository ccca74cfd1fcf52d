package io.densenet.cpu.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The kernels that this JVM takes against the plain loops, bit for bit, over awkward shapes; and the plain
/// loops against sums in double precision. The build runs this with every width of vectors.
class KernelsTest {
    private static final Kernels PLAIN = new ScalarKernels();

    private final Kernels kernels = Kernels.best();
    private final Random random = new Random(5);

    /// The build runs these tests several times and says what each run is for, so that none silently tests the
    /// wrong kernels: 0 for plain loops, otherwise the widest vectors that there may be.
    @Test
    void theKernelsAreThoseThatThisRunIsFor() {
        int widestBits = Integer.getInteger("densenet.test.vectorBits", 512);
        if (widestBits == 0) {
            assertEquals("plain loops", kernels.description());
        } else {
            String bits = kernels.description().replace("-bit vectors", "");
            assertTrue(Integer.parseInt(bits) <= widestBits, kernels.description());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 16",
        "1, 7, 48",
        "2, 3, 32",
        "3, 5, 16",
        "4, 9, 64",
        "5, 12, 80",
        "7, 24, 96",
        "8, 48, 112",
        "9, 1, 128",
        "17, 33, 144",
        "49, 108, 48",
        "64, 216, 48",
        "63, 10, 304"
    })
    void product(int rows, int depth, int columns) {
        int aPitch = depth + 3;
        int cPitch = columns + 16;
        float[] a = values(rows * aPitch + 100);
        float[] b = values(depth * columns);
        compare(
                rows * cPitch + 60,
                (k, out) -> k.product(rows, depth, new Rows(a, 5, aPitch), b, columns, new Rows(out, 7, cPitch)));

        float[] out = new float[rows * columns];
        kernels.product(rows, depth, new Rows(a, 5, aPitch), b, columns, new Rows(out, 0, columns));
        for (int r = 0; r < rows; r++) {
            for (int n = 0; n < columns; n++) {
                int panel = n / Kernels.PANEL * Kernels.PANEL;
                int width = Math.min(Kernels.PANEL, columns - panel);
                double sum = 0;
                double size = 0;
                for (int k = 0; k < depth; k++) {
                    double term = (double) a[5 + r * aPitch + k] * b[panel * depth + k * width + n - panel];
                    sum += term;
                    size += Math.abs(term);
                }
                assertEquals(sum, out[r * columns + n], 1e-6 * size + 1e-12);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 16",
        "3, 8, 32",
        "64, 9, 48",
        "64, 216, 48",
        "33, 108, 48",
        "49, 17, 64",
        "5, 4, 80",
        "64, 12, 128",
        "7, 45, 304"
    })
    void outerProduct(int rows, int left, int right) {
        int aPitch = left + 8;
        float[] a = values(rows * aPitch + 20);
        float[] b = values(rows * right + 20);
        int length = (left + 7) / 8 * 8 * right;
        float[] vector = values(length);
        float[] plain = vector.clone();
        kernels.outerProduct(
                rows, left, new Rows(a, 2, aPitch), right, new Rows(b, 3, right), new Rows(vector, 0, right));
        PLAIN.outerProduct(rows, left, new Rows(a, 2, aPitch), right, new Rows(b, 3, right), new Rows(plain, 0, right));
        assertArrayEquals(Arrays.copyOf(plain, left * right), Arrays.copyOf(vector, left * right));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 5", "4, 12", "5, 16", "7, 17", "8, 216", "9, 31"})
    void normRelu(int rows, int channels) {
        float[] x = values(rows * 240);
        x[3] = Float.NaN;
        float[] scale = padded(channels);
        float[] shift = padded(channels);
        compareColumns(
                rows,
                channels,
                240,
                (k, out) -> k.normRelu(rows, channels, new Rows(x, 0, 240), scale, shift, 2, new Rows(out, 0, 240)));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 5", "5, 128", "7, 17"})
    void shiftRelu(int rows, int channels) {
        float[] x = values(rows * 160);
        float[] shift = padded(channels);
        compareColumns(rows, channels, 160, (k, out) -> {
            System.arraycopy(x, 0, out, 0, x.length);
            k.shiftRelu(rows, channels, new Rows(out, 0, 160), shift);
        });
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 5", "64, 12", "33, 48", "49, 31"})
    void moments(int rows, int channels) {
        float[] x = values(rows * 64 + 32);
        compareColumns(1, channels, 64, (k, out) -> k.moments(rows, channels, new Rows(x, 1, 64), out, new float[64]));
        compareColumns(1, channels, 64, (k, out) -> k.moments(rows, channels, new Rows(x, 1, 64), new float[64], out));
    }

    @Test
    void momentsKeepTheVarianceOfValuesFarFromZero() {
        float[] x = new float[64 * 16];
        for (int r = 0; r < 64; r++) {
            Arrays.fill(x, r * 16, r * 16 + 16, 10_000 + (r % 2));
        }
        float[] mean = new float[16];
        float[] squares = new float[16];
        kernels.moments(64, 16, new Rows(x, 0, 16), mean, squares);
        assertEquals(10_000.5f, mean[0]);
        assertEquals(16f, squares[0]);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 9", "5, 12, 9", "30, 32, 9", "6, 40, 6", "4, 5, 4", "2, 3, 1"})
    void sumTaps(int pixels, int channels, int count) {
        float[] x = values(9 * 64 * (pixels + 4));
        int[] taps = new int[count];
        for (int t = 0; t < count; t++) {
            taps[t] = (t - count / 2) * 61;
        }
        compareColumns(
                pixels,
                channels,
                48,
                (k, out) -> k.sumTaps(pixels, channels, new Rows(x, 9 * 64, 9 * 40), taps, new Rows(out, 0, 48)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 12, 16, 32, 40})
    void windows(int channels) {
        int width = 6;
        int line = (width + 2) * channels;
        float[] plane = values(4 * line + Kernels.PANEL);
        int pitch = Kernels.padded(9 * channels);
        compareColumns(
                width,
                9 * channels,
                pitch,
                (k, out) -> k.windows(width, channels, plane, 0, line, new Rows(out, 0, pitch)));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "4, 12", "7, 48", "9, 31"})
    void normGradient(int rows, int channels) {
        float[] g = values(rows * 64 + 32);
        float[] x = values(rows * 80 + 32);
        float[] scale = padded(channels);
        float[] mean = padded(channels);
        float[] tilt = padded(channels);
        float[] offset = padded(channels);
        compareColumns(
                rows,
                channels,
                48,
                (k, out) -> k.normGradient(
                        rows,
                        channels,
                        new Rows(g, 3, 64),
                        new Rows(x, 0, 80),
                        scale,
                        mean,
                        tilt,
                        offset,
                        2,
                        new Rows(out, 0, 48)));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "5, 12", "64, 48", "19, 31"})
    void reluGradient(int rows, int channels) {
        float[] dy = values(rows * 64);
        float[] y = values(rows * 64);
        y[0] = 0;
        float[] x = values(rows * 64);
        float[] mean = padded(channels);
        float[] start = padded(channels);
        for (int part = 0; part < 3; part++) {
            int wanted = part;
            compareColumns(wanted == 0 ? rows : 1, channels, 64, (k, out) -> {
                float[] gradients = dy.clone();
                float[] sums = start.clone();
                float[] products = start.clone();
                k.reluGradient(
                        rows,
                        channels,
                        new Rows(gradients, 0, 64),
                        new Rows(y, 0, 64),
                        new Rows(x, 0, 64),
                        mean,
                        sums,
                        products);
                float[] result = wanted == 0 ? gradients : wanted == 1 ? sums : products;
                System.arraycopy(result, 0, out, 0, result.length);
            });
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1, true", "5, 12, false", "64, 48, true", "19, 31, false"})
    void sendGradient(int rows, int channels, boolean first) {
        float[] dy = values(rows * 64);
        float[] y = values(rows * 64);
        float[] x = values(rows * 64);
        float[] before = values(rows * 64);
        float[] scale = padded(channels);
        float[] mean = padded(channels);
        float[] start = padded(channels);
        for (int part = 0; part < 3; part++) {
            int wanted = part;
            compareColumns(wanted == 0 ? rows : 1, channels, 64, (k, out) -> {
                float[] g = before.clone();
                float[] sums = start.clone();
                float[] products = start.clone();
                k.sendGradient(
                        rows,
                        channels,
                        new Rows(dy, 0, 64),
                        new Rows(y, 0, 64),
                        new Rows(x, 0, 64),
                        scale,
                        mean,
                        2,
                        first,
                        new Rows(g, 0, 64),
                        sums,
                        products,
                        0);
                float[] result = wanted == 0 ? g : wanted == 1 ? sums : products;
                System.arraycopy(result, 0, out, 0, result.length);
            });
        }
    }

    /// Runs both and compares all that they wrote.
    private void compare(int length, BiConsumer<Kernels, float[]> run) {
        float[] vector = new float[length];
        float[] plain = new float[length];
        run.accept(kernels, vector);
        run.accept(PLAIN, plain);
        assertArrayEquals(plain, vector);
    }

    /// Runs both and compares the columns that belong to channels; behind them a kernel may write what it
    /// likes.
    private void compareColumns(int rows, int channels, int pitch, BiConsumer<Kernels, float[]> run) {
        float[] vector = new float[rows * pitch + Kernels.PANEL];
        float[] plain = new float[vector.length];
        run.accept(kernels, vector);
        run.accept(PLAIN, plain);
        for (int r = 0; r < rows; r++) {
            int from = r * pitch;
            assertArrayEquals(
                    Arrays.copyOfRange(plain, from, from + channels),
                    Arrays.copyOfRange(vector, from, from + channels),
                    "row " + r);
        }
    }

    private float[] values(int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private float[] padded(int channels) {
        return Arrays.copyOf(values(channels), Kernels.padded(channels) + Kernels.PANEL);
    }
}
