package io.densenet.data;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// Images of one size, all in memory as 8-bit values.
public final class InMemoryDataset implements ImageDataset {
    private final int channels;
    private final int height;
    private final int width;
    private final byte[] pixels;
    private final int[] labels;
    private final List<String> classNames;

    /// Takes the arrays over without copying; they must not be changed any more.
    ///
    /// @param channels   1 or 3
    /// @param pixels     N × H × W × C values
    /// @param labels     N positions in `classNames`
    public InMemoryDataset(int channels, int height, int width, byte[] pixels, int[] labels, List<String> classNames) {
        if (pixels.length != (long) labels.length * channels * height * width) {
            throw new IllegalArgumentException("%d bytes are not %d images of %dx%dx%d"
                    .formatted(pixels.length, labels.length, channels, height, width));
        }
        for (int label : labels) {
            Objects.checkIndex(label, classNames.size());
        }
        this.channels = channels;
        this.height = height;
        this.width = width;
        this.pixels = pixels;
        this.labels = labels;
        this.classNames = List.copyOf(classNames);
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public int label(int index) {
        return labels[index];
    }

    @Override
    public Image image(int index) {
        int length = channels * height * width;
        int from = Objects.checkIndex(index, labels.length) * length;
        return new Image(channels, height, width, Arrays.copyOfRange(pixels, from, from + length));
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }
}
