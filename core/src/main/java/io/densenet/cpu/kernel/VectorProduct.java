package io.densenet.cpu.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// [Kernels#product] with vectors.
///
/// A tile of 8 rows × 3 vectors of c stays in registers while k runs over the whole depth: 24 sums, 3 vectors
/// of weights and one value of a in all lanes make 28 of the 32 registers that AVX-512 and NEON have. AVX2 has
/// 16, so there a tile has 4 rows. All rows of a tile use the weights that were loaded once; each sum is one
/// chain in the order of k, so tiles of any size give the same bits.
///
/// ```
/// for each panel of 48 columns            its weights, depth × 48, stay in the second-level cache
///   for each 8 rows                       guard: 4, then 1, for what is left
///     for each 3 vectors of the panel     guard: 2, then 1
///       for k in 0 … depth                the body: 3 loads, 8 broadcasts, 24 multiply-adds; a touch
/// ```
///
/// The design is the register tile of Goto and van de Geijn, "Anatomy of High-Performance Matrix
/// Multiplication" (ACM TOMS 34, 2008), without its packing of a, which our callers have written row after row
/// already. Sums must be local variables: in an array, or captured by a lambda, they would be objects. That is
/// why the tiles are spelled out.
final class VectorProduct {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();
    private static final boolean HAS_32_REGISTERS = L != 8;

    private VectorProduct() {}

    static void run(int rows, int depth, Rows a, float[] b, int columns, Rows c, Ahead ahead) {
        for (int panel = 0; panel < columns; panel += Kernels.PANEL) {
            int width = Math.min(Kernels.PANEL, columns - panel);
            int r = 0;
            if (HAS_32_REGISTERS) {
                for (; r + 8 <= rows; r += 8) {
                    panel8(depth, a, r, b, panel, width, c, ahead);
                }
            }
            for (; r + 4 <= rows; r += 4) {
                panel4(depth, a, r, b, panel, width, c);
            }
            for (; r < rows; r++) {
                panel1(depth, a, r, b, panel, width, c);
            }
        }
    }

    private static void panel8(int depth, Rows a, int row, float[] b, int panel, int width, Rows c, Ahead ahead) {
        int from = a.offset() + row * a.pitch();
        int weights = panel * depth;
        int to = c.offset() + row * c.pitch() + panel;
        for (int n = 0; n < width; ) {
            int left = (width - n) / L;
            if (left == 3 || left > 4) {
                ahead.take((depth + 1) >> 1);
                ahead.keep(tile8x3(
                        depth,
                        a.data(),
                        from,
                        a.pitch(),
                        b,
                        weights + n,
                        width,
                        c.data(),
                        to + n,
                        c.pitch(),
                        ahead.data(),
                        ahead.at(),
                        ahead.step()));
                n += 3 * L;
            } else if (left >= 2) {
                ahead.take((depth + 1) >> 1);
                ahead.keep(tile8x2(
                        depth,
                        a.data(),
                        from,
                        a.pitch(),
                        b,
                        weights + n,
                        width,
                        c.data(),
                        to + n,
                        c.pitch(),
                        ahead.data(),
                        ahead.at(),
                        ahead.step()));
                n += 2 * L;
            } else {
                ahead.take((depth + 1) >> 1);
                ahead.keep(tile8x1(
                        depth,
                        a.data(),
                        from,
                        a.pitch(),
                        b,
                        weights + n,
                        width,
                        c.data(),
                        to + n,
                        c.pitch(),
                        ahead.data(),
                        ahead.at(),
                        ahead.step()));
                n += L;
            }
        }
    }

    private static void panel4(int depth, Rows a, int row, float[] b, int panel, int width, Rows c) {
        int from = a.offset() + row * a.pitch();
        int weights = panel * depth;
        int to = c.offset() + row * c.pitch() + panel;
        for (int n = 0; n < width; ) {
            int left = (width - n) / L;
            if (left == 3 || left > 4) {
                tile4x3(depth, a.data(), from, a.pitch(), b, weights + n, width, c.data(), to + n, c.pitch());
                n += 3 * L;
            } else if (left >= 2) {
                tile4x2(depth, a.data(), from, a.pitch(), b, weights + n, width, c.data(), to + n, c.pitch());
                n += 2 * L;
            } else {
                tile4x1(depth, a.data(), from, a.pitch(), b, weights + n, width, c.data(), to + n, c.pitch());
                n += L;
            }
        }
    }

