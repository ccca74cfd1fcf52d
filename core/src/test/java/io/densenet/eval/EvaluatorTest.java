package io.densenet.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.arch.Shape;
import io.densenet.data.ImageBatch;
import io.densenet.data.InMemoryDataset;
import io.densenet.data.Normalization;
import io.densenet.data.Preprocessing;
import io.densenet.engine.Classifier;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EvaluatorTest {
    private static final List<String> SIX = List.of("a", "b", "c", "d", "e", "f");

    @Test
    void countsWhatIsRightAmongTheFirstAndTheFirstFive() {
        SingleLabelTally tally = new SingleLabelTally(6);
        tally.add(new float[] {9, 5, 4, 3, 2, 1}, 0); // first
        tally.add(new float[] {9, 5, 4, 3, 2, 1}, 4); // fifth
        tally.add(new float[] {9, 5, 4, 3, 2, 1}, 5); // sixth
        tally.add(new float[] {9, 5, 4, 3, 2, 1}, 1); // second
        Evaluation.SingleLabel evaluation = tally.evaluation();
        assertEquals(4, evaluation.images());
        assertEquals(25, evaluation.top1());
        assertEquals(75, evaluation.top5());
        assertArrayEquals(new int[] {1, 0, 0, 0, 0, 0}, evaluation.confusion()[0]);
        assertArrayEquals(new int[] {1, 0, 0, 0, 0, 0}, evaluation.confusion()[5]);
    }

    @Test
    void equalLogitsDoNotMakeTheLastClassRight() {
        SingleLabelTally tally = new SingleLabelTally(6);
        for (int label = 0; label < 6; label++) {
            tally.add(new float[6], label);
        }
        assertEquals(100.0 / 6, tally.evaluation().top1(), 1e-12);
        assertEquals(500.0 / 6, tally.evaluation().top5(), 1e-12);
    }

    @Test
    void aLogitThatIsNotANumberIsNeverRight() {
        SingleLabelTally tally = new SingleLabelTally(3);
        tally.add(new float[] {Float.NaN, Float.NaN, Float.NaN}, 0);
        assertEquals(0, tally.evaluation().top1());
        assertEquals(0, tally.evaluation().top5());
    }

    @Test
    void theLossIsTheMeanCrossEntropyAndDoesNotOverflow() {
        SingleLabelTally tally = new SingleLabelTally(2);
        tally.add(new float[] {0, 0}, 1); // ln 2
        tally.add(new float[] {1000, 0}, 1); // 1000
        assertEquals((Math.log(2) + 1000) / 2, tally.evaluation().loss(), 1e-9);
    }

    @Test
    void probabilitiesAreThoseOfTheDefinition() {
        float[] logits = {7, 1, -2, 0.5f};
        double sum = Math.exp(1) + Math.exp(-2) + Math.exp(0.5);
        double[] probabilities = Softmax.probabilities(logits, 1, 3);
        assertArrayEquals(
                new double[] {Math.exp(1) / sum, Math.exp(-2) / sum, Math.exp(0.5) / sum}, probabilities, 1e-12);
    }

    @Test
    void precisionAndRecallComeFromColumnsAndRows() {
        Evaluation.SingleLabel evaluation =
                new Evaluation.SingleLabel(10, 0, 0, 0, new int[][] {{3, 1, 0}, {2, 4, 0}, {0, 0, 0}});
        assertEquals(100.0 * 3 / 5, evaluation.precision(0), 1e-12);
        assertEquals(100.0 * 3 / 4, evaluation.recall(0), 1e-12);
        assertTrue(Double.isNaN(evaluation.precision(2)));
        assertTrue(Double.isNaN(evaluation.recall(2)));
    }

    @Test
    void everyImageOfADataSetIsSeenOnceWithItsOwnLabel() throws IOException {
        int images = 23; // three batches of ten, the last one small
        byte[] pixels = new byte[images];
        int[] labels = IntStream.range(0, images).map(i -> i % 6).toArray();
        for (int i = 0; i < images; i++) {
            pixels[i] = (byte) (labels[i] * 40);
        }
        InMemoryDataset dataset = new InMemoryDataset(1, 1, 1, pixels, labels, SIX);
        Preprocessing preprocessing = new Preprocessing(1, 1, 1, new Normalization(List.of(0.0), List.of(1.0)));
        Evaluation.SingleLabel evaluation = assertInstanceOf(
                Evaluation.SingleLabel.class,
                Evaluator.evaluate(new BrightnessClassifier(), dataset, preprocessing, 10, 2));
        assertEquals(23, evaluation.images());
        assertEquals(100, evaluation.top1());
        assertEquals(4, evaluation.confusion()[0][0]);
        assertEquals(3, evaluation.confusion()[5][5]);
    }

    /// Knows the class of a picture of one pixel by how bright it is: 40 levels for each class.
    private static final class BrightnessClassifier implements Classifier {
        @Override
        public Shape inputShape() {
            return new Shape(1, 1, 1);
        }

        @Override
        public int numClasses() {
            return 6;
        }

        @Override
        public void logits(ImageBatch images, float[] out) {
            for (int n = 0; n < images.size(); n++) {
                for (int c = 0; c < 6; c++) {
                    out[n * 6 + c] = -Math.abs(images.pixels()[n] * 255 - c * 40);
                }
            }
        }

        @Override
        public String description() {
            return "brightness";
        }

        @Override
        public void close() {}
    }
}
