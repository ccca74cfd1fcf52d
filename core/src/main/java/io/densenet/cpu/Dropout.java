package io.densenet.cpu;

import io.densenet.engine.DropoutMask;
import io.densenet.engine.Step;

/// Dropout behind one convolution. Masks are drawn again in the backward pass, not stored.
///
/// @param layer    number of the dropout layer in the network
/// @param channels of the convolution's output
record Dropout(double rate, int layer, int channels) {
    boolean isOn() {
        return rate > 0;
    }

    /// For rows of that block.
    DropoutStep in(Step step, BlockMemory block) {
        DropoutMask mask = DropoutMask.of(step.seed(), step.index(), layer, rate);
        return new DropoutStep(this, mask, block.compute().kernels(), block.grid());
    }
}
