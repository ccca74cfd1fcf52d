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

    /// The windows of a line of the output.
    Rows line(Kernels kernels, ImageBatch batch, int n, int line, Scratch scratch) {
        int width = image.width() + 2 * padding;
        int[] at = new int[image.channels() * kernel];
        float[] bordered = scratch.bordered(at.length * width);
        Arrays.fill(bordered, 0);
        for (int i = 0; i < at.length; i++) {
            at[i] = i * width;
            int in = line * stride - padding + i % kernel;
            if (in >= 0 && in < image.height()) {
                long plane = (n * (long) image.channels() + i / kernel) * image.pixels();
                int from = Math.toIntExact(plane + (long) in * image.width());
                System.arraycopy(batch.pixels(), from, bordered, at[i] + padding, image.width());
            }
        }
        Rows windows = scratch.windows(out.width(), pitch());
        kernels.windows(out.width(), kernel, bordered, at, stride, windows);
        return windows;
    }
}
