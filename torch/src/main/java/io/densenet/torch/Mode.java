package io.densenet.torch;

/// What a forward pass is for.
sealed interface Mode {
    /// Running statistics in every batch norm, no dropout.
    record Evaluation() implements Mode {}

    /// Statistics of the batch, which also move the running ones, and dropout.
    ///
    /// @param seed  with `index` names the dropout masks
    /// @param index number of the forward pass
    record Training(long seed, long index) implements Mode {}
}
