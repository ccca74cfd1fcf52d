package io.densenet.cpu;

import java.util.Locale;

/// What training keeps of a bottleneck layer between forward and backward pass. Both give the same bits.
public enum MemoryMode {
    /// The output of every 1×1 convolution.
    STANDARD,
    /// Nothing: the 1×1 convolution is computed again, about a sixth more arithmetic. In the spirit of Pleiss
    /// et al., "Memory-Efficient Implementation of DenseNets" (arXiv:1707.06990), who recompute concatenation
    /// and batch norm; this engine never stores those.
    EFFICIENT;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
