package io.densenet.cpu;

import io.densenet.engine.Step;

/// A dense layer in training: it reads the channels before its own in the block's feature map and writes its
/// own.
sealed interface DenseLayerTraining permits BottleneckTraining, PlainTraining {
    /// Writes the layer's channels and their statistics.
    void forward(Step step);

    /// Sends its gradient to the channels that it read. All who read its own channels have sent theirs.
    void backward(Step step);
}
