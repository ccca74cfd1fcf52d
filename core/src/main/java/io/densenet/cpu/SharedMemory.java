package io.densenet.cpu;

import io.densenet.arch.DenseBlock;
import java.util.ArrayList;
import java.util.List;

/// Memory that one layer after the other uses, as large as the largest of them needs: gradients of a block, a
/// bottleneck's gradient, a bottleneck that is computed again, packed weights and weight gradients.
final class SharedMemory {
    private final List<float[]> gradients = new ArrayList<>();
    private float[] bottleneckGradient = {};
    private float[] bottleneck = {};
    private float[] packed = {};
    private final WeightSums weightSums = new WeightSums();

    /// G of the block that is in its backward pass.
    Features gradients(Grid grid, DenseBlock block) {
        return Features.of(
                grid, block.inputChannels(), block.growthRate(), block.layers().size(), (number, pitch) -> {
                    if (number == gradients.size()) {
                        gradients.add(new float[0]);
                    }
                    gradients.set(number, grown(gradients.get(number), FeatureMap.length(grid, pitch)));
                    return FeatureMap.in(gradients.get(number), grid, pitch);
                });
    }

    FeatureMap bottleneckGradient(Grid grid, int pitch) {
        bottleneckGradient = grown(bottleneckGradient, FeatureMap.length(grid, pitch));
        return FeatureMap.in(bottleneckGradient, grid, pitch);
    }

    FeatureMap bottleneck(Grid grid, int pitch) {
        bottleneck = grown(bottleneck, FeatureMap.length(grid, pitch));
        return FeatureMap.in(bottleneck, grid, pitch);
    }

    /// Weights of one matrix, packed.
    float[] packed(WeightMatrix weight, float[] values) {
        packed = grown(packed, weight.packedLength());
        weight.pack(values, packed);
        return packed;
    }

    WeightSums weightSums() {
        return weightSums;
    }

    long bytes() {
        long values = gradients.stream().mapToLong(array -> array.length).sum();
        values += bottleneckGradient.length + bottleneck.length + packed.length;
        return Float.BYTES * values + weightSums.bytes();
    }

    private static float[] grown(float[] array, int length) {
        return array.length >= length ? array : new float[length];
    }
}
