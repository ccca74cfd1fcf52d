package io.densenet.cpu;

import io.densenet.data.ImageBatch;
import io.densenet.engine.Step;
import io.densenet.engine.StepResult;

/// A network with the memory for training steps of one batch size.
sealed interface TrainingSteps permits TrainingNetwork, LastLayerTraining {
    /// One forward and backward pass; adds to the gradients and moves the running statistics.
    StepResult gradients(ImageBatch batch, Step step);
}
