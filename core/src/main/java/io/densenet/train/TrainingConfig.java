package io.densenet.train;

import io.densenet.data.Augmentation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// Everything that decides the bits of a training run, besides the network, the images and the engine.
///
/// @param epochs            passes over the training images
/// @param batchSize         images of one forward pass; 64 in the paper for CIFAR
/// @param accumulationSteps forward passes of one optimizer step
/// @param seed              of every random stream
/// @param schedule          of the learning rate
/// @param optimizer         and its settings
/// @param labelSmoothing    part of the target spread evenly over all classes, 0 in the paper
/// @param augmentation      of the training images
public record TrainingConfig(
        int epochs,
        int batchSize,
        int accumulationSteps,
        long seed,
        Schedule schedule,
        Sgd optimizer,
        double labelSmoothing,
        Augmentation augmentation) {
    public TrainingConfig {
        requirePositive("epochs", epochs);
        requirePositive("batch size", batchSize);
        requirePositive("accumulation steps", accumulationSteps);
        if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
            throw new IllegalArgumentException("label smoothing must lie in [0, 1), was " + labelSmoothing);
        }
    }

    /// The settings by name, for checkpoints and for comparing two runs.
    SequencedMap<String, String> settings() {
        SequencedMap<String, String> settings = new LinkedHashMap<>();
        settings.put("epochs", Integer.toString(epochs));
        settings.put("batch size", Integer.toString(batchSize));
        settings.put("accumulation steps", Integer.toString(accumulationSteps));
        settings.put("seed", Long.toString(seed));
        settings.put("schedule", schedule.toString());
        settings.put("optimizer", optimizer.toString());
        settings.put("label smoothing", Double.toString(labelSmoothing));
        settings.put("augmentation", augmentation.toString());
        return settings;
    }

    private static void requirePositive(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("%s must be positive, was %d".formatted(what, value));
        }
    }

    /// One sentence for the first setting in which two runs differ, or nothing.
    static Optional<String> firstDifference(Map<String, String> before, Map<String, String> now) {
        return now.entrySet().stream()
                .filter(entry -> !entry.getValue().equals(before.get(entry.getKey())))
                .map(entry ->
                        "%s was %s, is now %s".formatted(entry.getKey(), before.get(entry.getKey()), entry.getValue()))
                .findFirst();
    }
}
