package io.densenet.engine;

import io.densenet.arch.FeaturePoint;
import io.densenet.arch.Shape;
import io.densenet.data.ImageBatch;

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

    /// Refuses labels that are no classes.
    ///
    /// @throws IllegalArgumentException when a label is not a class
    public static void requireLabels(ImageBatch batch, int numClasses) {
        for (int n = 0; n < batch.size(); n++) {
            int label = batch.labels()[n];
            if (label < 0 || label >= numClasses) {
                throw new IllegalArgumentException("label of image %d of the batch: expected 0 to %d, found %d"
                        .formatted(n, numClasses - 1, label));
            }
        }
    }
}
