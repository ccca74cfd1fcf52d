package io.densenet.weights;

import java.util.List;

/// A named entry of a [StateDict]: a shape and its values, last index fastest. The arrays are not copied;
/// whoever makes a tensor gives its array away.
public sealed interface Tensor {
    /// Rows first, as in PyTorch; empty for a scalar.
    List<Integer> shape();

    /// 32-bit floats: every parameter and running statistic.
    record Floats(List<Integer> shape, float[] values) implements Tensor {
        public Floats {
            shape = List.copyOf(shape);
            requireLength(shape, values.length);
        }
    }

    /// 64-bit integers: `num_batches_tracked`.
    record Longs(List<Integer> shape, long[] values) implements Tensor {
        public Longs {
            shape = List.copyOf(shape);
            requireLength(shape, values.length);
        }
    }

    private static void requireLength(List<Integer> shape, int length) {
        // in 64 bits: the sizes before a 0 may together be more than an array holds
        if (shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact) != length) {
            throw new IllegalArgumentException("shape %s does not hold %d values".formatted(shape, length));
        }
    }
}
