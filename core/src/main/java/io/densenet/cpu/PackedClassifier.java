package io.densenet.cpu;

import io.densenet.arch.FeaturePoint;
import io.densenet.arch.Shape;
import io.densenet.data.ImageBatch;
import io.densenet.engine.BatchChecks;
import io.densenet.engine.FeatureExtractor;
import java.util.List;

/// A network whose weights no longer change. Any number of threads may call it at once.
final class PackedClassifier implements FeatureExtractor {
    private final Shape image;
    private final Compute compute;
    private final InferenceNetwork network;
    private final FeatureTaps taps;
    private final String description;

    PackedClassifier(Shape image, Compute compute, InferenceNetwork network, FeatureTaps taps, String description) {
        this.image = image;
        this.compute = compute;
        this.network = network;
        this.taps = taps;
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
    public List<FeaturePoint> featurePoints() {
        return taps.points();
    }

    @Override
    public void features(ImageBatch images, FeaturePoint point, float[] logits, float[] features) {
        BatchChecks.requireShape(images, image);
        BatchChecks.requireRoom(images, numClasses(), logits);
        BatchChecks.requireRoom(images, point, features);
        network.features(images, logits, taps.at(point), features);
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
