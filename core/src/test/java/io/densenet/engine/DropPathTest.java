package io.densenet.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.arch.Op;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DropPathTest {
    private static final long SEED = 7;
    private static final int STEPS = 20_000;

    @Test
    void aBranchSurvivesAsOftenAsItShould() {
        Op.StochasticDepth op = new Op.StochasticDepth(0.7);
        long survived = IntStream.range(0, STEPS)
                .filter(step -> DropPath.survives(SEED, step, 3, op))
                .count();
        assertEquals(0.7, (double) survived / STEPS, 0.02); // six standard deviations
    }

    @Test
    void everyJoinKeepsAnInputOrItsColumnIsNotTheOneThatIsLeft() {
        Op.Join outer = new Op.Join(0, 3, 0.15);
        Op.Join inner = new Op.Join(1, 3, 0.15);
        int[] inputsKept = new int[4];
        int nothingInside = 0;
        for (int step = 0; step < STEPS; step++) {
            boolean[] taken = DropPath.taken(SEED, step, 2, outer, 3);
            boolean[] within = DropPath.taken(SEED, step, 1, inner, 2);
            int kept = (taken[0] ? 1 : 0) + (taken[1] ? 1 : 0) + (taken[2] ? 1 : 0);
            inputsKept[kept]++;
            if (!within[0] && !within[1]) {
                nothingInside++;
                assertArrayEquals(new boolean[] {true, false, false}, taken, "a global step of the first column");
            }
        }
        assertEquals(0, inputsKept[0]);
        assertEquals(0.5 * Math.pow(0.85, 3), (double) inputsKept[3] / STEPS, 0.02, "half of the steps are local");
        assertEquals(1.0 / 6, (double) nothingInside / STEPS, 0.02, "one column in three, every other step");
    }

    @Test
    void aRateOf0LeavesNothingOut() {
        for (int step = 0; step < 100; step++) {
            boolean[] taken = DropPath.taken(SEED, step, 1, new Op.Join(0, 2, 0), 2);
            assertTrue(taken[0] && taken[1]);
        }
    }
}
