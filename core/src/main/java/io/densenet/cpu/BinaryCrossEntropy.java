package io.densenet.cpu;

/// Cross-entropy of one image that may have several classes: the mean over all classes of what the sigmoid of each
/// logit says, in double precision. A class of which nothing is known adds 0.
record BinaryCrossEntropy(int numClasses) {
    /// The loss −(1/K) Σ target·log σ(z) + (1 − target)·log(1 − σ(z)) and its gradient.
    ///
    /// @param at        of the image's first logit, target and gradient
    /// @param targets   NaN where nothing is known
    /// @param scale     of the gradient
    /// @param gradients receives scale·(σ(z) − target)/K
    double apply(float[] logits, float[] targets, int at, double scale, double[] gradients) {
        double loss = 0;
        for (int k = at; k < at + numClasses; k++) {
            double target = targets[k];
            if (Double.isNaN(target)) {
                gradients[k] = 0;
                continue;
            }
            double z = logits[k];
            double small = StrictMath.exp(-Math.abs(z)); // never overflows
            double probability = (z >= 0 ? 1 : small) / (1 + small);
            loss += Math.max(z, 0) - z * target + StrictMath.log1p(small);
            gradients[k] = scale * (probability - target) / numClasses;
        }
        return loss / numClasses;
    }
}
