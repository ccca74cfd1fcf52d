package io.densenet.cpu;

import io.densenet.cpu.kernel.Ahead;
import io.densenet.cpu.kernel.Kernels;
import io.densenet.cpu.kernel.Lines;
import io.densenet.cpu.kernel.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The 3×3 convolution of a dense layer by Winograd's F(4×4, 3×3): docs/kernels.md, "Thirty-six products for
/// sixteen outputs".
///
/// Outputs are handled in tiles of 4×4. The 6×6 inputs of a tile are transformed to 36 parts, each of which
/// takes part in one product with a transformed weight; the 36 products are transformed to the outputs. That is
/// 36 multiplications a channel where the definition has 144. Tiles begin at every fourth line and column of an
/// image, however the image is cut, so an output does not depend on the cut. A value that is not finite spoils
/// its tile, not only its neighbours.
final class Convolution3x3 {
    /// Lines and columns of the outputs of a tile.
    static final int TILE = 4;

    /// Lines and columns of its inputs, and rows and columns of its parts.
    private static final int WINDOW = TILE + 2;

    /// Tiles that are handled at once, at most, but not less than a line of them: enough for the products to be
    /// efficient.
    private static final int MOST_TILES = 32;

    /// Values of transformed tiles that are handled at once, likewise: what a second-level cache holds with room
    /// for the rest.
    private static final int MOST_VALUES = 1 << 18;

    private final Kernels kernels;
    private final Grid grid;
    private final int inputs;
    private final int outputs;
    private final int inputPart;
    private final int outputPart;

    /// Writes pixels that the convolution reads, or their gradients.
    interface Source {
        void write(int firstRow, int rows, Rows tile);
    }

    /// Says what some rows will need.
    interface Announcement {
        void announce(int firstRow, int rows, Ahead ahead);
    }

    /// What a caller does with outputs as soon as they are there.
    interface RowsDone {
        void accept(int firstRow, int rows, Rows values);
    }

    /// Pixels of a grid and a line of zeros in one array, which stands for all that is outside of the image.
    ///
    /// @param rows     begin with row `firstRow` of the grid
    /// @param zeroLine where the zeros begin
    record Pixels(Rows rows, int firstRow, int zeroLine) {
        Rows from(int row) {
            return rows.from(row - firstRow);
        }
    }

    private interface Transform {
        void run(Lines lines, int channels, Rows out, int part, float[] work);
    }

    Convolution3x3(Kernels kernels, Grid grid, int inputs, int outputs) {
        this.kernels = kernels;
        this.grid = grid;
        this.inputs = inputs;
        this.outputs = outputs;
        this.inputPart = Kernels.padded(inputs);
        this.outputPart = Kernels.padded(outputs);
    }

    /// The parts of a chunk that are handled one after the other: some images, or some lines of one.
    List<Chunk> slabs(Chunk chunk) {
        int most = Math.clamp(MOST_VALUES / (Kernels.PARTS * inputPart), 1, MOST_TILES);
        int images = Math.max(1, most / (tiles(grid.height()) * tiles(grid.width())));
        int lines = TILE * Math.max(1, most / tiles(grid.width()));
        List<Chunk> slabs = new ArrayList<>();
        for (int image = chunk.firstImage(); image < chunk.endImage(); image += images) {
            int endImage = Math.min(image + images, chunk.endImage());
            for (int line = chunk.firstLine(); line < chunk.endLine(); line += lines) {
                int end = Math.min(line + lines, chunk.endLine());
                slabs.add(new Chunk(grid, chunk.index(), image, endImage, line, end));
            }
        }
        return slabs;
    }

    /// Values of scratch that training with this convolution takes.
    long scratchValues() {
        Chunk slab =
                slabs(new Chunk(grid, 0, 0, grid.images(), 0, grid.height())).getFirst();
        long rows = slab.rows() + 3L * grid.width();
        long pixels = rows * (BlockMemory.tilePitch(inputs) + outputPart);
        long parts = (long) tiles(slab) * (pitch(inputPart) + pitch(outputPart));
        long edge = (long) TILE * TILE * tiles(grid.width()) * BlockMemory.tilePitch(inputs);
        return pixels + parts + edge + Kernels.winogradWork(tiles(grid.width()));
    }

