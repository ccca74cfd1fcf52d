package io.densenet.cpu;

import io.densenet.data.ImageBatch;

/// What stands before the first block that is trained, in training.
sealed interface StemTraining permits CifarStemTraining, ImageNetStemTraining, FrozenFrontTraining {
    /// Writes the first channels of the first block and their statistics.
    void forward(ImageBatch batch);

    /// Adds the gradients of the stem's parameters. All who read its channels have sent theirs.
    void backward(ImageBatch batch);
}
