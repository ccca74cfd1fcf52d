package io.densenet.data;

/// Normalised images and their labels, ready for an engine.
///
/// @param size     N
/// @param channels C
/// @param height   H
/// @param width    W
/// @param pixels   N × C × H × W values, row-major; may be longer than that
/// @param labels   N class numbers; may be longer than that
public record ImageBatch(int size, int channels, int height, int width, float[] pixels, int[] labels) {
    public ImageBatch {
        if (size <= 0 || pixels.length < (long) size * channels * height * width || labels.length < size) {
            throw new IllegalArgumentException("a batch of %d images of %dx%dx%d does not fit %d values and %d labels"
                    .formatted(size, channels, height, width, pixels.length, labels.length));
        }
    }
}
