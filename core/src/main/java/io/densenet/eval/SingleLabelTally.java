package io.densenet.eval;

import io.densenet.data.ImageBatch;
import io.densenet.engine.TopClass;

/// Counts of which class each image was taken for.
final class SingleLabelTally implements Tally {
    private static final int TOP = 5;

    private final int[][] confusion;
    private int images;
    private int inTop1;
    private int inTop5;
    private double loss;

    SingleLabelTally(int numClasses) {
        confusion = new int[numClasses][numClasses];
    }

    @Override
    public void add(ImageBatch batch, int number, float[] logits) {
        add(logits, batch.labels()[number]);
    }

    /// Of equal logits the lower class counts as the larger one, as in an argmax; a logit that is not a number is
    /// never right.
    void add(float[] logits, int label) {
        float right = logits[label];
        int ahead = 0;
        for (int c = 0; c < logits.length; c++) {
            if (logits[c] > right || (logits[c] == right && c < label)) {
                ahead++;
            }
        }
        boolean comparable = !Float.isNaN(right);
        images++;
        inTop1 += comparable && ahead == 0 ? 1 : 0;
        inTop5 += comparable && ahead < TOP ? 1 : 0;
        confusion[label][TopClass.of(logits, 0, logits.length)]++;
        loss -= Softmax.logProbability(logits, 0, logits.length, label);
    }

    @Override
    public Evaluation.SingleLabel evaluation() {
        return new Evaluation.SingleLabel(
                images, loss / images, 100.0 * inTop1 / images, 100.0 * inTop5 / images, confusion);
    }
}
