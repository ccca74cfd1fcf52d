package io.densenet.cpu;

import io.densenet.cpu.kernel.Rows;
import io.densenet.engine.Step;

/// A dropout layer in one training step.
record DropoutStep(Dropout dropout, Step step) {
    /// Multiplies consecutive rows of a grid by their mask; nothing where the rate is 0.
    void apply(Grid grid, int firstRow, int rows, Rows values, Scratch scratch) {
        if (dropout.isOn()) {
            dropout.applyToRows(step, grid, firstRow, rows, values, scratch);
        }
    }
}
