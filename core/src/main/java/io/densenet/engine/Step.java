package io.densenet.engine;

import java.util.List;

/// All that one training step needs besides the images. An engine keeps no counter of its own, so that a step
/// can be repeated after a restart.
///
/// @param seed           seed of the run; with `index` it names the dropout masks
/// @param index          number of this forward pass since the start of the run, from 0
/// @param gradientScale  weight of this batch's mean gradient: 1, or its part of the whole when gradients
///                       are accumulated
/// @param labelSmoothing part of the target that is spread evenly over all classes, 0 for none
/// @param classWeights   what the loss of an image is multiplied with, by its class; none for 1. The loss of a batch
///                       stays a sum over its images divided by their number, so that it does not matter how
///                       images are spread over batches; PyTorch divides by the sum of the weights
public record Step(long seed, long index, double gradientScale, double labelSmoothing, List<Double> classWeights) {
    public Step {
        classWeights = List.copyOf(classWeights);
        if (classWeights.stream().anyMatch(weight -> !(weight >= 0) || weight.isInfinite())) {
            throw new IllegalArgumentException("weights of classes must be 0 or positive, were " + classWeights);
        }
        if (labelSmoothing < 0 || labelSmoothing >= 1) {
            throw new IllegalArgumentException("label smoothing must lie in [0, 1), was " + labelSmoothing);
        }
    }

    /// All classes count the same.
    public Step(long seed, long index, double gradientScale, double labelSmoothing) {
        this(seed, index, gradientScale, labelSmoothing, List.of());
    }

    /// What the loss of an image of a class is multiplied with.
    public double weight(int label) {
        return classWeights.isEmpty() ? 1 : classWeights.get(label);
    }
}
