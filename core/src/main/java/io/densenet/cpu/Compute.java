package io.densenet.cpu;

import io.densenet.cpu.kernel.Kernels;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/// What computes: kernels, threads, and scratch memory for each task that runs.
final class Compute implements AutoCloseable {
    /// What a task does with its chunk.
    interface ChunkTask {
        void run(Chunk chunk, Scratch scratch);
    }

    /// Rows that products handle best are a multiple of this.
    private static final int ROW_GROUP = 8;

    /// Operations that take longer than waking a thread.
    private static final int WORTH_A_THREAD = 50_000;

    private final Kernels kernels;
    private final Workers workers;
    private volatile boolean backwards;
    private final Queue<Scratch> idle = new ConcurrentLinkedQueue<>();

    Compute(Kernels kernels, int threads) {
        this.kernels = kernels;
        this.workers = new Workers(threads);
    }

    Kernels kernels() {
        return kernels;
    }

    int threads() {
        return workers.threads();
    }

    /// What a task does with consecutive rows.
    interface RowsTask {
        void run(int firstRow, int endRow, Scratch scratch);
    }

    /// Runs a task for `parts` nearly equal parts of some rows, on all threads.
    void forEachRows(int rows, int parts, RowsTask task) {
        int groups = (rows + ROW_GROUP - 1) / ROW_GROUP;
        workers.run(
                parts,
                i -> withScratch(scratch -> task.run(
                        groups * i / parts * ROW_GROUP,
                        Math.min(groups * (i + 1) / parts * ROW_GROUP, rows),
                        scratch)));
    }

    /// Runs a task for each chunk, on all threads; returns when all are done.
    ///
    /// Every other loop goes through the chunks backwards: what the loop before touched last is still in the
    /// cache.
    void forEach(List<Chunk> chunks, ChunkTask task) {
        backwards = !backwards;
        List<Chunk> ordered = backwards ? chunks.reversed() : chunks;
        workers.run(ordered.size(), i -> withScratch(scratch -> task.run(ordered.get(i), scratch)));
    }

    /// Runs a task for 0 … tasks−1, on all threads; loops inside stay in their thread.
    void forEach(int tasks, IntConsumer task) {
        workers.run(tasks, task);
    }

    /// What a task does with some of many items that do not depend on one another.
    interface RangeTask {
        void run(int first, int end);
    }

    /// Runs a task for parts of 0 … items−1, on as many threads as pay.
    ///
    /// @param operations in all, roughly
    void forEachPart(int items, long operations, RangeTask task) {
        int parts = Math.clamp(operations / WORTH_A_THREAD, 1, Math.min(threads(), items));
        workers.run(parts, i -> task.run((int) ((long) items * i / parts), (int) ((long) items * (i + 1) / parts)));
    }

    long scratchBytes() {
        return idle.stream().mapToLong(Scratch::bytes).sum();
    }

    private void withScratch(Consumer<Scratch> task) {
        Scratch scratch = idle.poll();
        if (scratch == null) {
            scratch = new Scratch();
        }
        task.accept(scratch);
        scratch.ahead(); // or it would keep arrays that are not in use any more
        idle.add(scratch);
    }

    @Override
    public void close() {
        workers.close();
    }
}
