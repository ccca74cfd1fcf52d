package io.densenet.arch;

import java.util.List;

/// Dense layers at one resolution, each connected to all that follow it (Figure 1).
///
/// @param name          torchvision's path, e.g. `features.denseblock1`
/// @param inputChannels maps that enter the block
/// @param growthRate    maps that each layer adds
/// @param layers        first layer first
public record DenseBlock(String name, int inputChannels, int growthRate, List<DenseLayer> layers) {
    public DenseBlock {
        layers = List.copyOf(layers);
    }

    /// Maps that leave the block: what entered plus k of every layer.
    public int outputChannels() {
        return inputChannels + growthRate * layers.size();
    }
}
