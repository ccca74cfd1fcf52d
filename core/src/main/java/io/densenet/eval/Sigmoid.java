package io.densenet.eval;

/// A logit that stands for itself, as probability, in double and without overflow.
public final class Sigmoid {
    private Sigmoid() {}

    /// σ(z), from 0 to 1.
    public static double probability(float logit) {
        double small = Math.exp(-Math.abs((double) logit));
        return (logit >= 0 ? 1 : small) / (1 + small);
    }

    /// −log σ(z) for a target of 1 and −log(1 − σ(z)) for one of 0; in between, both by their parts.
    public static double crossEntropy(float logit, float target) {
        return Math.max(logit, 0) - (double) logit * target + Math.log1p(Math.exp(-Math.abs((double) logit)));
    }
}
