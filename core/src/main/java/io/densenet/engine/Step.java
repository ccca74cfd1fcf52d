package io.densenet.engine;

/// All that one training step needs besides the images. An engine keeps no counter of its own, so that a step
/// can be repeated after a restart.
///
/// @param seed           seed of the run; with `index` it names the dropout masks
/// @param index          number of this forward pass since the start of the run, from 0
/// @param gradientScale  weight of this batch's mean gradient: 1, or its part of the whole when gradients
///                       are accumulated
/// @param labelSmoothing part of the target that is spread evenly over all classes, 0 for none
public record Step(long seed, long index, double gradientScale, double labelSmoothing) {
    public Step {
        if (labelSmoothing < 0 || labelSmoothing >= 1) {
            throw new IllegalArgumentException("label smoothing must lie in [0, 1), was " + labelSmoothing);
        }
    }
}
