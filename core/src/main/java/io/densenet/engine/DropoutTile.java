package io.densenet.engine;

import io.densenet.random.RandomStream;
import java.util.Arrays;

/// Draws the masks of [DropoutMask] for the same pixels of many channels at once, several times as fast: the
/// generator goes through its rounds for all blocks together, in loops that the JIT compiler makes vectors of.
///
/// Holds its memory, for use again. Not thread-safe.
public final class DropoutTile {
    private static final long MULTIPLIER_0 = 0xD2511F53L;
    private static final long MULTIPLIER_1 = 0xCD9E8D57L;
    private static final int WEYL_0 = 0x9E3779B9;
    private static final int WEYL_1 = 0xBB67AE85;
    private static final int ROUNDS = 10;
    private static final long LOW = 0xFFFFFFFFL;

    private long[][] words = new long[4][0];
    private float[] mask = {};

    /// Without memory, which the first masks bring.
    public DropoutTile() {}

    /// Draws what [DropoutMask#fill] would for each channel.
    ///
    /// @param first    element of the first pixel of the first channel
    /// @param stride   elements from one channel to the next
    /// @param channels how many
    /// @param pixels   of each channel
    /// @return channels × pixels values, row-major; good until the next call
    public float[] draw(
            long seed, long step, int layer, double rate, long first, long stride, int channels, int pixels) {
        int most = channels * (pixels / 4 + 2);
        if (words[0].length < most) {
            words = new long[4][most];
        }
        if (mask.length < channels * pixels) {
            mask = new float[channels * pixels];
        }
        int blocks = 0;
        for (int c = 0; c < channels; c++) {
            long end = (first + c * stride + pixels + 3) >>> 2;
            for (long block = (first + c * stride) >>> 2; block < end; block++) {
                words[0][blocks] = block & LOW;
                words[1][blocks] = block >>> 32;
                blocks++;
            }
        }
        long name = RandomStream.name(RandomStream.Purpose.DROPOUT, step, layer);
        Arrays.fill(words[2], 0, blocks, name & LOW);
        Arrays.fill(words[3], 0, blocks, name >>> 32);
        int key0 = (int) seed;
        int key1 = (int) (seed >>> 32);
        for (int round = 0; round < ROUNDS; round++) {
            round(words[0], words[1], words[2], words[3], blocks, key0 & LOW, key1 & LOW);
            key0 += WEYL_0;
            key1 += WEYL_1;
        }
        long threshold = Math.round(rate * 0x1.0p32);
        float keep = (float) (1 / (1 - rate));
        int block = 0;
        for (int c = 0; c < channels; c++) {
            int word = (int) (first + c * stride) & 3;
            for (int p = 0; p < pixels; p++) {
                mask[c * pixels + p] = words[word][block] < threshold ? 0 : keep;
                word++;
                if (word == 4) {
                    word = 0;
                    block++;
                }
            }
            if (word != 0) {
                block++;
            }
        }
        return mask;
    }

    /// What it holds.
    public long bytes() {
        return 4L * Long.BYTES * words[0].length + (long) Float.BYTES * mask.length;
    }

    /// One round of Philox4x32-10 for all blocks, see [io.densenet.random.Philox].
    private static void round(long[] c0, long[] c1, long[] c2, long[] c3, int blocks, long key0, long key1) {
        for (int i = 0; i < blocks; i++) {
            long product0 = MULTIPLIER_0 * c0[i];
            long product1 = MULTIPLIER_1 * c2[i];
            c0[i] = (product1 >>> 32) ^ c1[i] ^ key0;
            c2[i] = (product0 >>> 32) ^ c3[i] ^ key1;
            c1[i] = product1 & LOW;
            c3[i] = product0 & LOW;
        }
    }
}
