package io.densenet.engine;

/// Outcome of one forward and backward pass.
///
/// @param loss    mean loss of the batch, cross-entropy unless the network has another; NaN or infinite
///                when training has diverged
/// @param correct images whose largest logit was the right one; where images may have several classes, those
///                for which all were right ([ExactMatch])
public record StepResult(double loss, int correct) {}
