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
/// @param classWeighting    how much the images of a class count
/// @param headRateFactor    what the learning rate is multiplied with for the classifier, which is new where a
///                          trained network is fitted to other classes; 1 in the paper
public record TrainingConfig(
        int epochs,
        int batchSize,
        int accumulationSteps,
        long seed,
        Schedule schedule,
        Sgd optimizer,
        double labelSmoothing,
        Augmentation augmentation,
        ClassWeighting classWeighting,
        double headRateFactor) {
    public TrainingConfig {
        requirePositive("epochs", epochs);
        requirePositive("batch size", batchSize);
        requirePositive("accumulation steps", accumulationSteps);
        if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
            throw new IllegalArgumentException("label smoothing must lie in [0, 1), was " + labelSmoothing);
        }
        if (!(headRateFactor > 0) || Double.isInfinite(headRateFactor)) {
            throw new IllegalArgumentException("the classifier's rate must be positive, was " + headRateFactor);
        }
    }

    /// All images count the same, and all parameters move at one rate.
    public TrainingConfig(
            int epochs,
            int batchSize,
            int accumulationSteps,
            long seed,
            Schedule schedule,
            Sgd optimizer,
            double labelSmoothing,
            Augmentation augmentation) {
        this(
                epochs,
                batchSize,
                accumulationSteps,
                seed,
                schedule,
                optimizer,
                labelSmoothing,
                augmentation,
                ClassWeighting.NONE,
                1);
    }

    /// The same for a trained network that is fitted to other classes.
    public TrainingConfig withFineTuning(ClassWeighting weighting, double headRate) {
        return new TrainingConfig(
                epochs,
                batchSize,
                accumulationSteps,
                seed,
                schedule,
                optimizer,
                labelSmoothing,
                augmentation,
                weighting,
                headRate);
    }

    private static void requirePositive(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("%s must be positive, was %d".formatted(what, value));
        }
    }
}
