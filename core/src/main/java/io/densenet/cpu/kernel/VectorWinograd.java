package io.densenet.cpu.kernel;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The transforms of Winograd's F(4×4, 3×3) with vectors of channels: Lavin and Gray, "Fast Algorithms for
/// Convolutional Neural Networks" (CVPR 2016), section 4.2; interpolation at 0, 1, −1, 2, −2 and infinity.
///
/// ```
///      ⎡ 4  0 −5  0  1  0 ⎤        ⎡ 1  1  1  1  1  0 ⎤
///      ⎢ 0 −4 −4  1  1  0 ⎥   Aᵀ = ⎢ 0  1 −1  2 −2  0 ⎥
/// Bᵀ = ⎢ 0  4 −4 −1  1  0 ⎥        ⎢ 0  1  1  4  4  0 ⎥
///      ⎢ 0 −2 −1  2  1  0 ⎥        ⎣ 0  1 −1  8 −8  1 ⎦
///      ⎢ 0  2 −1 −2  1  0 ⎥
///      ⎣ 0  4  0 −5  0  1 ⎦
/// ```
///
/// A tile's 36 values would not fit into registers, so each transform is two loops with a line of work between
/// them, which the first-level cache holds unless images are wide; the outputs' transform works on one tile
/// after the other.
///
/// ```
/// for each vector of channels             tail: a whole vector, into the room that callers leave
///   for each column of pixels             down the column: 6 loads (4 of a gradient), 6 stores
///   for each tile, for each line          along the line; tiles share the columns where they overlap
/// ```
final class VectorWinograd {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();

    private VectorWinograd() {}

    static void input(Lines d, int channels, Rows v, int part, float[] work) {
        int tiles = d.tiles();
        Arrays.fill(work, 0, 6 * L, 0);
        Arrays.fill(work, (d.width() + 1) * 6 * L, (4 * tiles + 2) * 6 * L, 0);
        for (int c = 0; c < channels; c += L) {
            inputColumns(d.width(), d.data(), d.starts(), c, d.pitch(), work);
            for (int tile = 0; tile < tiles; tile++) {
                inputLines(work, tile * 4 * 6 * L, v.data(), v.offset() + tile * v.pitch() + c, part);
            }
        }
    }

    private static void inputColumns(int width, float[] x, int[] lines, int c, int pitch, float[] work) {
        int at0 = lines[0] + c;
        int at1 = lines[1] + c;
        int at2 = lines[2] + c;
        int at3 = lines[3] + c;
        int at4 = lines[4] + c;
        int at5 = lines[5] + c;
        for (int column = 0; column < width; column++) {
            int from = column * pitch;
            int to = (column + 1) * 6 * L;
            FloatVector d0 = FloatVector.fromArray(S, x, at0 + from);
            FloatVector d1 = FloatVector.fromArray(S, x, at1 + from);
            FloatVector d2 = FloatVector.fromArray(S, x, at2 + from);
            FloatVector d3 = FloatVector.fromArray(S, x, at3 + from);
            FloatVector d4 = FloatVector.fromArray(S, x, at4 + from);
            FloatVector d5 = FloatVector.fromArray(S, x, at5 + from);
            FloatVector even = d2.fma(FloatVector.broadcast(S, -4), d4);
            FloatVector odd = d1.fma(FloatVector.broadcast(S, -4), d3);
            FloatVector curve = d4.sub(d2);
            FloatVector slope = d3.sub(d1);
            d0.fma(FloatVector.broadcast(S, 4), d2.fma(FloatVector.broadcast(S, -5), d4))
                    .intoArray(work, to);
            even.add(odd).intoArray(work, to + L);
            even.sub(odd).intoArray(work, to + 2 * L);
            slope.fma(FloatVector.broadcast(S, 2), curve).intoArray(work, to + 3 * L);
            slope.fma(FloatVector.broadcast(S, -2), curve).intoArray(work, to + 4 * L);
            d1.fma(FloatVector.broadcast(S, 4), d3.fma(FloatVector.broadcast(S, -5), d5))
                    .intoArray(work, to + 5 * L);
        }
    }

