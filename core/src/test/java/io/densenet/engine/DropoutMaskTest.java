package io.densenet.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.random.Philox;
import io.densenet.random.RandomStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DropoutMaskTest {
    private static final int LENGTH = 100_000;

    /// The part that is dropped has a standard deviation of at most 0.0016.
    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.2, 0.5, 0.9})
    void thePartDroppedIsTheRateAndTheRestIsScaledUp(double rate) {
        float[] mask = mask(1, 0, 0, rate, LENGTH);
        float keep = (float) (1 / (1 - rate));
        int dropped = 0;
        for (float value : mask) {
            assertTrue(value == 0 || value == keep, "neither dropped nor kept: " + value);
            dropped += value == 0 ? 1 : 0;
        }
        assertEquals(rate, (double) dropped / LENGTH, 0.006);
    }

    @Test
    void aRateOfZeroDropsNothing() {
        float[] ones = new float[1_000];
        Arrays.fill(ones, 1);
        assertArrayEquals(ones, mask(1, 0, 0, 0, 1_000));
    }

    @Test
    void theMaskIsAFunctionOfSeedStepAndLayerAlone() {
        float[] mask = mask(1, 2, 3, 0.5, LENGTH);
        assertArrayEquals(mask, mask(1, 2, 3, 0.5, LENGTH));
        assertArrayEquals(Arrays.copyOf(mask, 13), mask(1, 2, 3, 0.5, 13), "a shorter mask is the longer one's start");
        assertUnrelated(mask, mask(2, 2, 3, 0.5, LENGTH));
        assertUnrelated(mask, mask(1, 3, 3, 0.5, LENGTH));
        assertUnrelated(mask, mask(1, 2, 4, 0.5, LENGTH));
    }

    /// What another engine would compute that knows only the documented rule.
    @Test
    void anElementIsDroppedWhenItsWordIsBelowTheRate() {
        float[] mask = mask(77, 5, 6, 0.2, 1_000);
        int[] words = new int[4];
        for (int e = 0; e < mask.length; e++) {
            Philox.block(e / 4, RandomStream.name(RandomStream.Purpose.DROPOUT, 5, 6), 77, words, 0);
            double fraction = Integer.toUnsignedLong(words[e % 4]) / 4294967296.0;
            assertEquals(fraction < 0.2 ? 0f : 1.25f, mask[e]);
        }
    }

    @Test
    void nothingBehindTheLengthIsTouched() {
        float[] out = {-1, -1, -1, -1, -1, -1, -1};
        DropoutMask.of(1, 0, 0, 0.5).fill(0, out, 5);
        assertArrayEquals(new float[] {-1, -1}, Arrays.copyOfRange(out, 5, 7));
        assertFalse(Arrays.equals(new float[] {-1}, Arrays.copyOfRange(out, 4, 5)));
    }

    /// Two independent fair masks agree in half of their elements.
    private static void assertUnrelated(float[] one, float[] other) {
        int same = 0;
        for (int e = 0; e < one.length; e++) {
            same += one[e] == other[e] ? 1 : 0;
        }
        assertEquals(0.5, (double) same / one.length, 0.01);
    }

    private static float[] mask(long seed, long step, int layer, double rate, int length) {
        float[] mask = new float[length];
        DropoutMask.of(seed, step, layer, rate).fill(0, mask, length);
        return mask;
    }

    @Test
    void aMaskMayBeginAnywhere() {
        DropoutMask mask = DropoutMask.of(-7, 11, 2, 0.3);
        long start = (1L << 34) - 50; // crosses a word of the counter
        float[] whole = new float[100];
        mask.fill(start, whole, 100);
        for (int first = 0; first < 60; first++) {
            float[] part = new float[40];
            mask.fill(start + first, part, 40);
            assertArrayEquals(Arrays.copyOfRange(whole, first, first + 40), part);
        }
    }
}