    private static void panel1(int depth, Rows a, int row, float[] b, int panel, int width, Rows c) {
        int from = a.offset() + row * a.pitch();
        int weights = panel * depth;
        int to = c.offset() + row * c.pitch() + panel;
        for (int n = 0; n < width; ) {
            int left = (width - n) / L;
            if (left == 3 || left > 4) {
                tile1x3(depth, a.data(), from, b, weights + n, width, c.data(), to + n);
                n += 3 * L;
            } else if (left >= 2) {
                tile1x2(depth, a.data(), from, b, weights + n, width, c.data(), to + n);
                n += 2 * L;
            } else {
                tile1x1(depth, a.data(), from, b, weights + n, width, c.data(), to + n);
                n += L;
            }
        }
    }

    private static float tile8x3(
            int depth,
            float[] a,
            int a0,
            int pitch,
            float[] b,
            int b0,
            int width,
            float[] c,
            int c0,
            int out,
            float[] ahead,
            int at,
            int step) {
        float touched = 0;
        int a1 = a0 + pitch;
        int a2 = a1 + pitch;
        int a3 = a2 + pitch;
        int a4 = a3 + pitch;
        int a5 = a4 + pitch;
        int a6 = a5 + pitch;
        int a7 = a6 + pitch;
        FloatVector s00 = FloatVector.zero(S);
        FloatVector s01 = FloatVector.zero(S);
        FloatVector s02 = FloatVector.zero(S);
        FloatVector s10 = FloatVector.zero(S);
        FloatVector s11 = FloatVector.zero(S);
        FloatVector s12 = FloatVector.zero(S);
        FloatVector s20 = FloatVector.zero(S);
        FloatVector s21 = FloatVector.zero(S);
        FloatVector s22 = FloatVector.zero(S);
        FloatVector s30 = FloatVector.zero(S);
        FloatVector s31 = FloatVector.zero(S);
        FloatVector s32 = FloatVector.zero(S);
        FloatVector s40 = FloatVector.zero(S);
        FloatVector s41 = FloatVector.zero(S);
        FloatVector s42 = FloatVector.zero(S);
        FloatVector s50 = FloatVector.zero(S);
        FloatVector s51 = FloatVector.zero(S);
        FloatVector s52 = FloatVector.zero(S);
        FloatVector s60 = FloatVector.zero(S);
        FloatVector s61 = FloatVector.zero(S);
        FloatVector s62 = FloatVector.zero(S);
        FloatVector s70 = FloatVector.zero(S);
        FloatVector s71 = FloatVector.zero(S);
        FloatVector s72 = FloatVector.zero(S);
        for (int k = 0; k < depth; k++) {
            touched += ahead[at + (k >> 1) * step];
            FloatVector w0 = FloatVector.fromArray(S, b, b0 + k * width);
            FloatVector w1 = FloatVector.fromArray(S, b, b0 + k * width + 1 * L);
            FloatVector w2 = FloatVector.fromArray(S, b, b0 + k * width + 2 * L);
            FloatVector x0 = FloatVector.broadcast(S, a[a0 + k]);
            s00 = x0.fma(w0, s00);
            s01 = x0.fma(w1, s01);
            s02 = x0.fma(w2, s02);
            FloatVector x1 = FloatVector.broadcast(S, a[a1 + k]);
            s10 = x1.fma(w0, s10);
            s11 = x1.fma(w1, s11);
            s12 = x1.fma(w2, s12);
            FloatVector x2 = FloatVector.broadcast(S, a[a2 + k]);
            s20 = x2.fma(w0, s20);
            s21 = x2.fma(w1, s21);
            s22 = x2.fma(w2, s22);
            FloatVector x3 = FloatVector.broadcast(S, a[a3 + k]);
            s30 = x3.fma(w0, s30);
            s31 = x3.fma(w1, s31);
            s32 = x3.fma(w2, s32);
            FloatVector x4 = FloatVector.broadcast(S, a[a4 + k]);
            s40 = x4.fma(w0, s40);
            s41 = x4.fma(w1, s41);
            s42 = x4.fma(w2, s42);
            FloatVector x5 = FloatVector.broadcast(S, a[a5 + k]);
            s50 = x5.fma(w0, s50);
            s51 = x5.fma(w1, s51);
            s52 = x5.fma(w2, s52);
            FloatVector x6 = FloatVector.broadcast(S, a[a6 + k]);
            s60 = x6.fma(w0, s60);
            s61 = x6.fma(w1, s61);
            s62 = x6.fma(w2, s62);
            FloatVector x7 = FloatVector.broadcast(S, a[a7 + k]);
            s70 = x7.fma(w0, s70);
            s71 = x7.fma(w1, s71);
            s72 = x7.fma(w2, s72);
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + 1 * L);
        s02.intoArray(c, c0 + 2 * L);
        s10.intoArray(c, c0 + 1 * out);
        s11.intoArray(c, c0 + 1 * out + 1 * L);
        s12.intoArray(c, c0 + 1 * out + 2 * L);
        s20.intoArray(c, c0 + 2 * out);
        s21.intoArray(c, c0 + 2 * out + 1 * L);
        s22.intoArray(c, c0 + 2 * out + 2 * L);
        s30.intoArray(c, c0 + 3 * out);
        s31.intoArray(c, c0 + 3 * out + 1 * L);
        s32.intoArray(c, c0 + 3 * out + 2 * L);
        s40.intoArray(c, c0 + 4 * out);
        s41.intoArray(c, c0 + 4 * out + 1 * L);
        s42.intoArray(c, c0 + 4 * out + 2 * L);
        s50.intoArray(c, c0 + 5 * out);
        s51.intoArray(c, c0 + 5 * out + 1 * L);
        s52.intoArray(c, c0 + 5 * out + 2 * L);
        s60.intoArray(c, c0 + 6 * out);
        s61.intoArray(c, c0 + 6 * out + 1 * L);
        s62.intoArray(c, c0 + 6 * out + 2 * L);
        s70.intoArray(c, c0 + 7 * out);
        s71.intoArray(c, c0 + 7 * out + 1 * L);
        s72.intoArray(c, c0 + 7 * out + 2 * L);
        return touched;
    }

