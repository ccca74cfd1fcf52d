package io.densenet.engine;

import io.densenet.arch.FrozenFront;
import io.densenet.data.ImageBatch;
import io.densenet.weights.StateDict;

/// A network that can be trained. Gradients and update are two steps, so that accumulation, clipping and
/// all-reduce fit between them; whoever updates writes into [ParameterArena#values()], and the next call uses
/// what stands there.
///
/// Not thread-safe: one thread trains.
public interface TrainableClassifier extends Classifier {
    /// Forward and backward pass of the mean cross-entropy of a batch. *Adds* `step.gradientScale()` times its
    /// gradient to [ParameterArena#gradients()] and moves the running statistics once.
    StepResult gradients(ImageBatch batch, Step step);

    /// The parameters as one flat array, with their gradients; those of a frozen front have none.
    ParameterArena parameters();

    /// What training leaves as it is.
    FrozenFront frozen();

    /// What decides the bits of a result, so that a run can be continued to the bit by whoever says the same: not the
    /// number of threads where that does not show.
    default String arithmetic() {
        return description();
    }

    /// A copy of parameters and running statistics.
    StateDict stateDict();

    /// Replaces parameters and running statistics.
    ///
    /// @throws IllegalArgumentException when the names or shapes are not exactly those of this network
    void load(StateDict state);
}
