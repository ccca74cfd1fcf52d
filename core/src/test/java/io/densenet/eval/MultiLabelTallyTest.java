package io.densenet.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.data.Task;
import io.densenet.eval.Evaluation.ClassScore;
import io.densenet.eval.RocCurve.Point;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MultiLabelTallyTest {
    private static final float UNKNOWN = Float.NaN;
    private static final float LN3 = 1.0986123f;

    @Test
    void unknownClassesCountNowhere() {
        MultiLabelTally tally = new MultiLabelTally(3);
        tally.add(new float[] {LN3, -LN3, LN3}, new float[] {1, 0, UNKNOWN}); // all right, with 3/4
        tally.add(new float[] {-LN3, 0, 1}, new float[] {1, 0, 1}); // wrong about the first, with 3/4
        tally.add(new float[] {0, LN3, 9}, new float[] {0, 1, 0}); // 9 for what is not
        Evaluation.MultiLabel evaluation = tally.evaluation();
        assertEquals(3, evaluation.images());
        assertEquals(100.0 / 3, evaluation.accuracy(), 1e-12);
        double all = 2 * Math.log(4 / 3.0) // the first image
                + Math.log(4)
                + Math.log(2)
                + Math.log1p(Math.exp(-1))
                + Math.log(2)
                + Math.log(4 / 3.0)
                + 9
                + Math.log1p(Math.exp(-9));
        assertEquals(all / 9, evaluation.loss(), 1e-6, "over images and classes, unknown ones included");
        ClassScore first = evaluation.classes().getFirst();
        assertEquals(2, first.positives());
        assertEquals(1, first.negatives());
        assertEquals(0.5, first.auc(), "one of the two is above the other");
        assertEquals(50, first.recall());
        assertEquals(100, first.precision());
        ClassScore last = evaluation.classes().getLast();
        assertEquals(
                List.of(1, 1, 1, 1),
                List.of(last.positives(), last.negatives(), last.truePositives(), last.falsePositives()));
        assertEquals(0, last.auc());
        assertEquals((0.5 + 1 + 0) / 3, evaluation.meanAuc(), 1e-12);
        assertEquals(100 * evaluation.meanAuc(), evaluation.score());
    }

    /// By its definition: pairs that are in order, ties counting half.
    @Test
    void theAreaIsTheChanceOfAPairInOrder() {
        Random random = new Random(4);
        for (int round = 0; round < 200; round++) {
            float[] with = random(random, 1 + random.nextInt(20));
            float[] without = random(random, 1 + random.nextInt(20));
            double pairs = 0;
            for (float positive : with) {
                for (float negative : without) {
                    pairs += positive > negative ? 1 : positive == negative ? 0.5 : 0;
                }
            }
            assertEquals(
                    pairs / with.length / without.length,
                    RocCurve.of(with, without).area(),
                    1e-12);
        }
    }

    /// The middle of three thresholds finds the tie as well as its image.
    @Test
    void theCurveGoesThroughEveryThreshold() {
        RocCurve curve = RocCurve.of(new float[] {3, 2}, new float[] {2, 1, Float.NaN, 0});
        assertEquals(
                List.of(
                        new Point(0, 0),
                        new Point(0.25, 0),
                        new Point(0.25, 0.5),
                        new Point(0.5, 1),
                        new Point(0.75, 1),
                        new Point(1, 1),
                        new Point(1, 1)),
                curve.points());
    }

    /// Few different values, so that many are equal, 0 and −0 among them; and some that are no numbers.
    private static float[] random(Random random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            int value = random.nextInt(9) - 4;
            values[i] = value == 4 ? Float.NaN : value == 0 && random.nextBoolean() ? -0.0f : value / 4f;
        }
        return values;
    }

    @Test
    void withoutImagesOfEitherKindThereIsNoArea() {
        MultiLabelTally tally = new MultiLabelTally(2);
        tally.add(new float[] {1, 1}, new float[] {1, UNKNOWN});
        Evaluation.MultiLabel evaluation = tally.evaluation();
        assertTrue(Double.isNaN(evaluation.classes().getFirst().auc()));
        assertTrue(Double.isNaN(evaluation.classes().getLast().recall()));
        assertTrue(Double.isNaN(evaluation.meanAuc()));
        assertEquals(100, evaluation.accuracy());
    }

    @Test
    void largeLogitsDoNotOverflow() {
        assertEquals(1000, Sigmoid.crossEntropy(1000, 0));
        assertEquals(1000, Sigmoid.crossEntropy(-1000, 1));
        assertEquals(0, Sigmoid.probability(-1000));
        assertEquals(1, Sigmoid.probability(1000));
        assertEquals(0.75, Probabilities.of(Task.MULTI_LABEL, new float[] {5, LN3})[1], 1e-7);
        assertEquals(0.75, Probabilities.of(Task.SINGLE_LABEL, new float[] {LN3, 0})[0], 1e-7);
    }
}
