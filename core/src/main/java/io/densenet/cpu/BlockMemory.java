package io.densenet.cpu;

import java.util.List;

/// What the layers of a block share.
///
/// @param x          the block's feature map: every layer reads the first channels of each row and writes the next
/// @param statistics of the channels of x
/// @param sums       of a norm's gradients
record BlockMemory(
        Compute compute,
        NetworkState state,
        List<Chunk> chunks,
        FeatureMap x,
        BatchStatistics statistics,
        ChannelSums sums,
        SharedMemory shared) {
    Grid grid() {
        return x.grid();
    }

    /// Gradients that the channels of x were sent. One map serves all blocks: only one is in its backward pass.
    FeatureMap g() {
        return shared.gradients(x.grid(), x.pitch());
    }
}
