package io.densenet.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.arch.BatchNorm;
import io.densenet.arch.DenseNet;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.Shape;
import io.densenet.arch.Stem;
import io.densenet.data.ImageBatch;
import io.densenet.engine.Classifier;
import io.densenet.engine.Step;
import io.densenet.golden.Golden;
import io.densenet.weights.StateDict;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// What the engine promises beyond the numbers, which [GoldenTest] checks.
class CpuClassifierTest {
    private static final DenseNetConfig CONFIG =
            new DenseNetConfig(4, List.of(2, 2), 4, 0.5, new Stem.Cifar(2, 6), BatchNorm.STANDARD, 0, 3);
    private static final Shape IMAGE = new Shape(2, 6, 5);
    private static final CpuOptions OPTIONS = new CpuOptions(2, MemoryMode.STANDARD);

    @Test
    void manyThreadsMayAskOneModelAtOnce() throws Exception {
        try (CpuClassifier trained = open();
                Classifier model =
                        CpuClassifier.openForInference(DenseNet.of(CONFIG), IMAGE, trained.stateDict(), OPTIONS);
                ExecutorService callers = Executors.newFixedThreadPool(6)) {
            ImageBatch batch = batch(5);
            float[] expected = new float[5 * 3];
            trained.logits(batch, expected);
            List<Future<float[]>> answers =
                    callers.invokeAll(java.util.Collections.nCopies(60, (Callable<float[]>) () -> {
                        float[] logits = new float[5 * 3];
                        model.logits(batch, logits);
                        return logits;
                    }));
            for (Future<float[]> answer : answers) {
                assertArrayEquals(expected, answer.get());
            }
        }
    }

    @Test
    void anImageSaysTheSameAloneAndInABatch() {
        try (CpuClassifier classifier = open()) {
            ImageBatch batch = batch(7);
            float[] together = new float[7 * 3];
            classifier.logits(batch, together);
            for (int n = 0; n < 7; n++) {
                int elements = Math.toIntExact(IMAGE.elements());
                float[] pixels = Arrays.copyOfRange(batch.pixels(), n * elements, (n + 1) * elements);
                float[] alone = new float[3];
                classifier.logits(new ImageBatch(1, 2, 6, 5, pixels, new int[1]), alone);
                assertArrayEquals(Arrays.copyOfRange(together, n * 3, n * 3 + 3), alone);
            }
        }
    }

    /// The classifier keeps packed weights from call to call, but whoever has the arena may change weights.
    @Test
    void logitsFollowWhateverChangesWeightsOrStatistics() {
        try (CpuClassifier classifier = open()) {
            ImageBatch batch = batch(3);
            float[] before = logits(classifier, batch);
            assertArrayEquals(before, logits(classifier, batch));
            classifier.parameters().values()[0] += 0.5f;
            float[] otherWeight = logits(classifier, batch);
            assertFalse(Arrays.equals(before, otherWeight));
            assertArrayEquals(packedLogits(classifier, batch), otherWeight);
            classifier.gradients(batch, new Step(1, 0, 1, 0)); // moves the running statistics
            float[] otherStatistics = logits(classifier, batch);
            assertFalse(Arrays.equals(otherWeight, otherStatistics));
            assertArrayEquals(packedLogits(classifier, batch), otherStatistics);
        }
    }

    private static float[] logits(Classifier classifier, ImageBatch batch) {
        float[] logits = new float[batch.size() * 3];
        classifier.logits(batch, logits);
        return logits;
    }

    private static float[] packedLogits(CpuClassifier trained, ImageBatch batch) {
        try (Classifier packed =
                CpuClassifier.openForInference(DenseNet.of(CONFIG), IMAGE, trained.stateDict(), OPTIONS)) {
            return logits(packed, batch);
        }
    }

    @Test
    void gradientsAreAdded() {
        try (CpuClassifier classifier = open()) {
            ImageBatch batch = batch(4);
            classifier.gradients(batch, new Step(1, 0, 1, 0));
            float[] once = classifier.parameters().gradients().clone();
            classifier.gradients(batch, new Step(1, 0, 1, 0));
            float[] twice = classifier.parameters().gradients();
            for (int i = 0; i < once.length; i++) {
                assertEquals(2 * once[i], twice[i], 1e-6f + 1e-5f * Math.abs(once[i]));
            }
        }
    }

    /// The slope of the loss along the gradient is the gradient's length squared.
    @Test
    void theGradientIsTheSlopeOfTheLoss() {
        for (DenseNetConfig config :
                List.of(CONFIG, CONFIG.withBottleneckFactor(0).withCompression(1))) {
            try (CpuClassifier classifier = open(config, OPTIONS)) {
                ImageBatch batch = batch(6);
                Step step = new Step(1, 0, 1, 0.1);
                classifier.gradients(batch, step);
                float[] gradient = classifier.parameters().gradients().clone();
                float[] start = classifier.parameters().values().clone();
                double squared = 0;
                for (float g : gradient) {
                    squared += (double) g * g;
                }
                double h = 1e-3 / Math.sqrt(squared);
                double above = lossAt(classifier, batch, step, start, gradient, h);
                double below = lossAt(classifier, batch, step, start, gradient, -h);
                assertEquals(squared, (above - below) / (2 * h), 5e-3 * squared);
            }
        }
    }

