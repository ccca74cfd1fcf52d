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

    /// Merges the first `channels` and empties the chunks' own.
    void merge(int channels) {
        merge(sums, sum, channels);
        merge(products, product, channels);
    }

    private static void merge(float[][] parts, double[] whole, int channels) {
        Arrays.fill(whole, 0, channels, 0);
        for (float[] part : parts) {
            for (int c = 0; c < channels; c++) {
                whole[c] += part[c];
            }
            Arrays.fill(part, 0);
        }
    }

    double sum(int channel) {
        return sum[channel];
    }

    double product(int channel) {
        return product[channel];
    }
}
