package io.densenet.cpu;

import java.util.ArrayList;
import java.util.List;

/// Consecutive rows of a [Grid] that one task handles: whole images, or a band of lines of one image.
///
/// A batch is cut by its shape alone, never by the number of threads. Each chunk has partial sums of its own,
/// and those are merged in the order of the chunks; this is why results do not depend on the threads.
///
/// @param index number of the chunk in its grid, from 0
record Chunk(Grid grid, int index, int firstImage, int endImage, int firstLine, int endLine) {
    /// Chunks have at least about this many rows, so that what is done once a chunk does not count.
    private static final int FEWEST_ROWS = 512;

    /// More chunks than this would only cost memory for partial sums.
    static final int MOST_CHUNKS = 32;

    /// A batch of fewer images than this is cut into bands.
    private static final int FEWEST_CHUNKS = 8;

    /// Bands are at least this high: each computes a line of its neighbours' on either side again.
    private static final int FEWEST_LINES = 4;

    static List<Chunk> of(Grid grid) {
        if (grid.images() < FEWEST_CHUNKS) {
            int wanted = divideUp(FEWEST_CHUNKS, grid.images());
            return bands(grid, Math.clamp(grid.height() / FEWEST_LINES, 1, wanted));
        }
        int images = Math.max(divideUp(FEWEST_ROWS, grid.pixels()), divideUp(grid.images(), MOST_CHUNKS));
        images = Math.min(images, divideUp(grid.images(), FEWEST_CHUNKS));
        List<Chunk> chunks = new ArrayList<>();
        for (int first = 0; first < grid.images(); first += images) {
            int end = Math.min(first + images, grid.images());
            chunks.add(new Chunk(grid, chunks.size(), first, end, 0, grid.height()));
        }
        return List.copyOf(chunks);
    }

    private static int divideUp(int dividend, int divisor) {
        return (dividend + divisor - 1) / divisor;
    }

    /// Cuts each image into bands of nearly equal height, which begin where tiles of [Convolution3x3] do. Fewer
    /// where there are not as many: a block of 7×7 has two, so no more than two threads share its 3×3
    /// convolutions.
    static List<Chunk> bands(Grid grid, int most) {
        int tiles = divideUp(grid.height(), Convolution3x3.TILE);
        int count = Math.min(most, tiles);
        List<Chunk> chunks = new ArrayList<>();
        for (int image = 0; image < grid.images(); image++) {
            for (int b = 0; b < count; b++) {
                int first = Convolution3x3.TILE * (tiles * b / count);
                int end = Math.min(Convolution3x3.TILE * (tiles * (b + 1) / count), grid.height());
                chunks.add(new Chunk(grid, chunks.size(), image, image + 1, first, end));
            }
        }
        return List.copyOf(chunks);
    }

    /// Whether it has all lines of its images.
    boolean isWhole() {
        return firstLine == 0 && endLine == grid.height();
    }

    int firstRow() {
        return firstImage * grid.pixels() + firstLine * grid.width();
    }

    int endRow() {
        return (endImage - 1) * grid.pixels() + endLine * grid.width();
    }

    int rows() {
        return endRow() - firstRow();
    }

    /// What is done with a line of an image.
    interface LineTask {
        /// Does it.
        ///
        /// @param row of the line's first pixel
        void run(int image, int line, int row);
    }

    void forEachLine(LineTask task) {
        for (int image = firstImage; image < endImage; image++) {
            for (int line = firstLine; line < endLine; line++) {
                task.run(image, line, image * grid.pixels() + line * grid.width());
            }
        }
    }
}
