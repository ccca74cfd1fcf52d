package io.densenet.engine;

import io.densenet.arch.Op;
import io.densenet.random.RandomStream;

/// Which parts of a network take part in a training step: a pure function of (seed, step, place), the same
/// in every engine, so that a repeated step leaves out the same.
public final class DropPath {
    private DropPath() {}

    /// Whether a residual branch takes part.
    ///
    /// @param number among the operations of this kind in their graph, from 1
    public static boolean survives(long seed, long step, int number, Op.StochasticDepth op) {
        return stream(seed, step, number).nextDouble() < op.survival();
    }

    /// Which inputs a join takes.
    ///
    /// @param number among the joins of their graph, from 1
    /// @param inputs how many it has
    /// @return at least one true, unless the step is global and its column does not come here; then
    ///     nobody reads the join
    public static boolean[] taken(long seed, long step, int number, Op.Join op, int inputs) {
        boolean[] taken = new boolean[inputs];
        RandomStream network = stream(seed, step, 0);
        if (op.dropRate() > 0 && network.nextBoolean()) {
            int column = network.nextInt(op.columns()) - op.firstColumn();
            if (column >= 0) {
                taken[column] = true;
            }
            return taken;
        }
        RandomStream join = stream(seed, step, number);
        boolean any = false;
        for (int i = 0; i < inputs; i++) {
            taken[i] = join.nextDouble() >= op.dropRate();
            any |= taken[i];
        }
        if (!any) {
            taken[join.nextInt(inputs)] = true;
        }
        return taken;
    }

    private static RandomStream stream(long seed, long step, int number) {
        return RandomStream.of(seed, RandomStream.Purpose.DROP_PATH, step, number);
    }
}
