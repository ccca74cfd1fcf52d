package io.densenet.app.bench;

import java.util.Locale;

/// What is measured of an engine.
public enum Use {
    /// Forward and backward pass of the mean cross-entropy: all gradients, without the optimizer.
    TRAIN(3),
    /// Forward pass with the running statistics.
    INFER(1);

    private static final int OPERATIONS_OF_A_MULTIPLY_ADD = 2;

    private final int passes;

    Use(int passes) {
        this.passes = passes;
    }

    /// Floating-point operations that count for one image: 2 for each multiply-add of the paper's arithmetic
    /// and, to train, that three times, for the outputs, the gradients of the inputs and those of the
    /// weights. The same for every engine, even for one that manages with less.
    public long operations(long multiplyAdds) {
        return multiplyAdds * OPERATIONS_OF_A_MULTIPLY_ADD * passes;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