    private static double lossAt(
            CpuClassifier classifier, ImageBatch batch, Step step, float[] start, float[] direction, double h) {
        float[] values = classifier.parameters().values();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (start[i] + h * direction[i]);
        }
        return classifier.gradients(batch, step).loss();
    }

    @Test
    void oneValueAChannelHasNoVariance() {
        Shape small = new Shape(2, 2, 2); // 1×1 behind the transition
        try (CpuClassifier classifier = CpuClassifier.open(DenseNet.of(CONFIG), small, OPTIONS)) {
            ImageBatch one = new ImageBatch(1, 2, 2, 2, new float[8], new int[1]);
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> classifier.gradients(one, new Step(1, 0, 1, 0)));
            assertTrue(String.valueOf(e.getMessage()).contains("denseblock2"), e.getMessage());
            classifier.logits(one, new float[3]); // running statistics do
        }
    }

    @Test
    void otherImagesAndLabelsAreRefused() {
        try (CpuClassifier classifier = open()) {
            ImageBatch other = new ImageBatch(1, 2, 5, 6, new float[60], new int[1]);
            assertThrows(IllegalArgumentException.class, () -> classifier.logits(other, new float[3]));
            ImageBatch label = new ImageBatch(2, 2, 6, 5, new float[120], new int[] {0, 3});
            IllegalArgumentException e = assertThrows(
                    IllegalArgumentException.class, () -> classifier.gradients(label, new Step(1, 0, 1, 0)));
            assertTrue(String.valueOf(e.getMessage()).contains("image 1"), e.getMessage());
            assertThrows(IllegalArgumentException.class, () -> classifier.logits(batch(2), new float[5]));
        }
    }

    @Test
    void aNumberThatIsNoneMakesTheLossNone() {
        try (CpuClassifier classifier = open()) {
            StateDict sound = classifier.stateDict();
            ImageBatch batch = batch(4);
            batch.pixels()[17] = Float.NaN;
            assertTrue(Double.isNaN(
                    classifier.gradients(batch, new Step(1, 0, 1, 0)).loss()));
            float[] logits = new float[4 * 3];
            classifier.load(sound);
            classifier.logits(batch, logits);
            assertTrue(Float.isNaN(logits[0]), "image with NaN");
            assertFalse(Float.isNaN(logits[11]), "image without");
        }
    }

    @Test
    void aConstantImageAndHugeValuesLeaveEverythingFinite() {
        for (float value : new float[] {0, 1, 1e15f}) {
            try (CpuClassifier classifier = open()) {
                float[] pixels = new float[Math.toIntExact(4 * IMAGE.elements())];
                Arrays.fill(pixels, value);
                ImageBatch batch = new ImageBatch(4, 2, 6, 5, pixels, new int[4]);
                assertTrue(Double.isFinite(
                        classifier.gradients(batch, new Step(1, 0, 1, 0)).loss()));
                for (float gradient : classifier.parameters().gradients()) {
                    assertTrue(Float.isFinite(gradient));
                }
            }
        }
    }

    @Test
    void closingLetsTheThreadsEnd() throws Exception {
        Golden golden = Golden.read("bc");
        CpuClassifier classifier =
                CpuClassifier.open(golden.network(), golden.image(), new CpuOptions(4, MemoryMode.STANDARD));
        classifier.load(golden.state());
        classifier.gradients(golden.batch(), golden.step(0));
        classifier.close();
        for (int i = 0; i < 100 && workers() > 0; i++) {
            Thread.sleep(20);
        }
        assertEquals(0, workers());
    }

    private static long workers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("densenet-cpu"))
                .count();
    }

    private static CpuClassifier open() {
        return open(CONFIG, OPTIONS);
    }

    private static CpuClassifier open(DenseNetConfig config, CpuOptions options) {
        CpuClassifier classifier = CpuClassifier.open(DenseNet.of(config), IMAGE, options);
        Random random = new Random(1);
        for (var view : classifier.parameters().views()) {
            for (int i = 0; i < view.spec().elements(); i++) {
                classifier.parameters().values()[view.offset() + i] = switch (view.spec()
                        .kind()) {
                    case NORM_WEIGHT -> 0.5f + random.nextFloat();
                    default -> 0.3f * (float) random.nextGaussian();
                };
            }
        }
        return classifier;
    }

    private static ImageBatch batch(int images) {
        Random random = new Random(2);
        float[] pixels = new float[Math.toIntExact(images * IMAGE.elements())];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextGaussian();
        }
        return new ImageBatch(images, 2, 6, 5, pixels, random.ints(images, 0, 3).toArray());
    }
}
