package io.densenet.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// Threads that wait for loops to share. A network has several loops a layer, some shorter than starting a
/// thread, so these stay and look out for the next loop for a moment before they sleep; they do not spin
/// longer, for then any other process that wants a core would slow everything down.
///
/// Which thread runs which task is left to chance; callers see to it that this cannot show.
final class Workers implements AutoCloseable {
    private static final long SPIN_NANOS = 50_000;

    /// One loop.
    private static final class Loop {
        private final int tasks;
        private final IntConsumer task;
        private final Thread owner = Thread.currentThread();
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger done = new AtomicInteger();
        private volatile @Nullable Throwable failure;

        Loop(int tasks, IntConsumer task) {
            this.tasks = tasks;
            this.task = task;
        }

        void takePart() {
            for (int t = next.getAndIncrement(); t < tasks; t = next.getAndIncrement()) {
                try {
                    if (failure == null) {
                        task.accept(t);
                    }
                } catch (Throwable e) { // told to the owner
                    failure = e;
                } finally {
                    if (done.incrementAndGet() == tasks) {
                        LockSupport.unpark(owner);
                    }
                }
            }
        }

        boolean isDone() {
            return done.get() == tasks;
        }
    }

    private final List<Thread> threads = new ArrayList<>();
    private final ReentrantLock busy = new ReentrantLock();
    private volatile @Nullable Loop current;
    private volatile boolean closed;

    /// @param threads in all, the caller's among them
    Workers(int threads) {
        for (int t = 1; t < threads; t++) {
            this.threads.add(
                    Thread.ofPlatform().name("densenet-cpu-" + t).daemon().start(this::work));
        }
    }

    int threads() {
        return threads.size() + 1;
    }

    /// Runs `task` for 0 … tasks−1 and returns when all are done. A call from within a task, or while another
    /// thread's loop runs, runs in the caller's thread alone.
    void run(int tasks, IntConsumer task) {
        if (threads.isEmpty() || tasks == 1 || busy.isHeldByCurrentThread() || !busy.tryLock()) {
            for (int t = 0; t < tasks; t++) {
                task.accept(t);
            }
            return;
        }
        try {
            Loop loop = new Loop(tasks, task);
            current = loop;
            threads.forEach(LockSupport::unpark);
            loop.takePart();
            await(loop);
            current = null;
            rethrow(loop.failure);
        } finally {
            busy.unlock();
        }
    }

    private static void await(Loop loop) {
        boolean interrupted = false;
        long start = System.nanoTime();
        while (!loop.isDone()) {
            if (System.nanoTime() - start < SPIN_NANOS) {
                Thread.onSpinWait();
            } else {
                LockSupport.park(loop);
                interrupted |= Thread.interrupted(); // the tasks still use the caller's arrays
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void rethrow(@Nullable Throwable failure) {
        switch (failure) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failure);
        }
    }

    private void work() {
        Loop last = null;
        long start = System.nanoTime();
        while (!closed) {
            Loop loop = current;
            if (loop != null && loop != last) {
                loop.takePart();
                last = loop;
                start = System.nanoTime();
            } else if (System.nanoTime() - start < SPIN_NANOS) {
                Thread.onSpinWait();
            } else {
                LockSupport.park(this);
                start = System.nanoTime();
            }
        }
    }

    /// Lets the threads end. Nobody may be running a loop.
    @Override
    public void close() {
        closed = true;
        threads.forEach(LockSupport::unpark);
    }
}
