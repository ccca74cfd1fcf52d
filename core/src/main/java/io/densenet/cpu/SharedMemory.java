package io.densenet.cpu;

import io.densenet.arch.DenseBlock;
import io.densenet.cpu.kernel.Kernels;
import java.util.ArrayList;
import java.util.List;

/// Memory that one layer after the other uses, as large as the largest of them needs: gradients of a block, a
/// bottleneck's gradient, a bottleneck that is computed again, packed weights and weight gradients.
final class SharedMemory {
    private final List<float[]> gradients = new ArrayList<>();
    private float[] bottleneckGradient = {};
    private float[] bottleneck = {};
    private float[] packed = {};
    private final float[][] transformed = new float[Kernels.PARTS][0];
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
    float[] packed(Compute compute, WeightMatrix weight, float[] values) {
        float[] all = grown(packed, weight.packedLength());
        packed = all;
        compute.forEachPart(
                weight.rows().length, weight.elements(), (first, end) -> weight.pack(values, all, first, end));
        return all;
    }

    /// Transformed weights of a 3×3 convolution, for the forward pass.
    float[][] forward(Compute compute, WinogradWeights weights, float[] values) {
        prepareTransformed(weights);
        compute.forEachPart(
                weights.outputs(),
                weights.operations(),
                (first, end) -> weights.forward(values, transformed, first, end));
        return transformed;
    }

    /// As [#forward], for the backward pass.
    float[][] backward(Compute compute, WinogradWeights weights, float[] values) {
        prepareTransformed(weights);
        compute.forEachPart(
                weights.outputs(),
                weights.operations(),
                (first, end) -> weights.backward(values, transformed, first, end));
        return transformed;
    }

    private void prepareTransformed(WinogradWeights weights) {
        for (int p = 0; p < transformed.length; p++) {
            transformed[p] = grown(transformed[p], weights.packedLength());
        }
        weights.clear(transformed);
    }

    WeightSums weightSums() {
        return weightSums;
    }

    long bytes() {
        long values = gradients.stream().mapToLong(array -> array.length).sum();
        values += bottleneckGradient.length + bottleneck.length + packed.length;
        values += (long) Kernels.PARTS * transformed[0].length;
        return Float.BYTES * values + weightSums.bytes();
    }

    private static float[] grown(float[] array, int length) {
        return array.length >= length ? array : new float[length];
    }
}
