package io.densenet.cpu;

import io.densenet.cpu.kernel.Kernels;
import java.util.Arrays;

/// A weight that multiplies as it stands (a 1×1 convolution, a stem's whole windows) seen as a matrix: element
/// (r, c) is the value at `rows[r] + columns[c]` of the flat parameter array, whose layout is PyTorch's
/// [outputs, inputs, kernel, kernel]. Those of 3×3 convolutions are [WinogradWeights].
record WeightMatrix(int[] rows, int[] columns) {
    /// Inputs (with their taps) × outputs, for a forward product: a 1×1 convolution, a linear layer, or a
    /// convolution of whole windows.
    static WeightMatrix inputsByOutputs(int offset, int inputs, int outputs) {
        return new WeightMatrix(steps(offset, inputs, 1), steps(0, outputs, inputs));
    }

    /// Outputs × inputs, for the product that goes back.
    static WeightMatrix outputsByInputs(int offset, int inputs, int outputs) {
        return new WeightMatrix(steps(offset, outputs, inputs), steps(0, inputs, 1));
    }

    private static int[] steps(int from, int count, int step) {
        int[] offsets = new int[count];
        for (int i = 0; i < count; i++) {
            offsets[i] = from + i * step;
        }
        return offsets;
    }

    /// Columns of the packed weights, the last ones zero.
    int paddedColumns() {
        return Kernels.padded(columns.length);
    }

    /// Where an element of a packed matrix stands, see [Kernels#product].
    ///
    /// @param columns padded
    static int packedIndex(int rows, int columns, int row, int column) {
        int panel = column / Kernels.PANEL * Kernels.PANEL;
        return panel * rows + row * Math.min(Kernels.PANEL, columns - panel) + column - panel;
    }

    long elements() {
        return (long) rows.length * columns.length;
    }

    /// Values of the packed weights.
    int packedLength() {
        return rows.length * paddedColumns();
    }

    /// Packs the weights as [Kernels#product] wants them.
    void pack(float[] values, float[] packed) {
        pack(values, packed, 0, rows.length);
    }

    /// Packs some rows.
    void pack(float[] values, float[] packed, int firstRow, int endRow) {
        int padded = paddedColumns();
        for (int panel = 0; panel < padded; panel += Kernels.PANEL) {
            int width = Math.min(Kernels.PANEL, padded - panel);
            int end = Math.min(panel + width, columns.length);
            for (int r = firstRow; r < endRow; r++) {
                int to = panel * rows.length + r * width - panel;
                for (int c = panel; c < end; c++) {
                    packed[to + c] = values[rows[r] + columns[c]];
                }
                Arrays.fill(packed, to + end, to + panel + width, 0);
            }
        }
    }

    /// Multiplies each column of packed weights, to fold the scale of a batch norm behind a convolution into
    /// it.
    void scaleColumns(float[] packed, float[] scale) {
        int padded = paddedColumns();
        for (int panel = 0; panel < padded; panel += Kernels.PANEL) {
            int width = Math.min(Kernels.PANEL, padded - panel);
            for (int r = 0; r < rows.length; r++) {
                int at = panel * rows.length + r * width;
                for (int c = 0; c < width && panel + c < columns.length; c++) {
                    packed[at + c] *= scale[panel + c];
                }
            }
        }
    }

    /// Adds some rows of a gradient, row-major with the given pitch, to the flat gradient array.
    void addGradient(float[] gradient, int pitch, float[] gradients, int firstRow, int endRow) {
        for (int r = firstRow; r < endRow; r++) {
            for (int c = 0; c < columns.length; c++) {
                gradients[rows[r] + columns[c]] += gradient[r * pitch + c];
            }
        }
    }
}
