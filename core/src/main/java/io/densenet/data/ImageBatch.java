package io.densenet.data;

/// Normalised images and their labels, ready for an engine.
///
/// @param size     N
/// @param channels C
/// @param height   H
/// @param width    W
/// @param pixels   N × C × H × W values, row-major; may be longer than that
/// @param labels   N class numbers; may be longer than that. Empty where images may have several classes
/// @param targets  N × K values for K classes, 1 where the image is of the class, 0 where it is not and NaN where
///                 nobody knows; may be longer than that. Empty where each image has one class
public record ImageBatch(int size, int channels, int height, int width, float[] pixels, int[] labels, float[] targets) {
    private static final int[] NO_LABELS = {};
    private static final float[] NO_TARGETS = {};

    public ImageBatch {
        if (size <= 0 || pixels.length < (long) size * channels * height * width) {
            throw new IllegalArgumentException("a batch of %d images of %dx%dx%d does not fit %d values"
                    .formatted(size, channels, height, width, pixels.length));
        }
        if (targets.length == 0 ? labels.length < size : targets.length < size || labels.length > 0) {
            throw new IllegalArgumentException(
                    "a batch of %d images has a label for each or targets for each, not %d labels and %d targets"
                            .formatted(size, labels.length, targets.length));
        }
    }

    /// Images of one class each.
    public ImageBatch(int size, int channels, int height, int width, float[] pixels, int[] labels) {
        this(size, channels, height, width, pixels, labels, NO_TARGETS);
    }

    /// Images of any number of classes each.
    public static ImageBatch multiLabel(
            int size, int channels, int height, int width, float[] pixels, float[] targets) {
        return new ImageBatch(size, channels, height, width, pixels, NO_LABELS, targets);
    }

    /// What its labels are.
    public Task task() {
        return targets.length == 0 ? Task.SINGLE_LABEL : Task.MULTI_LABEL;
    }
}
