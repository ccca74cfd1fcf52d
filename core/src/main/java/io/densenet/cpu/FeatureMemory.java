package io.densenet.cpu;

import java.util.ArrayList;
import java.util.List;

/// Arrays of the feature maps that training keeps. A network for a smaller batch, the last of an epoch, takes
/// those of the larger one; each array grows when it must.
final class FeatureMemory {
    private final List<float[]> arrays = new ArrayList<>();
    private int next;

    /// Begins again with the first array. The maps that were given out before must not be used any more.
    void rewind() {
        next = 0;
    }

    FeatureMap map(Grid grid, int pitch) {
        int length = FeatureMap.length(grid, pitch);
        if (next == arrays.size()) {
            arrays.add(new float[length]);
        } else if (arrays.get(next).length < length) {
            arrays.set(next, new float[0]); // lets the old one go first
            arrays.set(next, new float[length]);
        }
        return FeatureMap.in(arrays.get(next++), grid, pitch);
    }

    long bytes() {
        return arrays.stream()
                .mapToLong(array -> (long) Float.BYTES * array.length)
                .sum();
    }
}
