package io.densenet.app.bench;

import java.util.Locale;

/// How long a contestant computes before the next one does: a number of steps, or whole steps until a time is
/// over.
///
/// @param steps   0 when the time decides
/// @param seconds 0 when the steps decide
record Turn(int steps, double seconds) {
    static Turn ofSeconds(double seconds) {
        return new Turn(0, seconds);
    }

    static Turn ofSteps(int steps) {
        return new Turn(steps, 0);
    }

    /// What a turn came to.
    record Outcome(int steps, double seconds) {}

    /// Takes the turn: at least one step.
    Outcome take(Contestant contestant) {
        long start = System.nanoTime();
        int taken = 0;
        double elapsed;
        do {
            contestant.step();
            taken++;
            elapsed = (System.nanoTime() - start) / 1e9;
        } while (taken < steps || elapsed < seconds);
        return new Outcome(taken, elapsed);
    }

    @Override
    public String toString() {
        return steps > 0
                ? "%d step%s".formatted(steps, steps == 1 ? "" : "s")
                : String.format(Locale.ROOT, "%s s", seconds);
    }
}
