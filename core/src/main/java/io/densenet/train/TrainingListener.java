package io.densenet.train;

import io.densenet.eval.Evaluation;
import org.jspecify.annotations.Nullable;

/// Hears how training goes: progress bars, logs, plots. Called on the training thread, so be quick.
public interface TrainingListener {
    /// After each optimizer step.
    default void onStep(StepProgress progress) {}

    /// After each epoch, when its checkpoint is on disk.
    default void onEpoch(EpochSummary summary) {}

    /// Where training stands within an epoch.
    ///
    /// @param epoch           from 1
    /// @param step            of this epoch, from 1
    /// @param loss            mean over the epoch so far
    /// @param accuracy        percent over the epoch so far, of what [io.densenet.engine.StepResult] counts
    /// @param imagesPerSecond of all batches of this process but the first, which warms up: waiting for images and
    ///                        computing, without checkpoints and validation; 0 until a second is done
    record StepProgress(
            int epoch,
            int epochs,
            int step,
            int stepsPerEpoch,
            double loss,
            double accuracy,
            double learningRate,
            double imagesPerSecond) {}

    /// One finished epoch.
    ///
    /// @param epoch      from 1
    /// @param step       optimizer steps since the start of the run
    /// @param seconds    since the start of the run, over all its processes
    /// @param trainLoss  mean over the epoch
    /// @param trainAccuracy percent over the epoch, of what [io.densenet.engine.StepResult] counts
    /// @param validation on the held-out images; null when there are none
    /// @param best       whether the validation's score is the best so far
    record EpochSummary(
            int epoch,
            long step,
            double seconds,
            double trainLoss,
            double trainAccuracy,
            @Nullable Evaluation validation,
            double learningRate,
            boolean best) {}
}
