package io.densenet.engine;

import io.densenet.arch.Shape;
import io.densenet.data.ImageBatch;

/// A network with weights that gives logits. Close it to free what it holds outside the Java heap.
public interface Classifier extends AutoCloseable {
    /// Shape of the images that it takes.
    Shape inputShape();

    int numClasses();

    /// Logits of a batch, with the running statistics in every batch norm and no dropout.
    ///
    /// @param out receives N × numClasses values, row-major
    /// @throws IllegalArgumentException when the images have another shape or `out` is too short
    void logits(ImageBatch images, float[] out);

    /// What runs it, for a person: engine, version, device, layout.
    String description();

    @Override
    void close();
}