    private static void inputLines(float[] work, int from, float[] v, int to, int part) {
        for (int line = 0; line < 6; line++) {
            int at = from + line * L;
            int out = to + 6 * line * part;
            FloatVector d0 = FloatVector.fromArray(S, work, at);
            FloatVector d1 = FloatVector.fromArray(S, work, at + 6 * L);
            FloatVector d2 = FloatVector.fromArray(S, work, at + 12 * L);
            FloatVector d3 = FloatVector.fromArray(S, work, at + 18 * L);
            FloatVector d4 = FloatVector.fromArray(S, work, at + 24 * L);
            FloatVector d5 = FloatVector.fromArray(S, work, at + 30 * L);
            FloatVector even = d2.fma(FloatVector.broadcast(S, -4), d4);
            FloatVector odd = d1.fma(FloatVector.broadcast(S, -4), d3);
            FloatVector curve = d4.sub(d2);
            FloatVector slope = d3.sub(d1);
            d0.fma(FloatVector.broadcast(S, 4), d2.fma(FloatVector.broadcast(S, -5), d4))
                    .intoArray(v, out);
            even.add(odd).intoArray(v, out + part);
            even.sub(odd).intoArray(v, out + 2 * part);
            slope.fma(FloatVector.broadcast(S, 2), curve).intoArray(v, out + 3 * part);
            slope.fma(FloatVector.broadcast(S, -2), curve).intoArray(v, out + 4 * part);
            d1.fma(FloatVector.broadcast(S, 4), d3.fma(FloatVector.broadcast(S, -5), d5))
                    .intoArray(v, out + 5 * part);
        }
    }

    static void gradient(Lines g, int channels, Rows e, int part, float[] work) {
        int tiles = g.tiles();
        Arrays.fill(work, g.width() * 6 * L, 4 * tiles * 6 * L, 0);
        for (int c = 0; c < channels; c += L) {
            gradientColumns(g.width(), g.data(), g.starts(), c, g.pitch(), work);
            for (int tile = 0; tile < tiles; tile++) {
                gradientLines(work, tile * 4 * 6 * L, e.data(), e.offset() + tile * e.pitch() + c, part);
            }
        }
    }

    private static void gradientColumns(int width, float[] x, int[] lines, int c, int pitch, float[] work) {
        int at0 = lines[0] + c;
        int at1 = lines[1] + c;
        int at2 = lines[2] + c;
        int at3 = lines[3] + c;
        for (int column = 0; column < width; column++) {
            int from = column * pitch;
            int to = column * 6 * L;
            FloatVector g0 = FloatVector.fromArray(S, x, at0 + from);
            FloatVector g1 = FloatVector.fromArray(S, x, at1 + from);
            FloatVector g2 = FloatVector.fromArray(S, x, at2 + from);
            FloatVector g3 = FloatVector.fromArray(S, x, at3 + from);
            FloatVector even = g0.add(g2);
            FloatVector odd = g1.add(g3);
            FloatVector evenTwice = g2.fma(FloatVector.broadcast(S, 4), g0);
            FloatVector oddTwice = g3.fma(FloatVector.broadcast(S, 4), g1).mul(FloatVector.broadcast(S, 2));
            g0.intoArray(work, to);
            even.add(odd).intoArray(work, to + L);
            even.sub(odd).intoArray(work, to + 2 * L);
            evenTwice.add(oddTwice).intoArray(work, to + 3 * L);
            evenTwice.sub(oddTwice).intoArray(work, to + 4 * L);
            g3.intoArray(work, to + 5 * L);
        }
    }

