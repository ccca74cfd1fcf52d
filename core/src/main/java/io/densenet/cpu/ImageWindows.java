package io.densenet.cpu;

import io.densenet.arch.Shape;
import io.densenet.cpu.kernel.Kernels;
import io.densenet.cpu.kernel.Rows;
import io.densenet.data.ImageBatch;
import java.util.Arrays;

/// Windows of the images themselves, as rows of (channel, line, column) in the order of PyTorch's weights; for
/// the first convolution, whose few channels make nothing better worth while.
///
/// @param out height and width of the convolution's output
record ImageWindows(Shape image, int kernel, int stride, int padding, Shape out) {
    /// Values of a window.
    int length() {
        return image.channels() * kernel * kernel;
    }

    int pitch() {
        return Kernels.padded(length());
    }

    /// Writes the windows of some lines of the output.
    void write(ImageBatch batch, int n, int line, int endLine, Rows windows) {
        for (int y = line; y < endLine; y++) {
            for (int c = 0; c < image.channels(); c++) {
                for (int ky = 0; ky < kernel; ky++) {
                    int in = y * stride - padding + ky;
                    int column = (c * kernel + ky) * kernel;
                    int plane = Math.toIntExact((n * (long) image.channels() + c) * image.pixels());
                    Rows to = windows.from((y - line) * out.width()).column(column);
                    writeLine(batch.pixels(), in < 0 || in >= image.height() ? -1 : plane + in * image.width(), to);
                }
            }
        }
    }

    /// @param from where the image's line starts, -1 for a line of the border
    private void writeLine(float[] pixels, int from, Rows to) {
        float[] out = to.data();
        for (int x = 0; x < this.out.width(); x++) {
            int at = to.offset() + x * to.pitch();
            if (from < 0) {
                Arrays.fill(out, at, at + kernel, 0);
                continue;
            }
            int left = x * stride - padding;
            for (int kx = 0; kx < kernel; kx++) {
                int in = left + kx;
                out[at + kx] = in < 0 || in >= image.width() ? 0 : pixels[from + in];
            }
        }
    }
}
