package io.densenet.random;

/// One stream of random numbers, named by what it is for: (seed, purpose, epoch, sample).
///
/// Two streams with different names are independent; two with the same name are equal. A stream is cheap
/// to make, so make one where it is needed and let it go. Not thread-safe.
public final class RandomStream {
    /// What a stream is for, so that the shuffle of epoch 3 and the crop of sample 3 never share numbers.
    public enum Purpose {
        /// the order of the training images in an epoch
        SHUFFLE(0),
        /// mirror and crop of one image in one epoch
        AUGMENTATION(1),
        /// the first values of the parameters
        INITIALIZATION(2),
        /// which elements a dropout layer zeroes in one step
        DROPOUT(3),
        /// which training images are held out for validation
        SPLIT(4),
        /// which paths of a network are left out in one step
        DROP_PATH(6);

        private final long number; // part of every stream's name: never renumber

        Purpose(long number) {
            this.number = number;
        }
    }

    private final long key;
    private final long name;
    private final int[] block = new int[4];
    private int nextBlock;
    private int used = 4;

    private RandomStream(long key, long name) {
        this.key = key;
        this.name = name;
    }

    /// The stream of that name.
    ///
    /// @param seed    the seed of the whole run
    /// @param purpose what the numbers are for
    /// @param major   the epoch, step or 0; below 2²⁸
    /// @param minor   the sample, layer or parameter; below 2³²
    public static RandomStream of(long seed, Purpose purpose, long major, long minor) {
        return new RandomStream(seed, name(purpose, major, minor));
    }

    /// The upper half of the counter of a stream's blocks, for those who draw from [Philox] themselves;
    /// its lower half counts the blocks. The key is the seed.
    public static long name(Purpose purpose, long major, long minor) {
        if (major < 0 || major >= 1L << 28 || minor < 0 || minor >= 1L << 32) {
            throw new IllegalArgumentException(
                    "stream name out of range: major %d (below 2^28), minor %d (below 2^32)".formatted(major, minor));
        }
        return purpose.number << 60 | major << 32 | minor;
    }

    /// 32 uniform bits.
    public int nextInt() {
        if (used == 4) {
            Philox.block(nextBlock++, name, key, block, 0);
            used = 0;
        }
        return block[used++];
    }

    /// Uniform in [0, bound), without bias.
    public int nextInt(int bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("bound must be positive, was " + bound);
        }
        long limit = (1L << 32) / bound * bound;
        long draw;
        do {
            draw = nextInt() & 0xFFFFFFFFL;
        } while (draw >= limit);
        return (int) (draw % bound);
    }

    /// Fair coin.
    public boolean nextBoolean() {
        return nextInt() < 0;
    }

    /// Uniform in [0, 1), a multiple of 2⁻⁵³.
    public double nextDouble() {
        long high = nextInt() & 0xFFFFFFFFL;
        int low = nextInt() >>> 6;
        return (high >>> 5 << 26 | low) * 0x1.0p-53;
    }

    /// Normal with mean 0 and standard deviation 1 (Box–Muller; `StrictMath`, so that every machine draws
    /// the same).
    public double nextGaussian() {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
        return radius * StrictMath.cos(2 * Math.PI * nextDouble());
    }

    /// A uniformly random order of 0 … length−1 (Fisher–Yates).
    public int[] permutation(int length) {
        int[] order = new int[length];
        for (int i = 0; i < length; i++) {
            int j = nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
