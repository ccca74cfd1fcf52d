package io.densenet.eval;

import io.densenet.data.Task;

/// What the logits of a network say, as probabilities.
public final class Probabilities {
    private Probabilities() {}

    /// Of all classes of one image: they sum to 1 where an image has one class, each stands for itself where it may
    /// have several.
    public static double[] of(Task task, float[] logits) {
        return switch (task) {
            case SINGLE_LABEL -> Softmax.probabilities(logits, 0, logits.length);
            case MULTI_LABEL -> {
                double[] probabilities = new double[logits.length];
                for (int c = 0; c < logits.length; c++) {
                    probabilities[c] = Sigmoid.probability(logits[c]);
                }
                yield probabilities;
            }
        };
    }
}
