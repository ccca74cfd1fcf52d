package io.densenet.train;

import io.densenet.data.Augmentation;

/// Everything that decides the bits of a training run, besides the network, the images and the engine. [Settings]
/// has a line for each part, which a resumed run compares.
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

    private static void requirePositive(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("%s must be positive, was %d".formatted(what, value));
        }
    }
}
