package io.densenet.random;

/// The counter-based generator Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel Random Numbers: As Easy as
/// 1, 2, 3", SC 2011): a bijection of a 128-bit counter under a 64-bit key whose outputs pass as random.
///
/// Every value is a pure function of (key, counter). Whoever knows what a number is for (seed, epoch, sample)
/// can draw it again, in any order, on any thread, after any restart; nothing has to be stored.
public final class Philox {
    /// What counter word 0 is multiplied by, unsigned.
    public static final int MULTIPLIER_0 = 0xD2511F53;
    /// What counter word 2 is multiplied by, unsigned.
    public static final int MULTIPLIER_1 = 0xCD9E8D57;
    /// Added to key word 0 after each round.
    public static final int WEYL_0 = 0x9E3779B9;
    /// Added to key word 1 after each round.
    public static final int WEYL_1 = 0xBB67AE85;
    /// Rounds of one block.
    public static final int ROUNDS = 10;

    private static final long LOW = 0xFFFFFFFFL;

    private Philox() {}

    /// One block of four 32-bit values.
    ///
    /// @param counterLow  counter words 0 (low half) and 1 (high half)
    /// @param counterHigh counter words 2 (low half) and 3 (high half)
    /// @param key         key words 0 (low half) and 1 (high half)
    /// @param out         receives the four values at `offset`
    public static void block(long counterLow, long counterHigh, long key, int[] out, int offset) {
        int c0 = (int) counterLow;
        int c1 = (int) (counterLow >>> 32);
        int c2 = (int) counterHigh;
        int c3 = (int) (counterHigh >>> 32);
        int k0 = (int) key;
        int k1 = (int) (key >>> 32);
        for (int round = 0; round < ROUNDS; round++) {
            long product0 = (MULTIPLIER_0 & LOW) * (c0 & LOW);
            long product1 = (MULTIPLIER_1 & LOW) * (c2 & LOW);
            int next0 = (int) (product1 >>> 32) ^ c1 ^ k0;
            int next2 = (int) (product0 >>> 32) ^ c3 ^ k1;
            c1 = (int) product1;
            c3 = (int) product0;
            c0 = next0;
            c2 = next2;
            k0 += WEYL_0;
            k1 += WEYL_1;
        }
        out[offset] = c0;
        out[offset + 1] = c1;
        out[offset + 2] = c2;
        out[offset + 3] = c3;
    }
}
