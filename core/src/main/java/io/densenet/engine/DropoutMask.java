package io.densenet.engine;

import io.densenet.random.Philox;
import io.densenet.random.RandomStream;

/// Which elements a dropout layer keeps: a pure function of (seed, step, layer, element), the same in every
/// engine, drawn again instead of stored.
public final class DropoutMask {
    private DropoutMask() {}

    /// Fills `out` with 0 for a dropped and 1/(1−rate) for a kept element.
    ///
    /// Element e (in N×C×H×W order, whatever the layout of the engine) takes word e mod 4 of the Philox block
    /// whose counter is e div 4; it is dropped when that word, read as an unsigned fraction of 2³², is below
    /// `rate`.
    ///
    /// @param layer number of the dropout layer in the network, from 0
    /// @param rate  in [0, 1)
    /// @param first element that `out[0]` is for
    public static void fill(long seed, long step, int layer, double rate, long first, float[] out, int length) {
        long threshold = Math.round(rate * 0x1.0p32);
        float keep = (float) (1 / (1 - rate));
        long name = RandomStream.name(RandomStream.Purpose.DROPOUT, step, layer);
        int[] block = new int[4];
        for (int i = 0; i < length; i++) {
            long element = first + i;
            int word = (int) (element & 3);
            if (word == 0 || i == 0) {
                Philox.block(element >>> 2, name, seed, block, 0);
            }
            out[i] = (block[word] & 0xFFFFFFFFL) < threshold ? 0 : keep;
        }
    }
}
