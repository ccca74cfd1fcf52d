package io.densenet.cpu;

/// The pixels of a batch at one resolution: N × H × W, each a row of a feature map.
record Grid(int images, int height, int width) {
    /// Pixels of one image.
    int pixels() {
        return Math.multiplyExact(height, width);
    }

    /// Pixels of the batch: R.
    int rows() {
        return Math.multiplyExact(images, pixels());
    }

    /// After a pooling of 2×2; a last line or column without a partner is left out.
    Grid halved() {
        return new Grid(images, height / 2, width / 2);
    }
}