    private static float tile8x2(
            int depth,
            float[] a,
            int a0,
            int pitch,
            float[] b,
            int b0,
            int width,
            float[] c,
            int c0,
            int out,
            float[] ahead,
            int at,
            int step) {
        float touched = 0;
        int a1 = a0 + pitch;
        int a2 = a1 + pitch;
        int a3 = a2 + pitch;
        int a4 = a3 + pitch;
        int a5 = a4 + pitch;
        int a6 = a5 + pitch;
        int a7 = a6 + pitch;
        FloatVector s00 = FloatVector.zero(S);
        FloatVector s01 = FloatVector.zero(S);
        FloatVector s10 = FloatVector.zero(S);
        FloatVector s11 = FloatVector.zero(S);
        FloatVector s20 = FloatVector.zero(S);
        FloatVector s21 = FloatVector.zero(S);
        FloatVector s30 = FloatVector.zero(S);
        FloatVector s31 = FloatVector.zero(S);
        FloatVector s40 = FloatVector.zero(S);
        FloatVector s41 = FloatVector.zero(S);
        FloatVector s50 = FloatVector.zero(S);
        FloatVector s51 = FloatVector.zero(S);
        FloatVector s60 = FloatVector.zero(S);
        FloatVector s61 = FloatVector.zero(S);
        FloatVector s70 = FloatVector.zero(S);
        FloatVector s71 = FloatVector.zero(S);
        for (int k = 0; k < depth; k++) {
            touched += ahead[at + (k >> 1) * step];
            FloatVector w0 = FloatVector.fromArray(S, b, b0 + k * width);
            FloatVector w1 = FloatVector.fromArray(S, b, b0 + k * width + 1 * L);
            FloatVector x0 = FloatVector.broadcast(S, a[a0 + k]);
            s00 = x0.fma(w0, s00);
            s01 = x0.fma(w1, s01);
            FloatVector x1 = FloatVector.broadcast(S, a[a1 + k]);
            s10 = x1.fma(w0, s10);
            s11 = x1.fma(w1, s11);
            FloatVector x2 = FloatVector.broadcast(S, a[a2 + k]);
            s20 = x2.fma(w0, s20);
            s21 = x2.fma(w1, s21);
            FloatVector x3 = FloatVector.broadcast(S, a[a3 + k]);
            s30 = x3.fma(w0, s30);
            s31 = x3.fma(w1, s31);
            FloatVector x4 = FloatVector.broadcast(S, a[a4 + k]);
            s40 = x4.fma(w0, s40);
            s41 = x4.fma(w1, s41);
            FloatVector x5 = FloatVector.broadcast(S, a[a5 + k]);
            s50 = x5.fma(w0, s50);
            s51 = x5.fma(w1, s51);
            FloatVector x6 = FloatVector.broadcast(S, a[a6 + k]);
            s60 = x6.fma(w0, s60);
            s61 = x6.fma(w1, s61);
            FloatVector x7 = FloatVector.broadcast(S, a[a7 + k]);
            s70 = x7.fma(w0, s70);
            s71 = x7.fma(w1, s71);
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + 1 * L);
        s10.intoArray(c, c0 + 1 * out);
        s11.intoArray(c, c0 + 1 * out + 1 * L);
        s20.intoArray(c, c0 + 2 * out);
        s21.intoArray(c, c0 + 2 * out + 1 * L);
        s30.intoArray(c, c0 + 3 * out);
        s31.intoArray(c, c0 + 3 * out + 1 * L);
        s40.intoArray(c, c0 + 4 * out);
        s41.intoArray(c, c0 + 4 * out + 1 * L);
        s50.intoArray(c, c0 + 5 * out);
        s51.intoArray(c, c0 + 5 * out + 1 * L);
        s60.intoArray(c, c0 + 6 * out);
        s61.intoArray(c, c0 + 6 * out + 1 * L);
        s70.intoArray(c, c0 + 7 * out);
        s71.intoArray(c, c0 + 7 * out + 1 * L);
        return touched;
    }

