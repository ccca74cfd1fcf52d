package io.densenet.cpu;

import io.densenet.cpu.kernel.Kernels;
import java.util.Arrays;

/// The weight [outputs, inputs, 3, 3] of a convolution as [Convolution3x3] uses it: 36 matrices, part p of
/// G·g·Gᵀ for every pair of input and output. Transformed in double precision: it is little work, and the
/// rounding of weights would touch every pixel.
///
/// @param offset of the weight in the flat parameter array
record WinogradWeights(int offset, int inputs, int outputs) {
    /// G: Lavin and Gray, section 4.2.
    private static double[][] filterTransform() {
        return new double[][] {
            {1 / 4.0, 0, 0},
            {-1 / 6.0, -1 / 6.0, -1 / 6.0},
            {-1 / 6.0, 1 / 6.0, -1 / 6.0},
            {1 / 24.0, 1 / 12.0, 1 / 6.0},
            {1 / 24.0, -1 / 12.0, 1 / 6.0},
            {0, 0, 1}
        };
    }

    /// Values of each of the packed matrices, of either direction.
    int packedLength() {
        return Math.max(inputs * Kernels.padded(outputs), outputs * Kernels.padded(inputs));
    }

    /// Packs the weights of some outputs, inputs × outputs, as [Kernels#product] wants them.
    ///
    /// @param packed holds zeros where columns are padded
    void forward(float[] values, float[][] packed, int firstOutput, int endOutput) {
        double[][] g = filterTransform();
        double[] filter = new double[9];
        for (int output = firstOutput; output < endOutput; output++) {
            for (int input = 0; input < inputs; input++) {
                read(values, output, input, filter);
                put(g, filter, packed, WeightMatrix.packedIndex(inputs, Kernels.padded(outputs), input, output));
            }
        }
    }

    /// Packs the weights of some outputs, outputs × inputs, for the gradient of the inputs: a convolution with
    /// the filter turned by 180°.
    ///
    /// @param packed holds zeros where columns are padded
    void backward(float[] values, float[][] packed, int firstOutput, int endOutput) {
        double[][] g = filterTransform();
        double[] filter = new double[9];
        for (int output = firstOutput; output < endOutput; output++) {
            for (int input = 0; input < inputs; input++) {
                read(values, output, input, filter);
                turn(filter);
                put(g, filter, packed, WeightMatrix.packedIndex(outputs, Kernels.padded(inputs), output, input));
            }
        }
    }

    private void read(float[] values, int output, int input, double[] filter) {
        int from = filter(output, input);
        for (int tap = 0; tap < 9; tap++) {
            filter[tap] = values[from + tap];
        }
    }

    private static void turn(double[] filter) {
        for (int tap = 0; tap < 4; tap++) {
            double value = filter[tap];
            filter[tap] = filter[8 - tap];
            filter[8 - tap] = value;
        }
    }

    private int filter(int output, int input) {
        return offset + (output * inputs + input) * 9;
    }

    /// Prepares arrays that another weight has used for packing.
    void clear(float[][] packed) {
        if (inputs != Kernels.padded(inputs) || outputs != Kernels.padded(outputs)) {
            for (float[] part : packed) {
                Arrays.fill(part, 0, packedLength(), 0);
            }
        }
    }

    /// Additions and multiplications of packing, roughly.
    long operations() {
        return 250L * inputs * outputs;
    }

    private static void put(double[][] g, double[] filter, float[][] packed, int index) {
        for (int y = 0; y < 6; y++) {
            double t0 = g[y][0] * filter[0] + g[y][1] * filter[3] + g[y][2] * filter[6];
            double t1 = g[y][0] * filter[1] + g[y][1] * filter[4] + g[y][2] * filter[7];
            double t2 = g[y][0] * filter[2] + g[y][1] * filter[5] + g[y][2] * filter[8];
            for (int x = 0; x < 6; x++) {
                packed[6 * y + x][index] = (float) (t0 * g[x][0] + t1 * g[x][1] + t2 * g[x][2]);
            }
        }
    }

    /// Adds the gradient Gᵀ·d·G of the weights of some outputs to the flat gradient array.
    ///
    /// @param d     gradient of the parts as [Convolution3x3#backward] gathers it
    /// @param pitch of its rows
    void addGradient(float[] d, int pitch, float[] gradients, int firstOutput, int endOutput) {
        double[][] g = filterTransform();
        int part = WeightSums.paddedRows(outputs) * pitch;
        double[] column = new double[18];
        for (int output = firstOutput; output < endOutput; output++) {
            for (int input = 0; input < inputs; input++) {
                int from = output * pitch + input;
                for (int x = 0; x < 6; x++) {
                    for (int y = 0; y < 3; y++) {
                        double sum = 0;
                        for (int i = 0; i < 6; i++) {
                            sum += g[i][y] * d[from + (6 * i + x) * part];
                        }
                        column[6 * y + x] = sum;
                    }
                }
                int to = filter(output, input);
                for (int y = 0; y < 3; y++) {
                    for (int x = 0; x < 3; x++) {
                        double sum = 0;
                        for (int i = 0; i < 6; i++) {
                            sum += column[6 * y + i] * g[i][x];
                        }
                        gradients[to + 3 * y + x] += (float) sum;
                    }
                }
            }
        }
    }
}
