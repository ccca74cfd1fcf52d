package io.densenet.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.arch.DenseNet;
import io.densenet.arch.DenseNets;
import io.densenet.arch.Shape;
import io.densenet.data.ImageBatch;
import io.densenet.engine.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is foretold against what is held after a step.
class CpuMemoryTest {
    @ParameterizedTest
    @CsvSource({
        "densenet-bc-40-12, 3x32x32, 16, STANDARD, 2",
        "densenet-bc-40-12, 3x32x32, 16, EFFICIENT, 2",
        "densenet-bc-40-12, 1x28x28, 8, EFFICIENT, 1",
        "densenet-40-12, 3x32x32, 8, STANDARD, 2",
        "densenet-bc-22-8, 3x17x33, 9, STANDARD, 1",
        "densenet121, 3x64x64, 4, STANDARD, 1",
    })
    void theForecastIsWithinATenthOfWhatIsHeld(String model, String shape, int images, MemoryMode mode, int threads) {
        Shape image = Shape.parse(shape);
        DenseNet network = DenseNet.of(DenseNets.named(model, image.channels(), 10));
        CpuOptions options = new CpuOptions(threads, mode);
        CpuMemory forecast = CpuMemory.ofTraining(network, image, images, options);
        try (CpuClassifier classifier = CpuClassifier.open(network, image, options)) {
            classifier.gradients(batch(image, images), new Step(1, 0, 1, 0));
            double ratio = (double) forecast.totalBytes() / classifier.allocatedBytes();
            assertTrue(ratio > 0.9 && ratio < 1.1, ratio + " of " + classifier.allocatedBytes() + ": " + forecast);
        }
    }

    @Test
    void aSmallerLastBatchTakesNoMemoryOfItsOwn() {
        Shape image = new Shape(3, 16, 16);
        DenseNet network = DenseNet.of(DenseNets.named("densenet-bc-22-8", 3, 10));
        try (CpuClassifier classifier = CpuClassifier.open(network, image, new CpuOptions(1, MemoryMode.STANDARD))) {
            classifier.gradients(batch(image, 16), new Step(1, 0, 1, 0));
            long before = classifier.allocatedBytes();
            classifier.gradients(batch(image, 9), new Step(1, 1, 1, 0));
            assertTrue(classifier.allocatedBytes() < 1.02 * before, before + " and " + classifier.allocatedBytes());
        }
    }

    private static ImageBatch batch(Shape image, int images) {
        float[] pixels = new float[Math.toIntExact(images * image.elements())];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = i % 7 - 3;
        }
        return new ImageBatch(images, image.channels(), image.height(), image.width(), pixels, new int[images]);
    }
}
