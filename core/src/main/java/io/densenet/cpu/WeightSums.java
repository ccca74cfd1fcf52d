package io.densenet.cpu;

import io.densenet.cpu.kernel.Rows;
import java.util.Arrays;

/// Gradient of a weight matrix: gathered by each chunk on its own, merged chunk after chunk. One serves all
/// layers, one after the other.
final class WeightSums {
    /// [Kernels#outerProduct] handles rows in groups of this many.
    private static final int ROW_GROUP = 4;

    private final float[][] parts = new float[Chunk.MOST_CHUNKS][0];

    /// An empty sum for a chunk.
    ///
    /// @param rows    of the weight matrix
    /// @param columns padded
    Rows start(Chunk chunk, int rows, int columns) {
        int length = length(rows, columns);
        if (parts[chunk.index()].length < length) {
            parts[chunk.index()] = new float[length];
        } else {
            Arrays.fill(parts[chunk.index()], 0, length, 0);
        }
        return new Rows(parts[chunk.index()], 0, columns);
    }

    long bytes() {
        long values = 0;
        for (float[] part : parts) {
            values += part.length;
        }
        return Float.BYTES * values;
    }

    private static int length(int rows, int columns) {
        return Math.multiplyExact(paddedRows(rows), columns);
    }

    /// Rows that [Kernels#outerProduct] may write.
    static int paddedRows(int rows) {
        return (rows + ROW_GROUP - 1) / ROW_GROUP * ROW_GROUP;
    }

    /// The sum of the first `chunks` parts, in their order.
    ///
    /// @param rows and columns as at [#start]
    float[] merged(Compute compute, int rows, int columns, int chunks) {
        float[] sum = parts[0];
        int length = length(rows, columns);
        compute.forEachPart(length, (long) length * chunks, (first, end) -> {
            for (int i = 1; i < chunks; i++) {
                add(sum, parts[i], first, end);
            }
        });
        return sum;
    }

    private static void add(float[] sum, float[] part, int first, int end) {
        for (int i = first; i < end; i++) {
            sum[i] += part[i];
        }
    }
}
