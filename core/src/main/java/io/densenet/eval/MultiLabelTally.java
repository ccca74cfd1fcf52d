package io.densenet.eval;

import io.densenet.data.ImageBatch;
import io.densenet.engine.ExactMatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Keeps what was said of each image and class that is known, for the areas under the ROC curves.
final class MultiLabelTally implements Tally {
    private final int numClasses;
    private final List<float[]> logits = new ArrayList<>();
    private final List<float[]> targets = new ArrayList<>();
    private int exact;
    private double loss;

    MultiLabelTally(int numClasses) {
        this.numClasses = numClasses;
    }

    @Override
    public void add(ImageBatch batch, int number, float[] own) {
        add(own, Arrays.copyOfRange(batch.targets(), number * numClasses, (number + 1) * numClasses));
    }

    void add(float[] own, float[] target) {
        logits.add(own.clone());
        targets.add(target);
        exact += ExactMatch.of(own, target, 0, numClasses) ? 1 : 0;
        loss += loss(own, target);
    }

    /// Binary cross-entropy, as it is trained with: the mean over all classes, of which an unknown one adds 0.
    static double loss(float[] own, float[] target) {
        double sum = 0;
        for (int c = 0; c < target.length; c++) {
            sum += Float.isNaN(target[c]) ? 0 : Sigmoid.crossEntropy(own[c], target[c]);
        }
        return sum / target.length;
    }

    @Override
    public Evaluation.MultiLabel evaluation() {
        int images = logits.size();
        List<Evaluation.ClassScore> classes = new ArrayList<>();
        for (int c = 0; c < numClasses; c++) {
            classes.add(score(c));
        }
        return new Evaluation.MultiLabel(images, loss / images, 100.0 * exact / images, classes);
    }

    private Evaluation.ClassScore score(int classIndex) {
        float[] with = values(classIndex, true);
        float[] without = values(classIndex, false);
        return new Evaluation.ClassScore(
                with.length, without.length, RocCurve.of(with, without), above(with), above(without));
    }

    /// The logits of the images that are of a class, or of those that are not.
    private float[] values(int classIndex, boolean positive) {
        float[] values = new float[logits.size()];
        int count = 0;
        for (int i = 0; i < logits.size(); i++) {
            float target = targets.get(i)[classIndex];
            if (!Float.isNaN(target) && target > 0.5 == positive) {
                values[count++] = logits.get(i)[classIndex];
            }
        }
        return Arrays.copyOf(values, count);
    }

    private static int above(float[] values) {
        int count = 0;
        for (float value : values) {
            count += value > 0 ? 1 : 0;
        }
        return count;
    }
}