    private static float tile8x1(
            int depth,
            float[] a,
            int a0,
            int pitch,
            float[] b,
            int b0,
            int width,
            float[] c,
            int c0,
            int out,
            float[] ahead,
            int at,
            int step) {
        float touched = 0;
        int a1 = a0 + pitch;
        int a2 = a1 + pitch;
        int a3 = a2 + pitch;
        int a4 = a3 + pitch;
        int a5 = a4 + pitch;
        int a6 = a5 + pitch;
        int a7 = a6 + pitch;
        FloatVector s00 = FloatVector.zero(S);
        FloatVector s10 = FloatVector.zero(S);
        FloatVector s20 = FloatVector.zero(S);
        FloatVector s30 = FloatVector.zero(S);
        FloatVector s40 = FloatVector.zero(S);
        FloatVector s50 = FloatVector.zero(S);
        FloatVector s60 = FloatVector.zero(S);
        FloatVector s70 = FloatVector.zero(S);
        for (int k = 0; k < depth; k++) {
            touched += ahead[at + (k >> 1) * step];
            FloatVector w0 = FloatVector.fromArray(S, b, b0 + k * width);
            FloatVector x0 = FloatVector.broadcast(S, a[a0 + k]);
            s00 = x0.fma(w0, s00);
            FloatVector x1 = FloatVector.broadcast(S, a[a1 + k]);
            s10 = x1.fma(w0, s10);
            FloatVector x2 = FloatVector.broadcast(S, a[a2 + k]);
            s20 = x2.fma(w0, s20);
            FloatVector x3 = FloatVector.broadcast(S, a[a3 + k]);
            s30 = x3.fma(w0, s30);
            FloatVector x4 = FloatVector.broadcast(S, a[a4 + k]);
            s40 = x4.fma(w0, s40);
            FloatVector x5 = FloatVector.broadcast(S, a[a5 + k]);
            s50 = x5.fma(w0, s50);
            FloatVector x6 = FloatVector.broadcast(S, a[a6 + k]);
            s60 = x6.fma(w0, s60);
            FloatVector x7 = FloatVector.broadcast(S, a[a7 + k]);
            s70 = x7.fma(w0, s70);
        }
        s00.intoArray(c, c0);
        s10.intoArray(c, c0 + 1 * out);
        s20.intoArray(c, c0 + 2 * out);
        s30.intoArray(c, c0 + 3 * out);
        s40.intoArray(c, c0 + 4 * out);
        s50.intoArray(c, c0 + 5 * out);
        s60.intoArray(c, c0 + 6 * out);
        s70.intoArray(c, c0 + 7 * out);
        return touched;
    }

