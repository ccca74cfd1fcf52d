package io.densenet.cpu.kernel;

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

    /// c = a·b: a convolution of 1×1, and with [#windows] or [#sumTaps] any other.
    ///
    /// c[r][n] = fma(a[r][K−1], b[K−1][n], … fma(a[r][0], b[0][n], 0)), k ascending.
    ///
    /// @param rows    of a and c
    /// @param depth   K: columns of a, rows of b
    /// @param b       packed: panels of [#PANEL] columns, the last one narrower, row after row in each; column
    ///                n of row k stands at `n / PANEL * PANEL * K + k * w + n % PANEL`, w being the panel's
    ///                width
    /// @param columns of b and c, a multiple of [#LANES]
    void product(int rows, int depth, Rows a, float[] b, int columns, Rows c);

    /// sum += aᵀ·b: a weight's gradient.
    ///
    /// sum[j][n] = fma(a[R−1][j], b[R−1][n], … fma(a[0][j], b[0][n], sum[j][n])), r ascending.
    ///
    /// @param rows R
    /// @param left columns of a and rows of sum; handled in groups of 8, so a and sum need room up to the next
    /// @param right columns of b and sum, a multiple of [#LANES]
    void outerProduct(int rows, int left, Rows a, int right, Rows b, Rows sum);

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

    /// out[p] = Σ_t p[p·pitch + taps[t]], t ascending: the shifted sum that ends a 3×3 convolution.
    ///
    /// @param pixels of one line that have the same neighbours
    /// @param taps   offsets from a pixel's row to the parts that it takes from its neighbours, at least one
    void sumTaps(int pixels, int channels, Rows products, int[] taps, Rows out);

    /// Writes the 3×3 window of each pixel of one line as a row of 9·channels values, upper line first: three
    /// pieces of 3·channels values, which lie behind one another in the plane. `out` needs room for 3·[#LANES]
    /// values behind its last row.
    ///
    /// @param channels of the plane, whose pixels lie behind one another without gaps
    /// @param offset   of the first pixel's upper left neighbour
    /// @param line     from one line of the plane to the next, in values
    void windows(int pixels, int channels, float[] plane, int offset, int line, Rows out);

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
