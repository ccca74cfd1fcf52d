package io.densenet.engine;

import io.densenet.random.Philox;
import io.densenet.random.RandomStream;

/// Which elements a dropout layer keeps in one step: a pure function of (seed, step, layer, element), the same
/// in every engine, drawn again instead of stored.
///
/// Element e (in N×C×H×W order, whatever the layout of the engine) takes word e mod 4 of the [Philox] block
/// whose counter is e div 4; it is dropped when that word, read as an unsigned fraction of 2³², is below the
/// rate.
///
/// @param key       of the blocks
/// @param name      upper half of the blocks' counters
/// @param threshold words below it, both read as unsigned, drop their element
/// @param keep      what the elements that stay are multiplied by, 1/(1−rate)
public record DropoutMask(long key, long name, int threshold, float keep) {
    /// The mask of a layer.
    ///
    /// @param layer number of the dropout layer in the network, from 0
    /// @param rate  in [0, 1)
    public static DropoutMask of(long seed, long step, int layer, double rate) {
        long name = RandomStream.name(RandomStream.Purpose.DROPOUT, step, layer);
        long threshold = Math.min(Math.round(rate * 0x1.0p32), 0xFFFFFFFFL);
        return new DropoutMask(seed, name, (int) threshold, (float) (1 / (1 - rate)));
    }

    /// Fills `out` with 0 for a dropped and [#keep] for a kept element.
    ///
    /// @param first element that `out[0]` is for
    public void fill(long first, float[] out, int length) {
        int[] block = new int[4];
        for (int i = 0; i < length; i++) {
            long element = first + i;
            int word = (int) (element & 3);
            if (word == 0 || i == 0) {
                Philox.block(element >>> 2, name, key, block, 0);
            }
            out[i] = Integer.compareUnsigned(block[word], threshold) < 0 ? 0 : keep;
        }
    }
}