    private static void tile4x3(
            int depth, float[] a, int a0, int pitch, float[] b, int b0, int width, float[] c, int c0, int out) {
        int a1 = a0 + pitch;
        int a2 = a1 + pitch;
        int a3 = a2 + pitch;
        FloatVector s00 = FloatVector.zero(S);
        FloatVector s01 = FloatVector.zero(S);
        FloatVector s02 = FloatVector.zero(S);
        FloatVector s10 = FloatVector.zero(S);
        FloatVector s11 = FloatVector.zero(S);
        FloatVector s12 = FloatVector.zero(S);
        FloatVector s20 = FloatVector.zero(S);
        FloatVector s21 = FloatVector.zero(S);
        FloatVector s22 = FloatVector.zero(S);
        FloatVector s30 = FloatVector.zero(S);
        FloatVector s31 = FloatVector.zero(S);
        FloatVector s32 = FloatVector.zero(S);
        for (int k = 0; k < depth; k++) {
            FloatVector w0 = FloatVector.fromArray(S, b, b0 + k * width);
            FloatVector w1 = FloatVector.fromArray(S, b, b0 + k * width + 1 * L);
            FloatVector w2 = FloatVector.fromArray(S, b, b0 + k * width + 2 * L);
            FloatVector x0 = FloatVector.broadcast(S, a[a0 + k]);
            s00 = x0.fma(w0, s00);
            s01 = x0.fma(w1, s01);
            s02 = x0.fma(w2, s02);
            FloatVector x1 = FloatVector.broadcast(S, a[a1 + k]);
            s10 = x1.fma(w0, s10);
            s11 = x1.fma(w1, s11);
            s12 = x1.fma(w2, s12);
            FloatVector x2 = FloatVector.broadcast(S, a[a2 + k]);
            s20 = x2.fma(w0, s20);
            s21 = x2.fma(w1, s21);
            s22 = x2.fma(w2, s22);
            FloatVector x3 = FloatVector.broadcast(S, a[a3 + k]);
            s30 = x3.fma(w0, s30);
            s31 = x3.fma(w1, s31);
            s32 = x3.fma(w2, s32);
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + 1 * L);
        s02.intoArray(c, c0 + 2 * L);
        s10.intoArray(c, c0 + 1 * out);
        s11.intoArray(c, c0 + 1 * out + 1 * L);
        s12.intoArray(c, c0 + 1 * out + 2 * L);
        s20.intoArray(c, c0 + 2 * out);
        s21.intoArray(c, c0 + 2 * out + 1 * L);
        s22.intoArray(c, c0 + 2 * out + 2 * L);
        s30.intoArray(c, c0 + 3 * out);
        s31.intoArray(c, c0 + 3 * out + 1 * L);
        s32.intoArray(c, c0 + 3 * out + 2 * L);
    }

    private static void tile4x2(
            int depth, float[] a, int a0, int pitch, float[] b, int b0, int width, float[] c, int c0, int out) {
        int a1 = a0 + pitch;
        int a2 = a1 + pitch;
        int a3 = a2 + pitch;
        FloatVector s00 = FloatVector.zero(S);
        FloatVector s01 = FloatVector.zero(S);
        FloatVector s10 = FloatVector.zero(S);
        FloatVector s11 = FloatVector.zero(S);
        FloatVector s20 = FloatVector.zero(S);
        FloatVector s21 = FloatVector.zero(S);
        FloatVector s30 = FloatVector.zero(S);
        FloatVector s31 = FloatVector.zero(S);
        for (int k = 0; k < depth; k++) {
            FloatVector w0 = FloatVector.fromArray(S, b, b0 + k * width);
            FloatVector w1 = FloatVector.fromArray(S, b, b0 + k * width + 1 * L);
            FloatVector x0 = FloatVector.broadcast(S, a[a0 + k]);
            s00 = x0.fma(w0, s00);
            s01 = x0.fma(w1, s01);
            FloatVector x1 = FloatVector.broadcast(S, a[a1 + k]);
            s10 = x1.fma(w0, s10);
            s11 = x1.fma(w1, s11);
            FloatVector x2 = FloatVector.broadcast(S, a[a2 + k]);
            s20 = x2.fma(w0, s20);
            s21 = x2.fma(w1, s21);
            FloatVector x3 = FloatVector.broadcast(S, a[a3 + k]);
            s30 = x3.fma(w0, s30);
            s31 = x3.fma(w1, s31);
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + 1 * L);
        s10.intoArray(c, c0 + 1 * out);
        s11.intoArray(c, c0 + 1 * out + 1 * L);
        s20.intoArray(c, c0 + 2 * out);
        s21.intoArray(c, c0 + 2 * out + 1 * L);
        s30.intoArray(c, c0 + 3 * out);
        s31.intoArray(c, c0 + 3 * out + 1 * L);
    }

