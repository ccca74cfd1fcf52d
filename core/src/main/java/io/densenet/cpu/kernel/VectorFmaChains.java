package io.densenet.cpu.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// [FmaChains] of vectors of whatever width the machine prefers.
public final class VectorFmaChains implements FmaChains {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;

    @Override
    public int multiplyAddsPerStep() {
        return CHAINS * S.length();
    }

    @Override
    public float run(int steps) {
        FloatVector a = FloatVector.broadcast(S, 0.999f);
        FloatVector b = FloatVector.broadcast(S, 0.001f);
        FloatVector x0 = FloatVector.broadcast(S, 0);
        FloatVector x1 = FloatVector.broadcast(S, 1);
        FloatVector x2 = FloatVector.broadcast(S, 2);
        FloatVector x3 = FloatVector.broadcast(S, 3);
        FloatVector x4 = FloatVector.broadcast(S, 4);
        FloatVector x5 = FloatVector.broadcast(S, 5);
        FloatVector x6 = FloatVector.broadcast(S, 6);
        FloatVector x7 = FloatVector.broadcast(S, 7);
        FloatVector x8 = FloatVector.broadcast(S, 8);
        FloatVector x9 = FloatVector.broadcast(S, 9);
        FloatVector x10 = FloatVector.broadcast(S, 10);
        FloatVector x11 = FloatVector.broadcast(S, 11);
        for (int s = 0; s < steps; s++) {
            x0 = x0.fma(a, b);
            x1 = x1.fma(a, b);
            x2 = x2.fma(a, b);
            x3 = x3.fma(a, b);
            x4 = x4.fma(a, b);
            x5 = x5.fma(a, b);
            x6 = x6.fma(a, b);
            x7 = x7.fma(a, b);
            x8 = x8.fma(a, b);
            x9 = x9.fma(a, b);
            x10 = x10.fma(a, b);
            x11 = x11.fma(a, b);
        }
        FloatVector sum = x0.add(x1).add(x2).add(x3).add(x4).add(x5);
        sum = sum.add(x6).add(x7).add(x8).add(x9).add(x10).add(x11);
        return sum.reduceLanes(VectorOperators.ADD);
    }
}