    private static void gradientLines(float[] work, int from, float[] e, int to, int part) {
        for (int line = 0; line < 6; line++) {
            int at = from + line * L;
            int out = to + 6 * line * part;
            FloatVector g0 = FloatVector.fromArray(S, work, at);
            FloatVector g1 = FloatVector.fromArray(S, work, at + 6 * L);
            FloatVector g2 = FloatVector.fromArray(S, work, at + 12 * L);
            FloatVector g3 = FloatVector.fromArray(S, work, at + 18 * L);
            FloatVector even = g0.add(g2);
            FloatVector odd = g1.add(g3);
            FloatVector evenTwice = g2.fma(FloatVector.broadcast(S, 4), g0);
            FloatVector oddTwice = g3.fma(FloatVector.broadcast(S, 4), g1).mul(FloatVector.broadcast(S, 2));
            g0.intoArray(e, out);
            even.add(odd).intoArray(e, out + part);
            even.sub(odd).intoArray(e, out + 2 * part);
            evenTwice.add(oddTwice).intoArray(e, out + 3 * part);
            evenTwice.sub(oddTwice).intoArray(e, out + 4 * part);
            g3.intoArray(e, out + 5 * part);
        }
    }

    static void output(int tiles, int channels, Rows m, int part, Rows y, int below, float[] work) {
        for (int tile = 0; tile < tiles; tile++) {
            int from = m.offset() + tile * m.pitch();
            int to = y.offset() + 4 * tile * y.pitch();
            for (int c = 0; c < channels; c += L) {
                outputColumns(m.data(), from + c, part, work);
                outputLines(work, y.data(), to + c, y.pitch(), below * y.pitch());
            }
        }
    }

    private static void outputColumns(float[] m, int from, int part, float[] work) {
        for (int column = 0; column < 6; column++) {
            int at = from + column * part;
            int to = column * L;
            FloatVector m1 = FloatVector.fromArray(S, m, at + 6 * part);
            FloatVector m2 = FloatVector.fromArray(S, m, at + 12 * part);
            FloatVector m3 = FloatVector.fromArray(S, m, at + 18 * part);
            FloatVector m4 = FloatVector.fromArray(S, m, at + 24 * part);
            FloatVector p = m1.add(m2);
            FloatVector q = m1.sub(m2);
            FloatVector r = m3.add(m4);
            FloatVector s = m3.sub(m4);
            FloatVector.fromArray(S, m, at).add(p).add(r).intoArray(work, to);
            s.fma(FloatVector.broadcast(S, 2), q).intoArray(work, to + 6 * L);
            r.fma(FloatVector.broadcast(S, 4), p).intoArray(work, to + 12 * L);
            s.fma(FloatVector.broadcast(S, 8), q)
                    .add(FloatVector.fromArray(S, m, at + 30 * part))
                    .intoArray(work, to + 18 * L);
        }
    }

    private static void outputLines(float[] work, float[] y, int to, int right, int below) {
        for (int line = 0; line < 4; line++) {
            int at = 6 * line * L;
            int out = to + line * below;
            FloatVector m1 = FloatVector.fromArray(S, work, at + L);
            FloatVector m2 = FloatVector.fromArray(S, work, at + 2 * L);
            FloatVector m3 = FloatVector.fromArray(S, work, at + 3 * L);
            FloatVector m4 = FloatVector.fromArray(S, work, at + 4 * L);
            FloatVector p = m1.add(m2);
            FloatVector q = m1.sub(m2);
            FloatVector r = m3.add(m4);
            FloatVector s = m3.sub(m4);
            FloatVector.fromArray(S, work, at).add(p).add(r).intoArray(y, out);
            s.fma(FloatVector.broadcast(S, 2), q).intoArray(y, out + right);
            r.fma(FloatVector.broadcast(S, 4), p).intoArray(y, out + 2 * right);
            s.fma(FloatVector.broadcast(S, 8), q)
                    .add(FloatVector.fromArray(S, work, at + 5 * L))
                    .intoArray(y, out + 3 * right);
        }
    }
}
