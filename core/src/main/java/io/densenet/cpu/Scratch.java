package io.densenet.cpu;

import io.densenet.cpu.kernel.Ahead;
import io.densenet.cpu.kernel.Kernels;
import io.densenet.cpu.kernel.Rows;

/// Memory of one task at a time: a few tiles that stay in the caches. Each grows to the largest size that was
/// asked for and holds whatever the last user left.
final class Scratch {
    /// Rows that a task handles at once where nothing else decides it.
    static final int TILE = 64;

    private final Ahead ahead = new Ahead();
    private float[] inputs = {};
    private float[] gradients = {};
    private float[] bottleneck = {};
    private float[] products = {};
    private float[] outputs = {};
    private float[] bordered = {};
    private float[] windows = {};
    private float[] tiles = {};
    private float[] edge = {};
    private float[] work = {};
    private float[] mean = {};
    private float[] squares = {};

    /// Memory that the task touches ahead, none at first.
    Ahead ahead() {
        ahead.clear();
        return ahead;
    }

    /// What a product reads: rectified channels.
    Rows inputs(int rows, int pitch) {
        inputs = grown(inputs, rows, pitch);
        return new Rows(inputs, 0, pitch);
    }

    /// Gradient of what a product read.
    Rows gradients(int rows, int pitch) {
        gradients = grown(gradients, rows, pitch);
        return new Rows(gradients, 0, pitch);
    }

    /// Gradient of a bottleneck, or its value.
    Rows bottleneck(int rows, int pitch) {
        bottleneck = grown(bottleneck, rows, pitch);
        return new Rows(bottleneck, 0, pitch);
    }

    /// Products that are no end in themselves, and the smaller side of transformed tiles.
    Rows products(int rows, int pitch) {
        products = grown(products, rows, pitch);
        return new Rows(products, 0, pitch);
    }

    /// What a convolution gives.
    Rows outputs(int rows, int pitch) {
        outputs = grown(outputs, rows, pitch);
        return new Rows(outputs, 0, pitch);
    }

    /// Lines of an image with a border.
    float[] bordered(int length) {
        bordered = grown(bordered, 1, length);
        return bordered;
    }

    /// Windows of a convolution, one pixel a row.
    Rows windows(int rows, int pitch) {
        windows = grown(windows, rows, pitch);
        return new Rows(windows, 0, pitch);
    }

    /// Tiles of a 3×3 convolution, transformed; the larger side, and the products that become it.
    Rows tiles(int rows, int pitch) {
        tiles = grown(tiles, rows, pitch);
        return new Rows(tiles, 0, pitch);
    }

    /// Outputs of tiles that reach out of the image.
    Rows edge(int rows, int pitch) {
        edge = grown(edge, rows, pitch);
        return new Rows(edge, 0, pitch);
    }

    /// What a kernel works with.
    float[] work(int length) {
        work = grown(work, 1, length);
        return work;
    }

    float[] mean(int channels) {
        mean = grown(mean, 1, channels);
        return mean;
    }

    float[] squares(int channels) {
        squares = grown(squares, 1, channels);
        return squares;
    }

    long bytes() {
        long values = 0;
        for (float[] array : new float[][] {
            inputs, gradients, bottleneck, products, outputs, bordered, windows, tiles, edge, work, mean, squares
        }) {
            values += array.length;
        }
        return Float.BYTES * values;
    }

    /// With room behind the last row for kernels that write in whole vectors.
    private static float[] grown(float[] array, int rows, int pitch) {
        int needed = Math.addExact(Math.multiplyExact(rows, pitch), Kernels.PANEL);
        return array.length >= needed ? array : new float[needed];
    }
}
