package io.densenet.cpu.kernel;

import io.densenet.engine.DropoutMask;
import io.densenet.random.Philox;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// Dropout with vectors of channels: each lane goes through the rounds of [Philox] for the blocks of its own
/// channel. A block has the words of four consecutive pixels; the first one may begin up to three before the
/// pixels that are wanted, and where an image's pixels are no multiple of four, not at the same one in all lanes.
///
/// Drawing and multiplying are two loops with the words of a few channels between them: in one loop the
/// compiler runs out of patience and puts vectors into objects, which takes five times as long.
///
/// ```
/// for each 16 channels                    tail: all 16, into the room that callers leave
///   for each vector of words, 4 pixels    10 rounds, 4 stores of half a vector
///   for each pixel                        load or gather words, compare, multiply
/// ```
final class VectorDropout {
    /// 32-bit words, one in each lane of 64, for their products.
    private static final VectorSpecies<Long> WORDS = LongVector.SPECIES_PREFERRED;

    private static final VectorSpecies<Integer> PACKED =
            VectorSpecies.of(int.class, VectorShape.forBitSize(WORDS.vectorBitSize() / 2));
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final long LOW = 0xFFFFFFFFL;

    private VectorDropout() {}

    static void run(int pixels, int channels, Rows x, DropoutMask mask, long first, long stride, float[] work) {
        int drawn = Kernels.dropoutWork(pixels) / Kernels.LANES;
        boolean together = stride % 4 == 0;
        int[] places = places(first, stride);
        for (int c = 0; c < channels; c += Kernels.LANES) {
            for (int lane = 0; lane < Kernels.LANES; lane += WORDS.length()) {
                draw(drawn, first + (c + lane) * stride, stride, mask.name(), mask.key(), work, lane);
            }
            float[] values = x.data();
            int offset = x.offset() + c;
            if (together) {
                apply(pixels, work, places[0], mask.threshold(), mask.keep(), values, offset, x.pitch());
            } else {
                apply(pixels, work, places, mask.threshold(), mask.keep(), values, offset, x.pitch());
            }
        }
    }

    /// Where the word of the first pixel is, for each lane. The same in all groups of [Kernels#LANES] channels.
    private static int[] places(long first, long stride) {
        int[] places = new int[Kernels.LANES];
        for (int lane = 0; lane < Kernels.LANES; lane++) {
            int word = (int) (first + lane * stride) & 3;
            places[lane] = word * Kernels.LANES + lane;
        }
        return places;
    }

    /// Writes words of neighbouring channels, from the block on that `first` is in, as bits of `work`, which has
    /// rows of [Kernels#LANES].
    ///
    /// @param rows a multiple of 4
    private static void draw(int rows, long first, long stride, long name, long key, float[] work, int column) {
        LongVector elements = LongVector.zero(WORDS).addIndex(1).mul(stride).add(first);
        for (int r = 0; r < rows; r += 4) {
            LongVector element = elements.add(r);
            LongVector c0 = element.lanewise(VectorOperators.LSHR, 2);
            LongVector c1 = element.lanewise(VectorOperators.LSHR, 34);
            LongVector c2 = LongVector.broadcast(WORDS, name);
            LongVector c3 = LongVector.broadcast(WORDS, name >>> 32);
            long k0 = key;
            long k1 = key >>> 32;
            for (int round = 0; round < Philox.ROUNDS; round++) {
                LongVector product0 = c0.and(LOW).mul(Philox.MULTIPLIER_0 & LOW);
                LongVector product1 = c2.and(LOW).mul(Philox.MULTIPLIER_1 & LOW);
                c0 = next(product1, c1, k0);
                c2 = next(product0, c3, k1);
                c1 = product1;
                c3 = product0;
                k0 += Philox.WEYL_0;
                k1 += Philox.WEYL_1;
            }
            int at = r * Kernels.LANES + column;
            store(c0, work, at);
            store(c1, work, at + Kernels.LANES);
            store(c2, work, at + 2 * Kernels.LANES);
            store(c3, work, at + 3 * Kernels.LANES);
        }
    }

    /// The lower half of a lane is a word; the upper one is left to hold anything.
    private static LongVector next(LongVector product, LongVector word, long key) {
        return product.lanewise(VectorOperators.LSHR, 32)
                .lanewise(VectorOperators.XOR, word)
                .lanewise(VectorOperators.XOR, key);
    }

    private static void store(LongVector words, float[] work, int at) {
        ((IntVector) words.convertShape(VectorOperators.L2I, PACKED, 0))
                .reinterpretAsFloats()
                .intoArray(work, at);
    }

    private static void apply(
            int pixels, float[] work, int place, int threshold, float keep, float[] x, int offset, int pitch) {
        for (int p = 0; p < pixels; p++) {
            for (int lane = 0; lane < Kernels.LANES; lane += S.length()) {
                FloatVector words = FloatVector.fromArray(S, work, p * Kernels.LANES + place + lane);
                multiply(words, threshold, keep, x, offset + p * pitch + lane);
            }
        }
    }

    private static void apply(
            int pixels, float[] work, int[] places, int threshold, float keep, float[] x, int offset, int pitch) {
        for (int p = 0; p < pixels; p++) {
            for (int lane = 0; lane < Kernels.LANES; lane += S.length()) {
                FloatVector words = FloatVector.fromArray(S, work, p * Kernels.LANES, places, lane);
                multiply(words, threshold, keep, x, offset + p * pitch + lane);
            }
        }
    }

    private static void multiply(FloatVector words, int threshold, float keep, float[] x, int at) {
        FloatVector factor = FloatVector.broadcast(S, keep)
                .blend(
                        0,
                        words.reinterpretAsInts()
                                .compare(VectorOperators.ULT, threshold)
                                .cast(S));
        FloatVector.fromArray(S, x, at).mul(factor).intoArray(x, at);
    }
}
