package io.densenet.eval;

/// Logits to probabilities, in double and without overflow.
public final class Softmax {
    private Softmax() {}

    /// Probabilities of the `classes` logits that start at `offset`.
    public static double[] probabilities(float[] logits, int offset, int classes) {
        double logSum = logSumOfExponentials(logits, offset, classes);
        double[] probabilities = new double[classes];
        for (int c = 0; c < classes; c++) {
            probabilities[c] = Math.exp(logits[offset + c] - logSum);
        }
        return probabilities;
    }

    /// Natural logarithm of the probability of one class.
    public static double logProbability(float[] logits, int offset, int classes, int classIndex) {
        return logits[offset + classIndex] - logSumOfExponentials(logits, offset, classes);
    }

    private static double logSumOfExponentials(float[] logits, int offset, int classes) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < classes; c++) {
            largest = Math.max(largest, logits[offset + c]);
        }
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            sum += Math.exp(logits[offset + c] - largest);
        }
        return largest + Math.log(sum);
    }
}
