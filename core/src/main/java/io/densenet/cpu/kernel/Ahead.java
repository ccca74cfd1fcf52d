package io.densenet.cpu.kernel;

import java.util.Arrays;

/// Memory that will be read or written soon. A product touches it, a cache line now and then, while it computes
/// and memory would idle; the loops that come next then find it in the cache. Java has no instruction to
/// prefetch, and these loops alone would wait for memory most of the time. Only the tiles of eight rows do this,
/// for which 32 registers are needed.
///
/// Has no effect on results. Not thread-safe; each task has its own.
public final class Ahead {
    /// Values of a cache line.
    private static final int LINE = 16;

    private static final float[] NONE = {0};

    /// No memory; never changes.
    public static final Ahead NOTHING = new Ahead();

    private float[][] arrays = new float[16][];
    private int[] starts = new int[16];
    private int[] steps = new int[16];
    private int[] counts = new int[16];
    private int pieces;
    private int piece;

    private float[] data = NONE;
    private int at;
    private int step;
    private float sum;

    /// Forgets all memory.
    public void clear() {
        Arrays.fill(arrays, 0, pieces, NONE);
        data = NONE;
        at = 0;
        step = 0;
        pieces = 0;
        piece = 0;
    }

    /// Adds the first `channels` of some rows, if there are any.
    public void add(int rows, int channels, Rows memory) {
        if (rows <= 0 || memory.offset() >= memory.data().length) {
            return;
        }
        int lines = (channels + LINE - 1) / LINE;
        if (lines * LINE >= memory.pitch()) {
            add(memory.data(), memory.offset(), LINE, rows * memory.pitch() / LINE);
            return;
        }
        for (int line = 0; line < lines; line++) {
            add(memory.data(), memory.offset() + line * LINE, memory.pitch(), rows);
        }
    }

    private void add(float[] array, int start, int step, int count) {
        if (pieces == starts.length) {
            arrays = Arrays.copyOf(arrays, 2 * pieces);
            starts = Arrays.copyOf(starts, 2 * pieces);
            steps = Arrays.copyOf(steps, 2 * pieces);
            counts = Arrays.copyOf(counts, 2 * pieces);
        }
        arrays[pieces] = array;
        starts[pieces] = start;
        steps[pieces] = step;
        counts[pieces] = Math.min(count, (array.length - 1 - start) / step + 1);
        pieces++;
    }

    /// Says where the next touches go: to `data()[at() + i * step()]` for i in 0 … touches−1.
    void take(int touches) {
        if (piece == pieces) {
            if (step != 0) { // NOTHING is shared between threads, so it is never written
                step = 0;
            }
            return;
        }
        data = arrays[piece];
        at = starts[piece];
        step = steps[piece];
        if (touches < counts[piece]) {
            starts[piece] += touches * step;
            counts[piece] -= touches;
        } else {
            if ((long) at + (long) (touches - 1) * step >= data.length) {
                step = 0;
            }
            piece++;
        }
    }

    float[] data() {
        return data;
    }

    int at() {
        return at;
    }

    int step() {
        return step;
    }

    /// Keeps what was read, or the compiler would leave the reading out.
    void keep(float value) {
        if (pieces > 0) {
            sum += value;
        }
    }

    /// The sum of all values that were read.
    float sum() {
        return sum;
    }
}
