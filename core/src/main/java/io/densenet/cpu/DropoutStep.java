package io.densenet.cpu;

import io.densenet.cpu.kernel.Kernels;
import io.densenet.cpu.kernel.Rows;
import io.densenet.engine.DropoutMask;

/// A dropout layer in one training step.
///
/// @param grid whose rows it applies to
record DropoutStep(Dropout dropout, DropoutMask mask, Kernels kernels, Grid grid) {
    /// Multiplies consecutive rows, of one image or several, by their mask; nothing where the rate is 0.
    void apply(int firstRow, int rows, Rows values, Scratch scratch) {
        if (!dropout.isOn()) {
            return;
        }
        int done = 0;
        while (done < rows) {
            int image = (firstRow + done) / grid.pixels();
            int pixel = (firstRow + done) % grid.pixels();
            int pixels = Math.min(rows - done, grid.pixels() - pixel);
            long first = (long) image * dropout.channels() * grid.pixels() + pixel;
            float[] work = scratch.work(Kernels.dropoutWork(pixels));
            kernels.dropout(pixels, dropout.channels(), values.from(done), mask, first, grid.pixels(), work);
            done += pixels;
        }
    }
}
