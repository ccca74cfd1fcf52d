package io.densenet.train;

/// When to stop early and how often to save; none of it changes the bits of what is computed. 0 always means
/// "no limit".
///
/// @param maxSteps             optimizer steps after which to stop
/// @param maxHours             of computing, over all processes of the run, after which to stop
/// @param patience             epochs without a better validation top-1 after which to stop
/// @param checkpointEverySteps optimizer steps between checkpoints within an epoch; the end of an epoch always
///                             saves
public record Limits(long maxSteps, double maxHours, int patience, int checkpointEverySteps) {
    /// To the end, saving at the end of each epoch.
    public static final Limits NONE = new Limits(0, 0, 0, 0);

    public Limits {
        if (maxSteps < 0 || !(maxHours >= 0) || patience < 0 || checkpointEverySteps < 0) {
            throw new IllegalArgumentException(
                    "limits must not be negative, was max steps %d, max hours %s, patience %d, checkpoint every %d steps"
                            .formatted(maxSteps, maxHours, patience, checkpointEverySteps));
        }
    }
}
