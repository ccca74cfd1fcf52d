package io.densenet.cpu.kernel;

import io.densenet.engine.DropoutMask;

/// The inner loops of the fused dense block, all on [Rows] of pixels × channels (NHWC). docs/kernels.md shows
/// how a dense layer is built of them.
///
/// Every result is defined to the bit: each output is one chain of operations in a fixed order, written above
/// it, with products fused into sums (Math.fma). So the implementations give the same bits whatever their
/// vectors' width, and so does any machine.
///
/// Channel counts need not be multiples of anything. Kernels handle whole groups of [#LANES] columns and may
/// overwrite columns up to the end of the last group; callers leave room there. Nothing here starts threads or
/// keeps state.
public sealed interface Kernels permits ScalarKernels, VectorKernels {
    /// Columns are handled in groups of this many: the lanes of the widest vectors, 512 bit. A multiple of the
    /// lanes of every narrower one, so that layouts are the same on all machines.
    int LANES = 16;

    /// Columns of one panel of packed weights, see [#product].
    int PANEL = 3 * LANES;

    /// Parts of a transformed tile: 6×6.
    int PARTS = 36;

    /// Channels rounded up to whole groups.
    static int padded(int channels) {
        return (channels + LANES - 1) / LANES * LANES;
    }

    /// The fastest that this JVM can run: vectors when the module `jdk.incubator.vector` is there, plain loops
    /// otherwise.
    static Kernels best() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
                ? new VectorKernels()
                : new ScalarKernels();
    }

    /// What runs, for a person: "512-bit vectors" or "plain loops".
    String description();

    /// c = a·b: a convolution of 1×1, and a part of one of 3×3.
    ///
    /// c[r][n] = fma(a[r][K−1], b[K−1][n], … fma(a[r][0], b[0][n], 0)), k ascending.
    ///
    /// @param rows    of a and c
    /// @param depth   K: columns of a, rows of b
    /// @param b       packed: panels of [#PANEL] columns, the last one narrower, row after row in each; column
    ///                n of row k stands at `n / PANEL * PANEL * K + k * w + n % PANEL`, w being the panel's
    ///                width
    /// @param columns of b and c, a multiple of [#LANES]
    /// @param ahead   memory to touch meanwhile
    void product(int rows, int depth, Rows a, float[] b, int columns, Rows c, Ahead ahead);

    /// As [#product], without looking ahead.
    default void product(int rows, int depth, Rows a, float[] b, int columns, Rows c) {
        product(rows, depth, a, b, columns, c, Ahead.NOTHING);
    }

    /// sum += aᵀ·b: a weight's gradient.
    ///
    /// sum[j][n] = fma(a[R−1][j], b[R−1][n], … fma(a[0][j], b[0][n], sum[j][n])), r ascending.
    ///
    /// @param rows R
    /// @param left columns of a and rows of sum; handled in groups of 4, so a and sum need room up to the next
    /// @param right columns of b and sum, a multiple of [#LANES]
    /// @param ahead memory to touch meanwhile
    void outerProduct(int rows, int left, Rows a, int right, Rows b, Rows sum, Ahead ahead);

    /// As [#outerProduct], without looking ahead.
    default void outerProduct(int rows, int left, Rows a, int right, Rows b, Rows sum) {
        outerProduct(rows, left, a, right, b, sum, Ahead.NOTHING);
    }

    /// y = v < 0 ? 0 : v with v = fma(x, scale, shift): batch norm and ReLU in one go. NaN stays NaN.
    ///
    /// @param first where the channels begin in `scale` and `shift`
    void normRelu(int rows, int channels, Rows x, float[] scale, float[] shift, int first, Rows y);

    /// x = v < 0 ? 0 : v with v = x + shift, in place: what is left of batch norm and ReLU once the scale is
    /// folded into weights.
    void shiftRelu(int rows, int channels, Rows x, float[] shift);

    /// Mean and sum of squared deviations of each column over a few rows that are in cache.
    ///
    /// mean = (x[0] + x[1] + …) · (1/rows); squares = fma(d, d, …) with d = x[r] − mean, r ascending.
    void moments(int rows, int channels, Rows x, float[] mean, float[] squares);

    /// x = x · mask, in place, the mask drawn meanwhile.
    ///
    /// @param pixels rows of x, of one image
    /// @param first  element of the mask that the first channel of the first pixel has
    /// @param stride elements from one channel to the next: pixels of the image
    /// @param work   of [#dropoutWork] values
    void dropout(int pixels, int channels, Rows x, DropoutMask mask, long first, long stride, float[] work);

    /// Values that drawing a mask needs to work with.
    static int dropoutWork(int pixels) {
        return (pixels + 6) / 4 * 4 * LANES; // whole blocks of four, of which the first may begin before the pixels
    }

    /// Writes the window of each pixel of a line of an image as a row: pieces of `length` values that lie
    /// behind one another in the image. `out` needs room for [#LANES] values behind its last row.
    ///
    /// @param at   where the first pixel's pieces begin
    /// @param step from a pixel's pieces to those of the next
    void windows(int pixels, int length, float[] image, int[] at, int step, Rows out);

    /// v = Bᵀ·d·B for a line of tiles: the 6×6 pixels d of each tile of 4×4, transformed so that a 3×3
    /// convolution is [#PARTS] products of single values ([VectorWinograd]). Down the columns, then along the
    /// lines, each:
    ///
    /// v0 = fma(4, d0, fma(−5, d2, d4)), v5 = fma(4, d1, fma(−5, d3, d5)),
    /// v1, v2 = fma(−4, d2, d4) ± fma(−4, d1, d3), v3, v4 = fma(±2, d3 − d1, d4 − d2).
    ///
    /// The first tile's pixels begin one to the left of the image; outside of it are zeros.
    ///
    /// @param d    6 lines of pixels
    /// @param v    a row for each tile; its parts lie `part` columns apart
    /// @param work of [#winogradWork] values
    void winogradInput(Lines d, int channels, Rows v, int part, float[] work);

    /// e = A·g·Aᵀ for a line of tiles: the gradient of the parts from that of the 4×4 outputs g;
    /// [#winogradOutput] backward. As [#winogradInput], but for 4 lines, and each:
    ///
    /// e0 = g0, e5 = g3, e1, e2 = (g0 + g2) ± (g1 + g3), e3, e4 = fma(4, g2, g0) ± 2·fma(4, g3, g1).
    void winogradGradient(Lines g, int channels, Rows e, int part, float[] work);

    /// y = Aᵀ·m·A: the 4×4 outputs of each tile, from 36 parts. Down the columns, then along the lines, each
    /// with p = m1 + m2, q = m1 − m2, r = m3 + m4, s = m3 − m4:
    ///
    /// y0 = (m0 + p) + r, y1 = fma(2, s, q), y2 = fma(4, r, p), y3 = fma(8, s, q) + m5.
    ///
    /// @param m     a row for each tile; its parts lie `part` columns apart
    /// @param y     starts at the first tile's upper left pixel; that of the next tile is four rows on
    /// @param below rows from a pixel to the one below it
    /// @param work  of [#winogradWork] values
    void winogradOutput(int tiles, int channels, Rows m, int part, Rows y, int below, float[] work);

    /// Values that the transforms of a line of tiles need to work with.
    static int winogradWork(int tiles) {
        return 6 * (4 * tiles + 2) * LANES;
    }

    /// out = fma(scale, g, fma(tilt, x − mean, offset)): the gradient of what a batch norm reads, from the one
    /// of what it writes.
    ///
    /// @param first where the channels begin in the four arrays
    void normGradient(
            int rows,
            int channels,
            Rows g,
            Rows x,
            float[] scale,
            float[] mean,
            float[] tilt,
            float[] offset,
            int first,
            Rows out);

    /// dy = y > 0 ? dy : 0, in place; sums[c] += Σ_r dy, products[c] += Σ_r dy·(x − mean): ReLU's backward pass
    /// with the two sums that batch norm's needs, r ascending.
    void reluGradient(int rows, int channels, Rows dy, Rows y, Rows x, float[] mean, float[] sums, float[] products);

    /// As [#reluGradient], but instead of dy it writes what the channels are sent: g = fma(scale, dy, g), or
    /// with `replace` g = fma(scale, dy, 0).
    ///
    /// @param first    where the channels begin in `scale` and `mean`
    /// @param position where they begin in `sums` and `products`
    void sendGradient(
            int rows,
            int channels,
            Rows dy,
            Rows y,
            Rows x,
            float[] scale,
            float[] mean,
            int first,
            boolean replace,
            Rows g,
            float[] sums,
            float[] products,
            int position);
}
