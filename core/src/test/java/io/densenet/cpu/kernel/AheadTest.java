package io.densenet.cpu.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// What a product touches while it computes.
class AheadTest {
    private final Ahead ahead = new Ahead();

    @Test
    void eachLineIsTouchedOnceInItsOrder() {
        float[] memory = new float[400];
        ahead.add(2, 48, new Rows(memory, 7, 48)); // 6 lines behind one another
        ahead.add(3, 12, new Rows(memory, 100, 48)); // one line of each row
        assertArrayEquals(new int[] {7, 23, 39, 55}, taken(4));
        assertArrayEquals(new int[] {71, 87}, Arrays.copyOf(taken(2), 2));
        assertArrayEquals(new int[] {100, 148, 196}, taken(3));
        assertEquals(0, step(5), "nothing is left");
    }

    @Test
    void nothingBeyondTheArrayIsTouched() {
        float[] memory = new float[60];
        ahead.add(8, 48, new Rows(memory, 0, 48));
        assertArrayEquals(new int[] {0, 16, 32}, taken(3));
        ahead.clear();
        ahead.add(0, 48, new Rows(memory, 60, 48));
        ahead.add(-3, 48, new Rows(memory, 60, 48));
        ahead.add(1, 48, new Rows(memory, 62, 48));
        assertEquals(0, step(5));
        ahead.clear();
        ahead.add(1, 48, new Rows(memory, 0, 48));
        assertEquals(0, step(64), "a product that runs longer than the memory is touches one line over and over");
        assertEquals(0, ahead.at());
    }

    @Test
    void aProductTouchesAllWhenItRunsLongEnough() {
        float[] memory = new float[16 * 20];
        for (int line = 0; line < 16; line++) { // the last four are touched until the product ends
            memory[16 * line] = 1;
        }
        ahead.add(20, 16, new Rows(memory, 0, 16));
        Kernels kernels = Kernels.best();
        float[] a = new float[64 * 16];
        float[] c = new float[64 * 48];
        kernels.product(64, 8, new Rows(a, 0, 16), new float[8 * 48], 48, new Rows(c, 0, 48), ahead);
        boolean looksAhead =
                kernels instanceof VectorKernels && !kernels.description().startsWith("256");
        assertEquals(looksAhead ? 2 * 16 : 0, ahead.sum(), "each line twice, for two steps of the product");
    }

    private int[] taken(int touches) {
        ahead.take(touches);
        int[] indices = new int[touches];
        Arrays.setAll(indices, i -> ahead.at() + i * ahead.step());
        return indices;
    }

    private int step(int touches) {
        ahead.take(touches);
        return ahead.step();
    }
}
