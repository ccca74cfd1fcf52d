package io.densenet.cpu;

import io.densenet.cpu.kernel.Kernels;
import java.util.Arrays;

/// Σ dy and Σ dy·(x − mean) of each channel: gathered by each chunk on its own, merged chunk after chunk.
final class ChannelSums {
    private final float[][] sums;
    private final float[][] products;
    private final double[] sum;
    private final double[] product;

    ChannelSums(int chunks, int channels) {
        sums = new float[chunks][Kernels.padded(channels)];
        products = new float[chunks][Kernels.padded(channels)];
        sum = new double[channels];
        product = new double[channels];
    }

    /// Where a chunk gathers Σ dy.
    float[] sums(Chunk chunk) {
        return sums[chunk.index()];
    }

    /// Where a chunk gathers Σ dy·(x − mean).
    float[] products(Chunk chunk) {
        return products[chunk.index()];
    }

    /// Merges the first `channels` of segments, which the chunks gathered where segments are padded.
    void merge(Features features, int channels) {
        for (Features.Segment segment : features.segments(channels)) {
            int count = Math.min(segment.channels(), channels - segment.first());
            merge(sums, segment.position(), sum, segment.first(), count);
            merge(products, segment.position(), product, segment.first(), count);
        }
        clear();
    }

    /// Merges `channels` that stand behind one another.
    void merge(int channels) {
        merge(sums, 0, sum, 0, channels);
        merge(products, 0, product, 0, channels);
        clear();
    }

    private static void merge(float[][] parts, int from, double[] whole, int to, int channels) {
        Arrays.fill(whole, to, to + channels, 0);
        for (float[] part : parts) {
            for (int c = 0; c < channels; c++) {
                whole[to + c] += part[from + c];
            }
        }
    }

    private void clear() {
        for (int i = 0; i < sums.length; i++) {
            Arrays.fill(sums[i], 0);
            Arrays.fill(products[i], 0);
        }
    }

    double sum(int channel) {
        return sum[channel];
    }

    double product(int channel) {
        return product[channel];
    }
}
