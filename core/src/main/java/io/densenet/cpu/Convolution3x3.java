package io.densenet.cpu;

import io.densenet.cpu.kernel.Kernels;
import io.densenet.cpu.kernel.Rows;
import java.util.Arrays;

/// The 3×3 convolution of a dense layer, without a copy of its input: docs/kernels.md, "Nine taps in one
/// product".
///
/// Forward, one product gives what each pixel adds to its nine neighbours, and the outputs gather their nine
/// parts; all lanes of a vector work whatever the growth rate. Backward, the windows of the outputs' gradient
/// are written out, and two products on them give the gradients of input and weight.
final class Convolution3x3 {
    private static final int ABOVE = 1;
    private static final int BELOW = 2;
    private static final int LEFT = 4;
    private static final int RIGHT = 8;

    private final Kernels kernels;
    private final Grid grid;
    private final int inputs;
    private final int outputs;
    private final int pitch;
    private final int[][] taps = new int[16][];

    /// Writes what the convolution reads.
    interface Source {
        void write(int firstRow, int rows, Rows tile);
    }

    /// What a caller does with output lines as soon as they are there.
    interface LinesDone {
        void accept(int firstRow, int rows, Rows values);
    }

    Convolution3x3(Kernels kernels, Grid grid, int inputs, int outputs) {
        this.kernels = kernels;
        this.grid = grid;
        this.inputs = inputs;
        this.outputs = outputs;
        this.pitch = Kernels.padded(9 * outputs);
        for (int edges = 0; edges < taps.length; edges++) {
            taps[edges] = taps(edges);
        }
    }

    /// Offsets, from a pixel's row of products, to the parts that its neighbours inside the image have for it.
    private int[] taps(int edges) {
        int[] offsets = new int[9];
        int count = 0;
        for (int tap = 0; tap < 9; tap++) {
            int y = tap / 3 - 1;
            int x = tap % 3 - 1;
            boolean outside = (y < 0 && (edges & ABOVE) != 0)
                    || (y > 0 && (edges & BELOW) != 0)
                    || (x < 0 && (edges & LEFT) != 0)
                    || (x > 0 && (edges & RIGHT) != 0);
            if (!outside) {
                offsets[count++] = (y * grid.width() + x) * pitch + tap * outputs;
            }
        }
        return Arrays.copyOf(offsets, count);
    }

    /// Lines that are handled at once: about a tile of pixels.
    int linesPerTile() {
        return Math.max(1, Scratch.TILE / grid.width());
    }

    /// Convolves a chunk.
    ///
    /// @param source the rectified input, asked for once for each row of the chunk and of a line on either side
    /// @param packed weights as [WeightMatrix#inputsByTaps]
    /// @param done   takes the outputs, some lines at a time
    void forward(Chunk chunk, Source source, float[] packed, Scratch scratch, LinesDone done) {
        int width = grid.width();
        int slab = linesPerTile();
        Rows products = scratch.products((slab + 2) * width, pitch);
        Rows inputTile = scratch.inputs(slab * width, BlockMemory.tilePitch(inputs));
        Rows outputTile = scratch.outputs((slab + 1) * width, Kernels.padded(outputs));
        for (int image = chunk.firstImage(); image < chunk.endImage(); image++) {
            int firstRow = image * grid.pixels();
            int bottom = Math.min(chunk.endLine() + 1, grid.height());
            int base = Math.max(chunk.firstLine() - 1, 0); // the line at the start of products
            int next = chunk.firstLine();
            for (int line = base; next < chunk.endLine(); ) {
                int end = Math.min(line + slab, bottom);
                int rows = (end - line) * width;
                source.write(firstRow + line * width, rows, inputTile);
                kernels.product(rows, inputs, inputTile, packed, pitch, products.from((line - base) * width));
                int ready = end == bottom ? chunk.endLine() : end - 1;
                for (int y = next; y < ready; y++) {
                    gather(y, products.from((y - base) * width), outputTile.from((y - next) * width));
                }
                if (ready > next) {
                    done.accept(firstRow + next * width, (ready - next) * width, outputTile);
                }
                next = Math.max(next, ready);
                line = end;
                int keep = Math.max(base, end - 2);
                if (end < bottom) {
                    System.arraycopy(
                            products.data(),
                            (keep - base) * width * pitch,
                            products.data(),
                            0,
                            (end - keep) * width * pitch);
                    base = keep;
                }
            }
        }
    }

    private void gather(int line, Rows products, Rows out) {
        int width = grid.width();
        int edges = (line == 0 ? ABOVE : 0) | (line == grid.height() - 1 ? BELOW : 0);
        if (width == 1) {
            kernels.sumTaps(1, outputs, products, taps[edges | LEFT | RIGHT], out);
            return;
        }
        kernels.sumTaps(1, outputs, products, taps[edges | LEFT], out);
        kernels.sumTaps(width - 2, outputs, products.from(1), taps[edges], out.from(1));
        kernels.sumTaps(1, outputs, products.from(width - 1), taps[edges | RIGHT], out.from(width - 1));
    }

    /// Values of a line of [#gradientPlane].
    private int planePitch() {
        return (grid.width() + 2) * outputs;
    }

    /// Writes the true gradient of the outputs of some lines of an image, with a line above and below and a
    /// border of zeros where the image ends.
    ///
    /// Kernels write in whole vectors and so spoil what follows; all is written in ascending order, which
    /// repairs it.
    float[] gradientPlane(
            int image,
            int firstLine,
            int endLine,
            Features g,
            Features x,
            int channel,
            GradientCoefficients coefficients,
            DropoutStep dropout,
            Scratch scratch) {
        int width = grid.width();
        float[] plane = scratch.plane((endLine - firstLine + 2) * planePitch());
        for (int line = firstLine - 1; line <= endLine; line++) {
            int at = (line - firstLine + 1) * planePitch();
            if (line < 0 || line >= grid.height()) {
                Arrays.fill(plane, at, at + planePitch(), 0);
                continue;
            }
            Arrays.fill(plane, at, at + outputs, 0);
            int row = image * grid.pixels() + line * width;
            Rows pixels = new Rows(plane, at + outputs, outputs);
            coefficients.apply(kernels, width, outputs, g.from(channel, row), x.from(channel, row), 0, pixels);
            dropout.apply(grid, row, width, pixels, scratch);
            int border = at + (width + 1) * outputs;
            Arrays.fill(plane, border, border + outputs, 0);
        }
        return plane;
    }

    /// The windows of the gradient plane for lines `line` … `endLine`, one pixel a row: (reversed tap, output).
    ///
    /// @param planeLine the line with which the plane was asked for
    Rows gradientWindows(float[] plane, int planeLine, int line, int endLine, Scratch scratch) {
        int width = grid.width();
        Rows windows = scratch.windows((endLine - line) * width, pitch);
        for (int y = line; y < endLine; y++) {
            int offset = (y - planeLine) * planePitch(); // the line above y, for the plane begins one line earlier
            kernels.windows(width, outputs, plane, offset, planePitch(), windows.from((y - line) * width));
        }
        return windows;
    }
}
