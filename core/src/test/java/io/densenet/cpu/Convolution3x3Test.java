package io.densenet.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.cpu.kernel.Ahead;
import io.densenet.cpu.kernel.Kernels;
import io.densenet.cpu.kernel.Rows;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The convolution and both its gradients against their definitions in double precision. Winograd's transforms
/// multiply by up to 8 and back, so this is where single precision loses most.
class Convolution3x3Test {
    /// ‖a − b‖₂ / ‖b‖₂, b in double precision; it comes to about 1e-6.
    private static final double TOLERANCE = 4e-6;

    private final Random random = new Random(3);
    private final Scratch scratch = new Scratch();

    @ParameterizedTest(name = "{0} images of {1}x{2}, {3} to {4} channels")
    @CsvSource({
        "1, 1, 1, 1, 1",
        "1, 2, 3, 4, 1",
        "2, 4, 4, 20, 5",
        "1, 5, 7, 48, 12",
        "3, 7, 7, 128, 32",
        "9, 8, 8, 48, 12",
        "1, 29, 31, 16, 8",
        "2, 32, 32, 48, 12",
        "1, 16, 16, 448, 12",
        "1, 56, 56, 128, 32",
    })
    void outputsAndGradientsAreThoseOfTheDefinition(int images, int height, int width, int inputs, int outputs) {
        Grid grid = new Grid(images, height, width);
        float[] x = values(grid.rows() * inputs, 1);
        float[] weight = values(outputs * inputs * 9, Math.sqrt(2.0 / (9 * inputs)));
        float[] gradient = values(grid.rows() * outputs, 1e-4);
        Convolution3x3 convolution = new Convolution3x3(Kernels.best(), grid, inputs, outputs);
        WinogradWeights weights = new WinogradWeights(0, inputs, outputs);
        float[][] packed = new float[Kernels.PARTS][weights.packedLength()];
        Convolution3x3.Source source = (row, rows, tile) -> copy(x, inputs, row, rows, tile);
        Convolution3x3.Source outputGradient = (row, rows, tile) -> copy(gradient, outputs, row, rows, tile);

        float[] out = new float[grid.rows() * outputs];
        weights.forward(weight, packed, 0, outputs);
        for (Chunk chunk : Chunk.of(grid)) {
            convolution.forward(chunk, source, packed, scratch, (row, rows, ahead) -> {}, (row, rows, values) -> {
                for (int r = 0; r < rows; r++) {
                    System.arraycopy(
                            values.data(), values.offset() + r * values.pitch(), out, (row + r) * outputs, outputs);
                }
            });
        }

        int pitch = Kernels.padded(inputs);
        FeatureMap inputGradient = FeatureMap.of(grid, pitch);
        float[] weightGradient = new float[weight.length];
        weights.backward(weight, packed, 0, outputs);
        float[] sums = new float[convolution.weightRows() * pitch];
        for (Chunk chunk : Chunk.of(grid)) {
            for (Chunk slab : convolution.slabs(chunk)) {
                Convolution3x3.Pixels pixels = convolution.read(slab, source, scratch);
                convolution.backward(
                        slab,
                        pixels,
                        outputGradient,
                        packed,
                        new Rows(sums, 0, pitch),
                        inputGradient.from(slab.firstRow()),
                        scratch,
                        Ahead.NOTHING);
            }
        }
        weights.addGradient(sums, pitch, weightGradient, 0, outputs);

        double[] expected = new double[out.length];
        double[] expectedInput = new double[x.length];
        double[] expectedWeight = new double[weight.length];
        for (int row = 0; row < grid.rows(); row++) {
            for (int tap = 0; tap < 9; tap++) {
                int line = row % grid.pixels() / width + tap / 3 - 1;
                int column = row % width + tap % 3 - 1;
                if (line < 0 || line >= height || column < 0 || column >= width) {
                    continue;
                }
                int from = row / grid.pixels() * grid.pixels() + line * width + column;
                for (int k = 0; k < outputs; k++) {
                    for (int c = 0; c < inputs; c++) {
                        int w = (k * inputs + c) * 9 + tap;
                        expected[row * outputs + k] += (double) x[from * inputs + c] * weight[w];
                        expectedInput[from * inputs + c] += (double) gradient[row * outputs + k] * weight[w];
                        expectedWeight[w] += (double) gradient[row * outputs + k] * x[from * inputs + c];
                    }
                }
            }
        }
        float[] input = new float[x.length];
        for (int row = 0; row < grid.rows(); row++) {
            System.arraycopy(inputGradient.data(), row * pitch, input, row * inputs, inputs);
        }
        assertNear("outputs", expected, out);
        assertNear("gradient of the inputs", expectedInput, input);
        assertNear("gradient of the weight", expectedWeight, weightGradient);
    }

    private static void copy(float[] values, int channels, int row, int rows, Rows tile) {
        for (int r = 0; r < rows; r++) {
            System.arraycopy(values, (row + r) * channels, tile.data(), tile.offset() + r * tile.pitch(), channels);
        }
    }

    private static void assertNear(String what, double[] expected, float[] actual) {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += (expected[i] - actual[i]) * (expected[i] - actual[i]);
            size += expected[i] * expected[i];
        }
        double error = Math.sqrt(difference / size);
        assertTrue(error <= TOLERANCE, what + ": " + error);
    }

    /// Half of them zero, as behind a ReLU.
    private float[] values(int length, double scale) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) (scale * Math.max(random.nextGaussian(), -0.5));
        }
        return values;
    }
}
