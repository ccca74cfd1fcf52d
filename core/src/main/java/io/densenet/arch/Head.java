package io.densenet.arch;

/// What follows the last block: BN-ReLU (in the authors' code, not in the text), global average pooling and a linear
/// layer.
/// Its norm is `features.norm5` whatever the number of blocks, and its linear layer `classifier`, as in torchvision.
public record Head(int inputChannels, int numClasses) {}
