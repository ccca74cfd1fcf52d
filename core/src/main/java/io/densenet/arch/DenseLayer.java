package io.densenet.arch;

/// H_l of the paper (§3): BN-ReLU-Conv3×3, or with a bottleneck BN-ReLU-Conv1×1-BN-ReLU-Conv3×3. It reads all
/// maps before it and adds `growthRate` new ones. Not a fully connected layer.
///
/// @param name               torchvision's path, e.g. `features.denseblock1.denselayer2`
/// @param inputChannels      k0 + k·(l−1) for the l-th layer of the first block
/// @param growthRate         k
/// @param bottleneckChannels b·k, 0 without a bottleneck
public record DenseLayer(String name, int inputChannels, int growthRate, int bottleneckChannels) {
    public boolean hasBottleneck() {
        return bottleneckChannels > 0;
    }
}
