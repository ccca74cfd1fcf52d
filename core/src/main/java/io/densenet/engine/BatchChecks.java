package io.densenet.engine;

import io.densenet.arch.FeaturePoint;
import io.densenet.arch.Shape;
import io.densenet.data.ImageBatch;
import io.densenet.data.Task;

/// What every engine asks of a batch before it computes. Says nothing of the network's own needs.
public final class BatchChecks {
    private BatchChecks() {}

    /// Refuses images of another shape.
    ///
    /// @throws IllegalArgumentException when they have one
    public static void requireShape(ImageBatch batch, Shape image) {
        Shape found = new Shape(batch.channels(), batch.height(), batch.width());
        if (!found.equals(image)) {
            throw new IllegalArgumentException("the network takes images of %s, found %s".formatted(image, found));
        }
    }

    /// Refuses an array that is too short for the logits.
    ///
    /// @return the number of logits
    /// @throws IllegalArgumentException when they do not fit into `out`
    public static int requireRoom(ImageBatch batch, int numClasses, float[] out) {
        int length = Math.multiplyExact(batch.size(), numClasses);
        if (out.length < length) {
            throw new IllegalArgumentException(
                    "%d logits of %d images do not fit an array of %d".formatted(length, batch.size(), out.length));
        }
        return length;
    }

    /// Refuses an array that is too short for the features of a point.
    ///
    /// @return the number of values
    /// @throws IllegalArgumentException when they do not fit into `out`
    public static int requireRoom(ImageBatch batch, FeaturePoint point, float[] out) {
        int length =
                Math.toIntExact(Math.multiplyExact(batch.size(), point.output().elements()));
        if (out.length < length) {
            throw new IllegalArgumentException("%d features %s of %d images do not fit an array of %d"
                    .formatted(length, point.name(), batch.size(), out.length));
        }
        return length;
    }

    /// Refuses labels that are no classes, and targets that are none.
    ///
    /// @throws IllegalArgumentException when a label is not a class, targets are missing, or one is neither NaN nor
    ///     from 0 to 1
    public static void requireLabels(ImageBatch batch, int numClasses) {
        switch (batch.task()) {
            case SINGLE_LABEL -> {
                for (int n = 0; n < batch.size(); n++) {
                    int label = batch.labels()[n];
                    if (label < 0 || label >= numClasses) {
                        throw new IllegalArgumentException("label of image %d of the batch: expected 0 to %d, found %d"
                                .formatted(n, numClasses - 1, label));
                    }
                }
            }
            case MULTI_LABEL -> requireTargets(batch, numClasses);
        }
    }

    private static void requireTargets(ImageBatch batch, int numClasses) {
        int length = Math.multiplyExact(batch.size(), numClasses);
        if (batch.targets().length < length) {
            throw new IllegalArgumentException("targets: expected %d of each of %d images, found %d for all"
                    .formatted(numClasses, batch.size(), batch.targets().length));
        }
        for (int i = 0; i < length; i++) {
            float target = batch.targets()[i];
            if (target < 0 || target > 1) {
                throw new IllegalArgumentException(
                        "target %d of image %d of the batch: expected 0 to 1 or NaN, found %s"
                                .formatted(i % numClasses, i / numClasses, target));
            }
        }
    }

    /// Refuses what is for images of one class each where they may have several.
    ///
    /// @throws IllegalArgumentException when the step spreads labels or weighs images by their class
    public static void requireSense(ImageBatch batch, Step step) {
        if (batch.task() == Task.MULTI_LABEL
                && (step.labelSmoothing() > 0 || !step.classWeights().isEmpty())) {
            throw new IllegalArgumentException(
                    "label smoothing and class weights are for images of one class each, not for several");
        }
    }
}