    private static void tile4x1(
            int depth, float[] a, int a0, int pitch, float[] b, int b0, int width, float[] c, int c0, int out) {
        int a1 = a0 + pitch;
        int a2 = a1 + pitch;
        int a3 = a2 + pitch;
        FloatVector s00 = FloatVector.zero(S);
        FloatVector s10 = FloatVector.zero(S);
        FloatVector s20 = FloatVector.zero(S);
        FloatVector s30 = FloatVector.zero(S);
        for (int k = 0; k < depth; k++) {
            FloatVector w0 = FloatVector.fromArray(S, b, b0 + k * width);
            FloatVector x0 = FloatVector.broadcast(S, a[a0 + k]);
            s00 = x0.fma(w0, s00);
            FloatVector x1 = FloatVector.broadcast(S, a[a1 + k]);
            s10 = x1.fma(w0, s10);
            FloatVector x2 = FloatVector.broadcast(S, a[a2 + k]);
            s20 = x2.fma(w0, s20);
            FloatVector x3 = FloatVector.broadcast(S, a[a3 + k]);
            s30 = x3.fma(w0, s30);
        }
        s00.intoArray(c, c0);
        s10.intoArray(c, c0 + 1 * out);
        s20.intoArray(c, c0 + 2 * out);
        s30.intoArray(c, c0 + 3 * out);
    }

    private static void tile1x3(int depth, float[] a, int a0, float[] b, int b0, int width, float[] c, int c0) {
        FloatVector s00 = FloatVector.zero(S);
        FloatVector s01 = FloatVector.zero(S);
        FloatVector s02 = FloatVector.zero(S);
        for (int k = 0; k < depth; k++) {
            FloatVector w0 = FloatVector.fromArray(S, b, b0 + k * width);
            FloatVector w1 = FloatVector.fromArray(S, b, b0 + k * width + 1 * L);
            FloatVector w2 = FloatVector.fromArray(S, b, b0 + k * width + 2 * L);
            FloatVector x0 = FloatVector.broadcast(S, a[a0 + k]);
            s00 = x0.fma(w0, s00);
            s01 = x0.fma(w1, s01);
            s02 = x0.fma(w2, s02);
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + 1 * L);
        s02.intoArray(c, c0 + 2 * L);
    }

    private static void tile1x2(int depth, float[] a, int a0, float[] b, int b0, int width, float[] c, int c0) {
        FloatVector s00 = FloatVector.zero(S);
        FloatVector s01 = FloatVector.zero(S);
        for (int k = 0; k < depth; k++) {
            FloatVector w0 = FloatVector.fromArray(S, b, b0 + k * width);
            FloatVector w1 = FloatVector.fromArray(S, b, b0 + k * width + 1 * L);
            FloatVector x0 = FloatVector.broadcast(S, a[a0 + k]);
            s00 = x0.fma(w0, s00);
            s01 = x0.fma(w1, s01);
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + 1 * L);
    }

    private static void tile1x1(int depth, float[] a, int a0, float[] b, int b0, int width, float[] c, int c0) {
        FloatVector s00 = FloatVector.zero(S);
        for (int k = 0; k < depth; k++) {
            FloatVector w0 = FloatVector.fromArray(S, b, b0 + k * width);
            FloatVector x0 = FloatVector.broadcast(S, a[a0 + k]);
            s00 = x0.fma(w0, s00);
        }
        s00.intoArray(c, c0);
    }
}
