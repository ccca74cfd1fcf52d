package io.densenet.cpu;

import io.densenet.arch.Shape;
import io.densenet.data.ImageBatch;
import io.densenet.engine.BatchChecks;
import io.densenet.engine.Classifier;

/// A network whose weights no longer change. Any number of threads may call it at once.
final class PackedClassifier implements Classifier {
    private final Shape image;
    private final Compute compute;
    private final InferenceNetwork network;
    private final String description;

    PackedClassifier(Shape image, Compute compute, InferenceNetwork network, String description) {
        this.image = image;
        this.compute = compute;
        this.network = network;
        this.description = description;
    }

    @Override
    public Shape inputShape() {
        return image;
    }

    @Override
    public int numClasses() {
        return network.numClasses();
    }

    @Override
    public void logits(ImageBatch images, float[] out) {
        BatchChecks.requireShape(images, image);
        BatchChecks.requireRoom(images, numClasses(), out);
        network.logits(images, out);
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public void close() {
        compute.close();
    }
}
