package io.densenet.cpu;

import java.util.Locale;

/// What training keeps between forward and backward pass. Both give the same bits.
public enum MemoryMode {
    /// All that the backward pass reads: in the fused engine the output of every 1×1 convolution, in
    /// libtorch every concatenation and its normalised copy.
    STANDARD,
    /// Not that: it is computed again, in the spirit of Pleiss et al., "Memory-Efficient Implementation of
    /// DenseNets" (arXiv:1707.06990). The fused engine, which never stores what they recompute, computes
    /// the 1×1 convolutions again, about a sixth more arithmetic; libtorch concatenations, norms and ReLUs.
    EFFICIENT;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
