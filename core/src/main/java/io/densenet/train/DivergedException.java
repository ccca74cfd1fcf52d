package io.densenet.train;

/// Training has produced a number that is not finite. The last checkpoint on disk is from before.
public final class DivergedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// What was not finite, and where training stood.
    ///
    /// @param epoch from 1
    /// @param step  optimizer step since the start, from 1
    DivergedException(String what, int epoch, long step, double learningRate) {
        super("training diverged: %s in epoch %d, step %,d at learning rate %.3g; try a lower --lr, or --warmup-epochs"
                .formatted(what, epoch, step, learningRate));
    }
}
