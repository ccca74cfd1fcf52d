package io.densenet.app.train;

import io.densenet.train.TrainingListener;
import java.util.List;

/// Several listeners as one.
record Listeners(List<TrainingListener> listeners) implements TrainingListener {
    @Override
    public void onStep(StepProgress progress) {
        listeners.forEach(listener -> listener.onStep(progress));
    }

    @Override
    public void onEpoch(EpochSummary summary) {
        listeners.forEach(listener -> listener.onEpoch(summary));
    }
}
