package io.densenet.cpu;

import io.densenet.arch.DenseNet;
import io.densenet.arch.Shape;
import io.densenet.data.ImageBatch;
import io.densenet.engine.Step;
import io.densenet.engine.StepResult;

/// A network of which only the classifier is trained.
final class LastLayerTraining implements TrainingSteps {
    private final PooledFeatures features;
    private final ClassifierTraining classifier;

    LastLayerTraining(Compute compute, NetworkState state, DenseNet network, Shape image, int images) {
        features = new PooledFeatures(compute, state, network, image);
        classifier = new ClassifierTraining(compute, state, network.head(), images);
    }

    @Override
    public StepResult gradients(ImageBatch batch, Step step) {
        features.forEach(batch, (image, _, pooled) -> {
            System.arraycopy(pooled, 0, classifier.pooled(), classifier.at(image), pooled.length);
            classifier.logits(image);
        });
        StepResult result = classifier.loss(batch, step);
        classifier.addGradients();
        return result;
    }
}