    /// Tiles that cover lines or columns.
    private static int tiles(int length) {
        return (length + TILE - 1) / TILE;
    }

    private int tiles(Chunk slab) {
        return (slab.endImage() - slab.firstImage()) * tiles(slab.endLine() - slab.firstLine()) * tiles(grid.width());
    }

    /// Rows of the weight's gradient, see [#backward].
    int weightRows() {
        return Kernels.PARTS * WeightSums.paddedRows(outputs);
    }

    /// Convolves a chunk.
    ///
    /// @param source  the input, asked for in pieces that share two lines with the next
    /// @param weights as [WinogradWeights#forward]
    void forward(Chunk chunk, Source source, float[][] weights, Scratch scratch, Announcement next, RowsDone done) {
        List<Chunk> slabs = slabs(chunk);
        for (int i = 0; i < slabs.size(); i++) {
            Pixels pixels = read(slabs.get(i), source, scratch);
            Ahead ahead = scratch.ahead();
            announce(slabs, i + 1, next, ahead);
            forward(slabs.get(i), pixels, weights, scratch, ahead, done);
        }
    }

    /// Announces what the slab `index` will need, if there is one.
    static void announce(List<Chunk> slabs, int index, Announcement announcement, Ahead ahead) {
        if (index < slabs.size()) {
            announcement.announce(slabs.get(index).firstRow(), slabs.get(index).rows(), ahead);
        }
    }

    /// Convolves a slab.
    ///
    /// @param ahead memory to touch meanwhile
    void forward(Chunk slab, Pixels pixels, float[][] weights, Scratch scratch, Ahead ahead, RowsDone done) {
        int tiles = tiles(slab);
        Rows parts = scratch.tiles(tiles, pitch(inputPart));
        Rows products = scratch.products(tiles, pitch(outputPart));
        transform(slab, pixels, WINDOW, inputs, kernels::winogradInput, parts, inputPart, scratch);
        for (int p = 0; p < Kernels.PARTS; p++) {
            Rows product = products.column(p * outputPart);
            kernels.product(tiles, inputs, parts.column(p * inputPart), weights[p], outputPart, product, ahead);
        }
        Rows out = scratch.outputs(slab.rows(), outputPart);
        finish(slab, products, outputs, outputPart, out, scratch);
        done.accept(slab.firstRow(), slab.rows(), out);
    }

    /// The gradients of a slab's inputs and of the weights.
    ///
    /// @param pixels         the inputs
    /// @param outputGradient asked for with the line above and the one below, where the image has them
    /// @param weights        as [WinogradWeights#backward]
    /// @param weightGradient of the transformed weights, added to: [#weightRows] × inputs
    /// @param inputGradient  written, from the slab's first row on
    void backward(
            Chunk slab,
            Pixels pixels,
            Source outputGradient,
            float[][] weights,
            Rows weightGradient,
            Rows inputGradient,
            Scratch scratch,
            Ahead ahead) {
        int tiles = tiles(slab);
        Rows wide = scratch.tiles(tiles, pitch(inputPart));
        Rows narrow = scratch.products(tiles, pitch(outputPart));
        Pixels gradient = read(slab, outputGradient, scratch::outputs, outputPart);
        transform(slab, pixels, WINDOW, inputs, kernels::winogradInput, wide, inputPart, scratch);
        transform(slab, gradient, TILE, outputs, kernels::winogradGradient, narrow, outputPart, scratch);
        for (int p = 0; p < Kernels.PARTS; p++) {
            Rows sum = weightGradient.from(p * WeightSums.paddedRows(outputs));
            kernels.outerProduct(
                    tiles, outputs, narrow.column(p * outputPart), inputPart, wide.column(p * inputPart), sum, ahead);
        }
        transform(slab, gradient, WINDOW, outputs, kernels::winogradInput, narrow, outputPart, scratch);
        for (int p = 0; p < Kernels.PARTS; p++) {
            Rows product = wide.column(p * inputPart);
            kernels.product(tiles, outputs, narrow.column(p * outputPart), weights[p], inputPart, product, ahead);
        }
        finish(slab, wide, inputs, inputPart, inputGradient, scratch);
    }

