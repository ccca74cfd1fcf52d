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
    public static void fill(long seed, long step, int layer, double rate, float[] out, int length) {
        long threshold = Math.round(rate * 0x1.0p32);
        float keep = (float) (1 / (1 - rate));
        long name = RandomStream.name(RandomStream.Purpose.DROPOUT, step, layer);
        int[] block = new int[4];
        for (int e = 0; e < length; e++) {
            if ((e & 3) == 0) {
                Philox.block(e >>> 2, name, seed, block, 0);
            }
            out[e] = (block[e & 3] & 0xFFFFFFFFL) < threshold ? 0 : keep;
        }
    }
}
