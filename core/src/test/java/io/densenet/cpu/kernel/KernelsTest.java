package io.densenet.cpu.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.engine.DropoutMask;
import java.util.Arrays;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        int length = (left + 3) / 4 * 4 * right;
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

    /// Images of 49 pixels have channels that start within a block; the last case crosses a word of the
    /// counter.
    @ParameterizedTest
    @CsvSource({
        "1, 1, 0, 784",
        "28, 12, 56, 784",
        "64, 48, 3, 196",
        "7, 31, 1, 49",
        "49, 17, 2, 49",
        "5, 12, 17179869180, 4"
    })
    void dropout(int pixels, int channels, long first, long stride) {
        DropoutMask mask = DropoutMask.of(-3, 9, 4, 0.3);
        int pitch = Kernels.padded(channels) + 16;
        float[] values = values(pixels * pitch);
        compareColumns(pixels, channels, pitch, (k, x) -> {
            System.arraycopy(values, 0, x, 0, values.length);
            k.dropout(
                    pixels,
                    channels,
                    new Rows(x, 0, pitch),
                    mask,
                    first,
                    stride,
                    new float[Kernels.dropoutWork(pixels)]);
        });
    }

    @ParameterizedTest
    @CsvSource({"1, 3, 1, 3", "5, 7, 2, 21", "6, 3, 1, 9", "2, 40, 3, 2"})
    void windows(int pixels, int length, int step, int pieces) {
        float[] image = values(pieces * 60 + 60);
        int[] at = new int[pieces];
        Arrays.setAll(at, i -> (pieces - i) * 60 - 50);
        int pitch = Kernels.padded(length * pieces);
        compareColumns(
                pixels,
                length * pieces,
                pitch,
                (k, out) -> k.windows(pixels, length, image, at, step, new Rows(out, 0, pitch)));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "4, 12", "7, 16", "8, 48", "13, 31", "9, 128"})
    void winogradInput(int width, int channels) {
        int pitch = Kernels.padded(channels) + 16;
        float[] pixels = values(7 * width * pitch);
        int[] starts = lines(6, width * pitch);
        starts[5] = starts[0]; // lines may stand anywhere
        Lines lines = new Lines(pixels, starts, pitch, width);
        int part = Kernels.padded(channels);
        compareParts(lines.tiles(), channels, (k, out) -> {
            float[] work = values(Kernels.winogradWork(lines.tiles()));
            k.winogradInput(lines, channels, new Rows(out, 0, 36 * part), part, work);
        });
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "4, 12", "7, 16", "8, 48", "13, 31"})
    void winogradGradient(int width, int channels) {
        int pitch = Kernels.padded(channels);
        float[] pixels = values(5 * width * pitch);
        Lines lines = new Lines(pixels, lines(4, width * pitch), pitch, width);
        int part = Kernels.padded(channels);
        compareParts(lines.tiles(), channels, (k, out) -> {
            float[] work = values(Kernels.winogradWork(lines.tiles()));
            k.winogradGradient(lines, channels, new Rows(out, 0, 36 * part), part, work);
        });
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 12", "4, 16", "1, 48", "2, 31"})
    void winogradOutput(int tiles, int channels) {
        int part = Kernels.padded(channels);
        int pitch = Kernels.PARTS * part + 16;
        float[] m = values(tiles * pitch + 16);
        int width = 4 * tiles;
        compareColumns(4 * width, channels, part, (k, out) -> {
            float[] work = values(Kernels.winogradWork(tiles));
            k.winogradOutput(tiles, channels, new Rows(m, 0, pitch), part, new Rows(out, 0, part), width, work);
        });
    }

    /// The transforms together against the definition of a convolution: of pixels, and of a weight's gradient,
    /// which is one of pixels with gradients.
    @Test
    void aTileOfWinogradIsTheConvolution() {
        double[][] filter = {
            {0.25, 0, 0},
            {-1 / 6.0, -1 / 6.0, -1 / 6.0},
            {-1 / 6.0, 1 / 6.0, -1 / 6.0},
            {1 / 24.0, 1 / 12.0, 1 / 6.0},
            {1 / 24.0, -1 / 12.0, 1 / 6.0},
            {0, 0, 1}
        };
        float[] g = values(9);
        float[] pixels = values(37 * 16);
        float[] gradients = values(17 * 16);
        float[] v = new float[36 * 16];
        float[] e = new float[36 * 16];
        float[] work = new float[Kernels.winogradWork(1)];
        // of the six columns of pixels the first and last lie outside of the image
        Lines read = new Lines(pixels, lines(6, 6 * 16), 16, 4);
        Lines written = new Lines(gradients, lines(4, 4 * 16), 16, 4);
        kernels.winogradInput(read, 1, new Rows(v, 0, 36 * 16), 16, work);
        kernels.winogradGradient(written, 1, new Rows(e, 0, 36 * 16), 16, work);
        float[] m = new float[36 * 16];
        for (int i = 0; i < 36; i++) {
            double u = 0;
            for (int t = 0; t < 9; t++) {
                u += filter[i / 6][t / 3] * g[t] * filter[i % 6][t % 3];
            }
            m[16 * i] = (float) (v[16 * i] * u);
        }
        float[] y = new float[17 * 16];
        kernels.winogradOutput(1, 1, new Rows(m, 0, 36 * 16), 16, new Rows(y, 0, 16), 4, work);
        for (int i = 0; i < 16; i++) {
            double sum = 0;
            for (int t = 0; t < 9; t++) {
                sum += (double) pixel(pixels, i / 4 + t / 3, i % 4 + t % 3 - 1) * g[t];
            }
            assertEquals(sum, y[16 * i], 1e-5);
        }
        for (int t = 0; t < 9; t++) {
            double expected = 0;
            for (int i = 0; i < 16; i++) {
                expected += (double) pixel(pixels, i / 4 + t / 3, i % 4 + t % 3 - 1) * gradients[5 + 16 * i];
            }
            double sum = 0;
            for (int i = 0; i < 36; i++) {
                sum += filter[i / 6][t / 3] * v[16 * i] * e[16 * i] * filter[i % 6][t % 3];
            }
            assertEquals(expected, sum, 1e-4);
        }
    }

    private static float pixel(float[] pixels, int line, int column) {
        return column < 0 || column > 3 ? 0 : pixels[5 + 16 * (6 * line + column)];
    }

    private static int[] lines(int count, int step) {
        int[] lines = new int[count];
        Arrays.setAll(lines, i -> i * step + 5);
        return lines;
    }

    /// Compares the channels of the parts of each tile.
    private void compareParts(int tiles, int channels, BiConsumer<Kernels, float[]> run) {
        int part = Kernels.padded(channels);
        compareColumns(tiles * Kernels.PARTS, channels, part, run);
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
