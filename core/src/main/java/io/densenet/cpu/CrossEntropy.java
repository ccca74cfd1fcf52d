package io.densenet.cpu;

import io.densenet.engine.TopClass;

/// Softmax cross-entropy of one image, in double precision.
///
/// @param labelSmoothing part of the target that is spread evenly over all classes
record CrossEntropy(int numClasses, double labelSmoothing) {
    /// The loss −Σ target·log p and its gradient.
    ///
    /// @param scale     of the gradient
    /// @param gradients receives scale·(p − target)
    double apply(float[] logits, int at, int label, double scale, double[] gradients) {
        double largest = logits[at + TopClass.of(logits, at, numClasses)];
        double sum = 0;
        for (int k = 0; k < numClasses; k++) {
            sum += StrictMath.exp(logits[at + k] - largest);
        }
        double logSum = largest + StrictMath.log(sum);
        double loss = 0;
        for (int k = 0; k < numClasses; k++) {
            double target = labelSmoothing / numClasses + (k == label ? 1 - labelSmoothing : 0);
            double logProbability = logits[at + k] - logSum;
            loss -= target == 0 ? 0 : target * logProbability;
            gradients[at + k] = scale * (StrictMath.exp(logProbability) - target);
        }
        return loss;
    }
}
