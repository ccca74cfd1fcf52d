package io.densenet.data;

import java.io.IOException;

/// Multinomial logistic regression on raw pixels: what a linear model can do on a data set, so that tests can
/// ask of a network that it does better.
///
/// Trained on mini-batches with momentum and a learning rate that falls to zero along a cosine; no random
/// numbers but those of [BatchLoader].
public final class SoftmaxRegression {
    private static final int BATCH_SIZE = 100;
    private static final double LEARNING_RATE = 0.02;
    private static final double MOMENTUM = 0.9;
    private static final double WEIGHT_DECAY = 1e-3;

    private final int inputs;
    private final int classes;
    private final double[] weights; // classes × (inputs + 1), the bias last
    private final double[] velocity;

    private SoftmaxRegression(int inputs, int classes) {
        this.inputs = inputs;
        this.classes = classes;
        this.weights = new double[classes * (inputs + 1)];
        this.velocity = new double[weights.length];
    }

    /// Trains on the training images, always the same way.
    public static SoftmaxRegression train(ImageDataset train, Preprocessing preprocessing, int epochs)
            throws IOException {
        int inputs = new Transforms(preprocessing).valuesPerImage();
        SoftmaxRegression model =
                new SoftmaxRegression(inputs, train.classNames().size());
        for (int epoch = 0; epoch < epochs; epoch++) {
            double learningRate = LEARNING_RATE * (1 + StrictMath.cos(Math.PI * epoch / epochs)) / 2;
            TrainingOrder order = new TrainingOrder(1, epoch, 0);
            try (BatchLoader loader =
                    BatchLoader.training(train, preprocessing, new Augmentation.None(), BATCH_SIZE, order, 1)) {
                for (ImageBatch batch = loader.next(); batch != null; batch = loader.next()) {
                    model.step(batch, learningRate);
                }
            }
        }
        return model;
    }

    /// Share of the images whose class gets the highest score, in percent.
    public double top1(ImageDataset dataset, Preprocessing preprocessing) throws IOException {
        int correct = 0;
        try (BatchLoader loader = BatchLoader.inOrder(dataset, preprocessing, BATCH_SIZE, 1)) {
            for (ImageBatch batch = loader.next(); batch != null; batch = loader.next()) {
                for (int i = 0; i < batch.size(); i++) {
                    correct += best(scores(batch, i)) == batch.labels()[i] ? 1 : 0;
                }
            }
        }
        return 100.0 * correct / dataset.size();
    }

    private void step(ImageBatch batch, double learningRate) {
        double[] gradients = new double[weights.length];
        for (int i = 0; i < batch.size(); i++) {
            double[] errors = probabilities(scores(batch, i));
            errors[batch.labels()[i]] -= 1;
            for (int c = 0; c < classes; c++) {
                int row = c * (inputs + 1);
                for (int j = 0; j < inputs; j++) {
                    gradients[row + j] += errors[c] * batch.pixels()[i * inputs + j];
                }
                gradients[row + inputs] += errors[c];
            }
        }
        for (int i = 0; i < weights.length; i++) {
            double gradient = gradients[i] / batch.size() + WEIGHT_DECAY * weights[i];
            velocity[i] = MOMENTUM * velocity[i] + gradient;
            weights[i] -= learningRate * velocity[i];
        }
    }

    private double[] scores(ImageBatch batch, int image) {
        double[] scores = new double[classes];
        for (int c = 0; c < classes; c++) {
            int row = c * (inputs + 1);
            double sum = weights[row + inputs];
            for (int j = 0; j < inputs; j++) {
                sum += weights[row + j] * batch.pixels()[image * inputs + j];
            }
            scores[c] = sum;
        }
        return scores;
    }

    private static int best(double[] scores) {
        int best = 0;
        for (int c = 1; c < scores.length; c++) {
            best = scores[c] > scores[best] ? c : best;
        }
        return best;
    }

    private static double[] probabilities(double[] scores) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double score : scores) {
            largest = Math.max(largest, score);
        }
        double sum = 0;
        double[] probabilities = new double[scores.length];
        for (int i = 0; i < scores.length; i++) {
            probabilities[i] = StrictMath.exp(scores[i] - largest);
            sum += probabilities[i];
        }
        for (int i = 0; i < scores.length; i++) {
            probabilities[i] /= sum;
        }
        return probabilities;
    }
}
