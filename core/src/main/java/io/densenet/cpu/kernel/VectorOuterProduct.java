package io.densenet.cpu.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// [Kernels#outerProduct] with vectors.
///
/// A tile of 8 rows × 3 vectors of the sum stays in registers while r runs over the rows of a and b, which lie
/// in the first-level cache; the sum itself is loaded and stored once a call, which a call of 64 rows makes
/// cheap. As in [VectorProduct] each sum is one chain, and AVX2's 16 registers take 4 rows.
///
/// ```
/// for each 3 vectors of b                 guard: 2, then 1
///   for each 8 columns of a               guard: 4; room up to the next 4 is the caller's duty
///     for r in 0 … rows                   the body: 3 loads, 8 broadcasts, 24 multiply-adds
/// ```
final class VectorOuterProduct {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();
    private static final boolean HAS_32_REGISTERS = L != 8;

    private VectorOuterProduct() {}

    static void run(int rows, int left, Rows a, int right, Rows b, Rows sum, Ahead ahead) {
        for (int n = 0; n < right; ) {
            int remaining = (right - n) / L;
            int vectors = remaining == 3 || remaining > 4 ? 3 : Math.min(remaining, 2);
            if (HAS_32_REGISTERS) {
                columns8(rows, left, a, b, n, vectors, sum, ahead);
            } else {
                columns4(rows, left, a, b, n, vectors, sum, 0);
            }
            n += vectors * L;
        }
    }

    private static void columns8(int rows, int left, Rows a, Rows b, int n, int vectors, Rows sum, Ahead ahead) {
        float[] x = a.data();
        int from = b.offset() + n;
        int j = 0;
        for (; j + 4 < left; j += 8) {
            int at = a.offset() + j;
            int to = sum.offset() + j * sum.pitch() + n;
            switch (vectors) {
                case 3 -> {
                    ahead.take((rows + 1) >> 1);
                    ahead.keep(tile8x3(
                            rows,
                            x,
                            at,
                            a.pitch(),
                            b.data(),
                            from,
                            b.pitch(),
                            sum.data(),
                            to,
                            sum.pitch(),
                            ahead.data(),
                            ahead.at(),
                            ahead.step()));
                }
                case 2 -> tile8x2(rows, x, at, a.pitch(), b.data(), from, b.pitch(), sum.data(), to, sum.pitch());
                default -> tile8x1(rows, x, at, a.pitch(), b.data(), from, b.pitch(), sum.data(), to, sum.pitch());
            }
        }
        if (j < left) {
            columns4(rows, left, a, b, n, vectors, sum, j);
        }
    }

    private static void columns4(int rows, int left, Rows a, Rows b, int n, int vectors, Rows sum, int first) {
        float[] x = a.data();
        int from = b.offset() + n;
        for (int j = first; j < left; j += 4) {
            int at = a.offset() + j;
            int to = sum.offset() + j * sum.pitch() + n;
            switch (vectors) {
                case 3 -> tile4x3(rows, x, at, a.pitch(), b.data(), from, b.pitch(), sum.data(), to, sum.pitch());
                case 2 -> tile4x2(rows, x, at, a.pitch(), b.data(), from, b.pitch(), sum.data(), to, sum.pitch());
                default -> tile4x1(rows, x, at, a.pitch(), b.data(), from, b.pitch(), sum.data(), to, sum.pitch());
            }
        }
    }

