package io.densenet.arch;

/// Between two blocks (§3, "Pooling layers", "Compression"): BN-ReLU-Conv1×1, then 2×2 average pooling. The
/// ReLU is in the authors' code and in the caption of Table 1, though the text leaves it out.
///
/// @param name           torchvision's path, e.g. `features.transition1`
/// @param outputChannels ⌊θ·inputChannels⌋
public record TransitionLayer(String name, int inputChannels, int outputChannels) {}
