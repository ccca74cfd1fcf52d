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

    long scratchBytes() {
        return idle.stream().mapToLong(Scratch::bytes).sum();
    }

    private void withScratch(Consumer<Scratch> task) {
        Scratch scratch = idle.poll();
        if (scratch == null) {
            scratch = new Scratch();
        }
        task.accept(scratch);
        idle.add(scratch);
    }

    @Override
    public void close() {
        workers.close();
    }
}
