package io.densenet.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.cpu.kernel.FmaChains;
import io.densenet.cpu.kernel.ScalarFmaChains;
import org.junit.jupiter.api.Test;

class FmaCeilingTest {
    @Test
    void everyChainMultipliesAndAdds() {
        FmaChains best = FmaChains.best();
        int lanes = best.multiplyAddsPerStep() / FmaChains.CHAINS;
        for (int steps : new int[] {0, 1, 1000}) {
            assertEquals(lanes * expected(steps), best.run(steps), 1e-3 * lanes * FmaChains.CHAINS);
            assertEquals(expected(steps), new ScalarFmaChains().run(steps), 1e-3 * FmaChains.CHAINS);
        }
    }

    /// x ↦ 0.999·x + 0.001 draws every number towards 1; the chains begin with 0 to 11.
    private static double expected(int steps) {
        double sum = 0;
        for (int x = 0; x < FmaChains.CHAINS; x++) {
            sum += 1 + (x - 1) * Math.pow(0.999, steps);
        }
        return sum;
    }

    /// A core of this century does between ten million and a thousand billion operations in a second.
    @Test
    void theCeilingIsThatOfAMachineOfThisCentury() {
        double one = FmaCeiling.gigaflopsPerSecond(1);
        assertTrue(one > 0.01 && one < 1000, "one thread: " + one);
        double two = FmaCeiling.gigaflopsPerSecond(2);
        assertTrue(two > 0.01 && two < 2000, "two threads: " + two);
    }
}
