package io.densenet.cpu;

import io.densenet.cpu.kernel.FmaChains;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// The most floating-point operations that this machine does in a second: fused multiply-adds on registers,
/// with vectors as wide as the engine's. What an engine reaches of it says how good the engine is, whatever
/// the machine.
///
/// It changes with temperature and with who else computes, so it is measured in the same minute as what is
/// compared with it.
public final class FmaCeiling {
    private static final int SLICES = 5;
    private static final double WARM_UP_SECONDS = 0.3;
    private static final double SLICE_SECONDS = 0.1;
    private static final int STEPS = 100_000;
    private static final int OPERATIONS_OF_A_MULTIPLY_ADD = 2;

    private FmaCeiling() {}

    /// Measures for about a second: the best of several slices.
    ///
    /// @param threads that compute at the same time
    /// @return 10⁹ floating-point operations a second, of all threads together; a multiply-add counts as two
    public static double gigaflopsPerSecond(int threads) {
        FmaChains chains = FmaChains.best();
        rate(chains, WARM_UP_SECONDS);
        double best = 0;
        for (int slice = 0; slice < SLICES; slice++) {
            best = Math.max(best, together(chains, threads));
        }
        return best / 1e9;
    }

    /// One slice on all threads at once, operations a second.
    private static double together(FmaChains chains, int threads) {
        double[] rates = new double[threads];
        CountDownLatch start = new CountDownLatch(threads);
        List<Thread> running = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int self = t;
            running.add(Thread.ofPlatform().start(() -> {
                start.countDown();
                while (start.getCount() > 0) {
                    Thread.onSpinWait();
                }
                rates[self] = rate(chains, SLICE_SECONDS);
            }));
        }
        boolean interrupted = false;
        double sum = 0;
        for (int t = 0; t < threads; t++) {
            interrupted |= join(running.get(t));
            sum += rates[t];
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return sum;
    }

    /// Waits for a thread that ends soon.
    ///
    /// @return whether the caller was interrupted meanwhile
    private static boolean join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    /// Operations a second of the calling thread.
    private static double rate(FmaChains chains, double seconds) {
        long start = System.nanoTime();
        long steps = 0;
        double elapsed;
        do {
            if (Float.isNaN(chains.run(STEPS))) { // never, but then the result is used
                throw new IllegalStateException("multiply-adds of small numbers gave NaN");
            }
            steps += STEPS;
            elapsed = (System.nanoTime() - start) / 1e9;
        } while (elapsed < seconds);
        return (double) OPERATIONS_OF_A_MULTIPLY_ADD * steps * chains.multiplyAddsPerStep() / elapsed;
    }
}