    private static float tile8x3(
            int rows,
            float[] a,
            int a0,
            int left,
            float[] b,
            int b0,
            int right,
            float[] c,
            int c0,
            int out,
            float[] ahead,
            int at,
            int step) {
        float touched = 0;
        FloatVector s00 = FloatVector.fromArray(S, c, c0);
        FloatVector s01 = FloatVector.fromArray(S, c, c0 + 1 * L);
        FloatVector s02 = FloatVector.fromArray(S, c, c0 + 2 * L);
        FloatVector s10 = FloatVector.fromArray(S, c, c0 + 1 * out);
        FloatVector s11 = FloatVector.fromArray(S, c, c0 + 1 * out + 1 * L);
        FloatVector s12 = FloatVector.fromArray(S, c, c0 + 1 * out + 2 * L);
        FloatVector s20 = FloatVector.fromArray(S, c, c0 + 2 * out);
        FloatVector s21 = FloatVector.fromArray(S, c, c0 + 2 * out + 1 * L);
        FloatVector s22 = FloatVector.fromArray(S, c, c0 + 2 * out + 2 * L);
        FloatVector s30 = FloatVector.fromArray(S, c, c0 + 3 * out);
        FloatVector s31 = FloatVector.fromArray(S, c, c0 + 3 * out + 1 * L);
        FloatVector s32 = FloatVector.fromArray(S, c, c0 + 3 * out + 2 * L);
        FloatVector s40 = FloatVector.fromArray(S, c, c0 + 4 * out);
        FloatVector s41 = FloatVector.fromArray(S, c, c0 + 4 * out + 1 * L);
        FloatVector s42 = FloatVector.fromArray(S, c, c0 + 4 * out + 2 * L);
        FloatVector s50 = FloatVector.fromArray(S, c, c0 + 5 * out);
        FloatVector s51 = FloatVector.fromArray(S, c, c0 + 5 * out + 1 * L);
        FloatVector s52 = FloatVector.fromArray(S, c, c0 + 5 * out + 2 * L);
        FloatVector s60 = FloatVector.fromArray(S, c, c0 + 6 * out);
        FloatVector s61 = FloatVector.fromArray(S, c, c0 + 6 * out + 1 * L);
        FloatVector s62 = FloatVector.fromArray(S, c, c0 + 6 * out + 2 * L);
        FloatVector s70 = FloatVector.fromArray(S, c, c0 + 7 * out);
        FloatVector s71 = FloatVector.fromArray(S, c, c0 + 7 * out + 1 * L);
        FloatVector s72 = FloatVector.fromArray(S, c, c0 + 7 * out + 2 * L);
        for (int r = 0; r < rows; r++) {
            touched += ahead[at + (r >> 1) * step];
            FloatVector g0 = FloatVector.fromArray(S, b, b0 + r * right);
            FloatVector g1 = FloatVector.fromArray(S, b, b0 + r * right + 1 * L);
            FloatVector g2 = FloatVector.fromArray(S, b, b0 + r * right + 2 * L);
            FloatVector x0 = FloatVector.broadcast(S, a[a0 + r * left]);
            s00 = x0.fma(g0, s00);
            s01 = x0.fma(g1, s01);
            s02 = x0.fma(g2, s02);
            FloatVector x1 = FloatVector.broadcast(S, a[a0 + r * left + 1]);
            s10 = x1.fma(g0, s10);
            s11 = x1.fma(g1, s11);
            s12 = x1.fma(g2, s12);
            FloatVector x2 = FloatVector.broadcast(S, a[a0 + r * left + 2]);
            s20 = x2.fma(g0, s20);
            s21 = x2.fma(g1, s21);
            s22 = x2.fma(g2, s22);
            FloatVector x3 = FloatVector.broadcast(S, a[a0 + r * left + 3]);
            s30 = x3.fma(g0, s30);
            s31 = x3.fma(g1, s31);
            s32 = x3.fma(g2, s32);
            FloatVector x4 = FloatVector.broadcast(S, a[a0 + r * left + 4]);
            s40 = x4.fma(g0, s40);
            s41 = x4.fma(g1, s41);
            s42 = x4.fma(g2, s42);
            FloatVector x5 = FloatVector.broadcast(S, a[a0 + r * left + 5]);
            s50 = x5.fma(g0, s50);
            s51 = x5.fma(g1, s51);
            s52 = x5.fma(g2, s52);
            FloatVector x6 = FloatVector.broadcast(S, a[a0 + r * left + 6]);
            s60 = x6.fma(g0, s60);
            s61 = x6.fma(g1, s61);
            s62 = x6.fma(g2, s62);
            FloatVector x7 = FloatVector.broadcast(S, a[a0 + r * left + 7]);
            s70 = x7.fma(g0, s70);
            s71 = x7.fma(g1, s71);
            s72 = x7.fma(g2, s72);
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

    private static void tile8x2(
            int rows, float[] a, int a0, int left, float[] b, int b0, int right, float[] c, int c0, int out) {
        FloatVector s00 = FloatVector.fromArray(S, c, c0);
        FloatVector s01 = FloatVector.fromArray(S, c, c0 + 1 * L);
        FloatVector s10 = FloatVector.fromArray(S, c, c0 + 1 * out);
        FloatVector s11 = FloatVector.fromArray(S, c, c0 + 1 * out + 1 * L);
        FloatVector s20 = FloatVector.fromArray(S, c, c0 + 2 * out);
        FloatVector s21 = FloatVector.fromArray(S, c, c0 + 2 * out + 1 * L);
        FloatVector s30 = FloatVector.fromArray(S, c, c0 + 3 * out);
        FloatVector s31 = FloatVector.fromArray(S, c, c0 + 3 * out + 1 * L);
        FloatVector s40 = FloatVector.fromArray(S, c, c0 + 4 * out);
        FloatVector s41 = FloatVector.fromArray(S, c, c0 + 4 * out + 1 * L);
        FloatVector s50 = FloatVector.fromArray(S, c, c0 + 5 * out);
        FloatVector s51 = FloatVector.fromArray(S, c, c0 + 5 * out + 1 * L);
        FloatVector s60 = FloatVector.fromArray(S, c, c0 + 6 * out);
        FloatVector s61 = FloatVector.fromArray(S, c, c0 + 6 * out + 1 * L);
        FloatVector s70 = FloatVector.fromArray(S, c, c0 + 7 * out);
        FloatVector s71 = FloatVector.fromArray(S, c, c0 + 7 * out + 1 * L);
        for (int r = 0; r < rows; r++) {
            FloatVector g0 = FloatVector.fromArray(S, b, b0 + r * right);
            FloatVector g1 = FloatVector.fromArray(S, b, b0 + r * right + 1 * L);
            FloatVector x0 = FloatVector.broadcast(S, a[a0 + r * left]);
            s00 = x0.fma(g0, s00);
            s01 = x0.fma(g1, s01);
            FloatVector x1 = FloatVector.broadcast(S, a[a0 + r * left + 1]);
            s10 = x1.fma(g0, s10);
            s11 = x1.fma(g1, s11);
            FloatVector x2 = FloatVector.broadcast(S, a[a0 + r * left + 2]);
            s20 = x2.fma(g0, s20);
            s21 = x2.fma(g1, s21);
            FloatVector x3 = FloatVector.broadcast(S, a[a0 + r * left + 3]);
            s30 = x3.fma(g0, s30);
            s31 = x3.fma(g1, s31);
            FloatVector x4 = FloatVector.broadcast(S, a[a0 + r * left + 4]);
            s40 = x4.fma(g0, s40);
            s41 = x4.fma(g1, s41);
            FloatVector x5 = FloatVector.broadcast(S, a[a0 + r * left + 5]);
            s50 = x5.fma(g0, s50);
            s51 = x5.fma(g1, s51);
            FloatVector x6 = FloatVector.broadcast(S, a[a0 + r * left + 6]);
            s60 = x6.fma(g0, s60);
            s61 = x6.fma(g1, s61);
            FloatVector x7 = FloatVector.broadcast(S, a[a0 + r * left + 7]);
            s70 = x7.fma(g0, s70);
            s71 = x7.fma(g1, s71);
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
    }

    private static void tile8x1(
            int rows, float[] a, int a0, int left, float[] b, int b0, int right, float[] c, int c0, int out) {
        FloatVector s00 = FloatVector.fromArray(S, c, c0);
        FloatVector s10 = FloatVector.fromArray(S, c, c0 + 1 * out);
        FloatVector s20 = FloatVector.fromArray(S, c, c0 + 2 * out);
        FloatVector s30 = FloatVector.fromArray(S, c, c0 + 3 * out);
        FloatVector s40 = FloatVector.fromArray(S, c, c0 + 4 * out);
        FloatVector s50 = FloatVector.fromArray(S, c, c0 + 5 * out);
        FloatVector s60 = FloatVector.fromArray(S, c, c0 + 6 * out);
        FloatVector s70 = FloatVector.fromArray(S, c, c0 + 7 * out);
        for (int r = 0; r < rows; r++) {
            FloatVector g0 = FloatVector.fromArray(S, b, b0 + r * right);
            FloatVector x0 = FloatVector.broadcast(S, a[a0 + r * left]);
            s00 = x0.fma(g0, s00);
            FloatVector x1 = FloatVector.broadcast(S, a[a0 + r * left + 1]);
            s10 = x1.fma(g0, s10);
            FloatVector x2 = FloatVector.broadcast(S, a[a0 + r * left + 2]);
            s20 = x2.fma(g0, s20);
            FloatVector x3 = FloatVector.broadcast(S, a[a0 + r * left + 3]);
            s30 = x3.fma(g0, s30);
            FloatVector x4 = FloatVector.broadcast(S, a[a0 + r * left + 4]);
            s40 = x4.fma(g0, s40);
            FloatVector x5 = FloatVector.broadcast(S, a[a0 + r * left + 5]);
            s50 = x5.fma(g0, s50);
            FloatVector x6 = FloatVector.broadcast(S, a[a0 + r * left + 6]);
            s60 = x6.fma(g0, s60);
            FloatVector x7 = FloatVector.broadcast(S, a[a0 + r * left + 7]);
            s70 = x7.fma(g0, s70);
        }
        s00.intoArray(c, c0);
        s10.intoArray(c, c0 + 1 * out);
        s20.intoArray(c, c0 + 2 * out);
        s30.intoArray(c, c0 + 3 * out);
        s40.intoArray(c, c0 + 4 * out);
        s50.intoArray(c, c0 + 5 * out);
        s60.intoArray(c, c0 + 6 * out);
        s70.intoArray(c, c0 + 7 * out);
    }

    private static void tile4x3(
            int rows, float[] a, int a0, int left, float[] b, int b0, int right, float[] c, int c0, int out) {
        FloatVector s00 = FloatVector.fromArray(S, c, c0);
        FloatVector s01 = FloatVector.fromArray(S, c, c0 + 1 * L);
        FloatVector s02 = FloatVector.fromArray(S, c, c0 + 2 * L);
        FloatVector s10 = FloatVector.fromArray(S, c, c0 + 1 * out);
        FloatVector s11 = FloatVector.fromArray(S, c, c0 + 1 * out + 1 * L);
        FloatVector s12 = FloatVector.fromArray(S, c, c0 + 1 * out + 2 * L);
        FloatVector s20 = FloatVector.fromArray(S, c, c0 + 2 * out);
        FloatVector s21 = FloatVector.fromArray(S, c, c0 + 2 * out + 1 * L);
        FloatVector s22 = FloatVector.fromArray(S, c, c0 + 2 * out + 2 * L);
        FloatVector s30 = FloatVector.fromArray(S, c, c0 + 3 * out);
        FloatVector s31 = FloatVector.fromArray(S, c, c0 + 3 * out + 1 * L);
        FloatVector s32 = FloatVector.fromArray(S, c, c0 + 3 * out + 2 * L);
        for (int r = 0; r < rows; r++) {
            FloatVector g0 = FloatVector.fromArray(S, b, b0 + r * right);
            FloatVector g1 = FloatVector.fromArray(S, b, b0 + r * right + 1 * L);
            FloatVector g2 = FloatVector.fromArray(S, b, b0 + r * right + 2 * L);
            FloatVector x0 = FloatVector.broadcast(S, a[a0 + r * left]);
            s00 = x0.fma(g0, s00);
            s01 = x0.fma(g1, s01);
            s02 = x0.fma(g2, s02);
            FloatVector x1 = FloatVector.broadcast(S, a[a0 + r * left + 1]);
            s10 = x1.fma(g0, s10);
            s11 = x1.fma(g1, s11);
            s12 = x1.fma(g2, s12);
            FloatVector x2 = FloatVector.broadcast(S, a[a0 + r * left + 2]);
            s20 = x2.fma(g0, s20);
            s21 = x2.fma(g1, s21);
            s22 = x2.fma(g2, s22);
            FloatVector x3 = FloatVector.broadcast(S, a[a0 + r * left + 3]);
            s30 = x3.fma(g0, s30);
            s31 = x3.fma(g1, s31);
            s32 = x3.fma(g2, s32);
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
            int rows, float[] a, int a0, int left, float[] b, int b0, int right, float[] c, int c0, int out) {
        FloatVector s00 = FloatVector.fromArray(S, c, c0);
        FloatVector s01 = FloatVector.fromArray(S, c, c0 + 1 * L);
        FloatVector s10 = FloatVector.fromArray(S, c, c0 + 1 * out);
        FloatVector s11 = FloatVector.fromArray(S, c, c0 + 1 * out + 1 * L);
        FloatVector s20 = FloatVector.fromArray(S, c, c0 + 2 * out);
        FloatVector s21 = FloatVector.fromArray(S, c, c0 + 2 * out + 1 * L);
        FloatVector s30 = FloatVector.fromArray(S, c, c0 + 3 * out);
        FloatVector s31 = FloatVector.fromArray(S, c, c0 + 3 * out + 1 * L);
        for (int r = 0; r < rows; r++) {
            FloatVector g0 = FloatVector.fromArray(S, b, b0 + r * right);
            FloatVector g1 = FloatVector.fromArray(S, b, b0 + r * right + 1 * L);
            FloatVector x0 = FloatVector.broadcast(S, a[a0 + r * left]);
            s00 = x0.fma(g0, s00);
            s01 = x0.fma(g1, s01);
            FloatVector x1 = FloatVector.broadcast(S, a[a0 + r * left + 1]);
            s10 = x1.fma(g0, s10);
            s11 = x1.fma(g1, s11);
            FloatVector x2 = FloatVector.broadcast(S, a[a0 + r * left + 2]);
            s20 = x2.fma(g0, s20);
            s21 = x2.fma(g1, s21);
            FloatVector x3 = FloatVector.broadcast(S, a[a0 + r * left + 3]);
            s30 = x3.fma(g0, s30);
            s31 = x3.fma(g1, s31);
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
            int rows, float[] a, int a0, int left, float[] b, int b0, int right, float[] c, int c0, int out) {
        FloatVector s00 = FloatVector.fromArray(S, c, c0);
        FloatVector s10 = FloatVector.fromArray(S, c, c0 + 1 * out);
        FloatVector s20 = FloatVector.fromArray(S, c, c0 + 2 * out);
        FloatVector s30 = FloatVector.fromArray(S, c, c0 + 3 * out);
        for (int r = 0; r < rows; r++) {
            FloatVector g0 = FloatVector.fromArray(S, b, b0 + r * right);
            FloatVector x0 = FloatVector.broadcast(S, a[a0 + r * left]);
            s00 = x0.fma(g0, s00);
            FloatVector x1 = FloatVector.broadcast(S, a[a0 + r * left + 1]);
            s10 = x1.fma(g0, s10);
            FloatVector x2 = FloatVector.broadcast(S, a[a0 + r * left + 2]);
            s20 = x2.fma(g0, s20);
            FloatVector x3 = FloatVector.broadcast(S, a[a0 + r * left + 3]);
            s30 = x3.fma(g0, s30);
        }
        s00.intoArray(c, c0);
        s10.intoArray(c, c0 + 1 * out);
        s20.intoArray(c, c0 + 2 * out);
        s30.intoArray(c, c0 + 3 * out);
    }
}