    /// Some more than the parts need, or the rows of a tile would lie where they share few lines of a cache.
    private static int pitch(int part) {
        return Kernels.PARTS * part + Kernels.LANES;
    }

    /// The pixels that a slab's outputs depend on.
    Pixels read(Chunk slab, Source source, Scratch scratch) {
        return read(slab, source, scratch::inputs, BlockMemory.tilePitch(inputs));
    }

    private interface Memory {
        Rows rows(int rows, int pitch);
    }

    /// Memory for the inputs of the whole grid, of one image.
    Pixels memory() {
        Grid withZeroLine = new Grid(1, grid.height() + 1, grid.width());
        float[] data = new float[FeatureMap.length(withZeroLine, inputPart)];
        return new Pixels(new Rows(data, grid.width() * inputPart, inputPart), 0, 0);
    }

    private Pixels read(Chunk slab, Source source, Memory memory, int pitch) {
        int above = slab.firstLine() > 0 ? grid.width() : 0;
        int below = slab.endLine() < grid.height() ? grid.width() : 0;
        int firstRow = slab.firstRow() - above;
        int rows = above + slab.rows() + below;
        Rows all = memory.rows(grid.width() + rows, pitch);
        Pixels pixels = new Pixels(all.from(grid.width()), firstRow, all.offset());
        Arrays.fill(all.data(), all.offset(), all.offset() + grid.width() * pitch, 0);
        source.write(firstRow, rows, pixels.rows());
        return pixels;
    }

    /// Writes the parts of a slab's tiles.
    ///
    /// @param side of the square of pixels that a tile depends on, around its outputs or just these
    private void transform(
            Chunk slab,
            Pixels pixels,
            int side,
            int channels,
            Transform transform,
            Rows out,
            int part,
            Scratch scratch) {
        // one for all lines of tiles, which set its starts anew
        Lines lines =
                new Lines(pixels.rows().data(), new int[side], pixels.rows().pitch(), grid.width());
        float[] work = scratch.work(Kernels.winogradWork(lines.tiles()));
        int tile = 0;
        for (int image = slab.firstImage(); image < slab.endImage(); image++) {
            for (int line = slab.firstLine(); line < slab.endLine(); line += TILE) {
                for (int i = 0; i < side; i++) {
                    lines.starts()[i] = offset(pixels, image, line - (side - TILE) / 2 + i);
                }
                transform.run(lines, channels, out.from(tile), part, work);
                tile += lines.tiles();
            }
        }
    }

    private int offset(Pixels pixels, int image, int line) {
        return line < 0 || line >= grid.height()
                ? pixels.zeroLine()
                : pixels.from(image * grid.pixels() + line * grid.width()).offset();
    }

    /// Transforms products to pixels.
    private void finish(Chunk slab, Rows products, int channels, int part, Rows out, Scratch scratch) {
        int width = grid.width();
        int tiles = tiles(width);
        float[] work = scratch.work(Kernels.winogradWork(tiles));
        int tile = 0;
        for (int image = slab.firstImage(); image < slab.endImage(); image++) {
            for (int line = slab.firstLine(); line < slab.endLine(); line += TILE) {
                int lines = Math.min(TILE, slab.endLine() - line);
                Rows from = products.from(tile);
                Rows to = out.from(image * grid.pixels() + line * width - slab.firstRow());
                if (lines == TILE && width % TILE == 0) {
                    kernels.winogradOutput(tiles, channels, from, part, to, width, work);
                } else { // the image ends within tiles
                    Rows edge = scratch.edge(TILE * TILE * tiles, out.pitch());
                    kernels.winogradOutput(tiles, channels, from, part, edge, TILE * tiles, work);
                    for (int y = 0; y < lines; y++) {
                        Rows row = edge.from(y * TILE * tiles);
                        int length = (width - 1) * out.pitch() + Kernels.padded(channels);
                        System.arraycopy(
                                row.data(),
                                row.offset(),
                                to.data(),
                                to.from(y * width).offset(),
                                length);
                    }
                }
                tile += tiles;
            }
        }
    }
}
