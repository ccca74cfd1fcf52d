package io.densenet.engine;

/// Outcome of one forward and backward pass.
///
/// @param loss    mean cross-entropy of the batch; NaN or infinite when training has diverged
/// @param correct images whose largest logit was the right one
public record StepResult(double loss, int correct) {}
