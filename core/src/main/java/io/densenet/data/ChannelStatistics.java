package io.densenet.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Mean and standard deviation of each channel over the images of a data set: the normalisation that the paper
/// applies to CIFAR (§4.1, "normalize the data using the channel means and standard deviations").
public final class ChannelStatistics {
    private static final int LEVELS = 256;

    private ChannelStatistics() {}

    /// Measures images as the network will see them: in its number of channels and in its size.
    ///
    /// Counts how often each of the 256 levels occurs, so that the sums are exact and the order of the images
    /// does not matter. A channel that never varies gets the deviation 1.
    ///
    /// @param atMost look at no more than so many images, evenly spread over the data set in its own order
    public static Normalization of(ImageDataset dataset, int channels, int height, int width, int atMost)
            throws IOException {
        int count = Math.min(dataset.size(), atMost);
        if (count <= 0) {
            throw new IllegalArgumentException("no images to measure");
        }
        long[][] histogram = new long[channels][LEVELS];
        for (int i = 0; i < count; i++) {
            Image image = dataset.image((int) ((long) i * dataset.size() / count));
            add(Resize.to(Transforms.withChannels(image, channels), height, width, Interpolation.BILINEAR), histogram);
        }
        List<Double> means = new ArrayList<>();
        List<Double> deviations = new ArrayList<>();
        for (long[] levels : histogram) {
            double mean = mean(levels);
            double deviation = deviation(levels, mean);
            means.add(mean / 255);
            deviations.add(deviation > 0 ? deviation / 255 : 1);
        }
        return new Normalization(means, deviations);
    }

    private static void add(Image image, long[][] histogram) {
        byte[] pixels = image.pixels();
        for (int i = 0; i < pixels.length; i++) {
            histogram[i % histogram.length][pixels[i] & 0xFF]++;
        }
    }

    private static double mean(long[] levels) {
        long count = 0;
        long sum = 0;
        for (int level = 0; level < LEVELS; level++) {
            count += levels[level];
            sum += level * levels[level];
        }
        return (double) sum / count;
    }

    private static double deviation(long[] levels, double mean) {
        long count = 0;
        double squares = 0;
        for (int level = 0; level < LEVELS; level++) {
            count += levels[level];
            squares += (level - mean) * (level - mean) * levels[level];
        }
        return Math.sqrt(squares / count);
    }
}
