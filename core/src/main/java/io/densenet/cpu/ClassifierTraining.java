package io.densenet.cpu;

import io.densenet.arch.Head;
import io.densenet.cpu.kernel.Kernels;
import io.densenet.data.ImageBatch;
import io.densenet.engine.ExactMatch;
import io.densenet.engine.Step;
import io.densenet.engine.StepResult;
import io.densenet.engine.TopClass;
import java.util.Arrays;

/// The linear layer behind the pooled features, and its loss, in training.
final class ClassifierTraining {
    private final Compute compute;
    private final NetworkState state;
    private final Head head;
    private final int images;
    private final int weightAt;
    private final int biasAt;
    private final int pitch;
    private final float[] pooled;
    private final float[] logits;
    private final double[] logitGradients;

    ClassifierTraining(Compute compute, NetworkState state, Head head, int images) {
        this.compute = compute;
        this.state = state;
        this.head = head;
        this.images = images;
        weightAt = state.offset("classifier.weight");
        biasAt = state.offset("classifier.bias");
        pitch = BlockMemory.tilePitch(head.inputChannels());
        pooled = new float[Math.multiplyExact(images, pitch) + Kernels.PANEL];
        logits = new float[Math.multiplyExact(images, head.numClasses())];
        logitGradients = new double[logits.length];
    }

    /// What the classifier reads, an image a row.
    float[] pooled() {
        return pooled;
    }

    /// Where an image's features begin in [#pooled()].
    int at(int image) {
        return image * pitch;
    }

    /// Writes the logits of an image whose features are there.
    void logits(int image) {
        float[] values = state.arena().values();
        for (int k = 0; k < head.numClasses(); k++) {
            double sum = values[biasAt + k];
            int from = weightAt + k * head.inputChannels();
            for (int c = 0; c < head.inputChannels(); c++) {
                sum += (double) values[from + c] * pooled[at(image) + c];
            }
            logits[image * head.numClasses() + k] = (float) sum;
        }
    }

    /// The loss of all logits, and its gradient.
    StepResult loss(ImageBatch batch, Step step) {
        return switch (batch.task()) {
            case SINGLE_LABEL -> crossEntropy(batch, step);
            case MULTI_LABEL -> binaryCrossEntropy(batch, step);
        };
    }

    private StepResult crossEntropy(ImageBatch batch, Step step) {
        CrossEntropy entropy = new CrossEntropy(head.numClasses(), step.labelSmoothing());
        int correct = 0;
        double loss = 0;
        for (int n = 0; n < batch.size(); n++) {
            int at = n * head.numClasses();
            int label = batch.labels()[n];
            double weight = step.weight(label);
            double scale = step.gradientScale() * weight / batch.size();
            loss += weight * entropy.apply(logits, at, label, scale, logitGradients);
            correct += TopClass.of(logits, at, head.numClasses()) == label ? 1 : 0;
        }
        return new StepResult(loss / batch.size(), correct);
    }

    private StepResult binaryCrossEntropy(ImageBatch batch, Step step) {
        BinaryCrossEntropy entropy = new BinaryCrossEntropy(head.numClasses());
        int correct = 0;
        double loss = 0;
        for (int n = 0; n < batch.size(); n++) {
            int at = n * head.numClasses();
            double scale = step.gradientScale() / batch.size();
            loss += entropy.apply(logits, batch.targets(), at, scale, logitGradients);
            correct += ExactMatch.of(logits, batch.targets(), at, head.numClasses()) ? 1 : 0;
        }
        return new StepResult(loss / batch.size(), correct);
    }

    /// Gradient of an image's features; call it behind [#loss].
    double[] featureGradient(int image) {
        float[] values = state.arena().values();
        double[] sums = new double[head.inputChannels()];
        for (int k = 0; k < head.numClasses(); k++) {
            double gradient = logitGradients[image * head.numClasses() + k];
            int from = weightAt + k * head.inputChannels();
            for (int c = 0; c < sums.length; c++) {
                sums[c] += gradient * values[from + c];
            }
        }
        return sums;
    }

    /// Adds the gradients of weight and bias.
    void addGradients() {
        long operations = (long) head.numClasses() * head.inputChannels() * images;
        compute.forEachPart(head.numClasses(), operations, this::addGradients);
    }

    private void addGradients(int firstClass, int endClass) {
        float[] gradients = state.arena().gradients();
        for (int k = firstClass; k < endClass; k++) {
            double[] sums = new double[head.inputChannels() + 1];
            for (int n = 0; n < images; n++) {
                double gradient = logitGradients[n * head.numClasses() + k];
                for (int c = 0; c < head.inputChannels(); c++) {
                    sums[c] += gradient * pooled[at(n) + c];
                }
                sums[head.inputChannels()] += gradient;
            }
            for (int c = 0; c < head.inputChannels(); c++) {
                gradients[weightAt + k * head.inputChannels() + c] += (float) sums[c];
            }
            gradients[biasAt + k] += (float) sums[head.inputChannels()];
        }
    }

    /// Makes room for the sums of an image's features.
    void clear(int image) {
        Arrays.fill(pooled, at(image), at(image) + pitch, 0);
    }
}
