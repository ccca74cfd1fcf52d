package io.densenet.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.arch.DenseNet;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.DenseNets;
import io.densenet.arch.Graph;
import io.densenet.arch.Shape;
import io.densenet.cpu.CpuClassifier;
import io.densenet.cpu.CpuOptions;
import io.densenet.cpu.MemoryMode;
import io.densenet.data.ImageBatch;
import io.densenet.engine.Step;
import io.densenet.engine.StepResult;
import io.densenet.engine.TrainableClassifier;
import io.densenet.weights.Initializer;
import io.densenet.weights.StateDict;
import io.densenet.weights.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The fused engine against libtorch on networks of the paper's own size, and on what networks should never
/// see.
class EnginesAgreeTest {
    /// ‖fused − libtorch‖ / ‖libtorch‖ of one tensor, both in single precision.
    private static final double TOLERANCE = 1e-4;

    /// What a step gave.
    private record Outcome(StepResult result, float[] gradients, StateDict state) {}

    @ParameterizedTest
    @CsvSource({
        "densenet-bc-40-12, 3x32x32, 8, 0",
        "densenet-bc-100-12, 3x32x32, 4, 0",
        "densenet-bc-40-12, 1x29x31, 6, 0.2",
        "densenet-40-12, 3x32x32, 4, 0",
        "densenet121, 3x96x96, 4, 0",
        "densenet161, 3x64x64, 4, 0.2"
    })
    void aStepGivesTheSameGradientsAndStatistics(String model, String shape, int images, double dropRate) {
        Shape image = Shape.parse(shape);
        DenseNetConfig config = DenseNets.named(model, image.channels(), 10).withDropRate(dropRate);
        ImageBatch batch = batch(image, images, 1);
        Outcome expected = step(libtorch(config, image), batch);
        Outcome found = step(fused(config, image), batch);
        assertEquals(expected.result().loss(), found.result().loss(), TOLERANCE);
        List<String> failures = new ArrayList<>();
        int offset = 0;
        for (var spec : Graph.of(DenseNet.of(config), image).parameters()) {
            int end = offset + Math.toIntExact(spec.elements());
            note(
                    failures,
                    spec.name(),
                    slice(expected.gradients(), offset, end),
                    slice(found.gradients(), offset, end));
            offset = end;
        }
        expected.state().entries().forEach((name, tensor) -> {
            if (tensor instanceof Tensor.Floats floats) {
                note(failures, name, floats.values(), found.state().floats(name));
            }
        });
        assertEquals(List.of(), failures);
    }

    private static float[] slice(float[] values, int from, int to) {
        return Arrays.copyOfRange(values, from, to);
    }

    private static void note(List<String> failures, String name, float[] expected, float[] found) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += Math.pow((double) found[i] - expected[i], 2);
            norm += Math.pow(expected[i], 2);
        }
        double ratio = Math.sqrt(difference / Math.max(norm, 1e-30));
        if (!(ratio <= TOLERANCE)) {
            failures.add(name + " " + ratio);
        }
    }

    /// A constant image has no variance anywhere but at the border; huge values overflow the variance.
    @ParameterizedTest
    @ValueSource(floats = {0, 1, 1e10f, 1e30f, Float.NaN, Float.POSITIVE_INFINITY})
    void oddPixelsHaveTheSameOutcome(float pixel) {
        Shape image = new Shape(3, 16, 16);
        DenseNetConfig config = DenseNets.named("densenet-bc-22-8", 3, 10);
        ImageBatch batch = batch(image, 4, 1);
        Arrays.fill(batch.pixels(), 0, 2 * 3 * 256, pixel);
        Outcome expected = step(libtorch(config, image), batch);
        Outcome found = step(fused(config, image), batch);
        if (Double.isFinite(expected.result().loss())) {
            assertEquals(expected.result().loss(), found.result().loss(), 1e-3);
        } else {
            assertTrue(!Double.isFinite(found.result().loss()), "loss " + found.result());
        }
    }

    private static Outcome step(TrainableClassifier classifier, ImageBatch batch) {
        try (classifier) {
            StepResult result = classifier.gradients(batch, new Step(3, 7, 1, 0.1));
            return new Outcome(result, classifier.parameters().gradients().clone(), classifier.stateDict());
        }
    }

    private static TrainableClassifier libtorch(DenseNetConfig config, Shape image) {
        Graph graph = Graph.of(DenseNet.of(config), image);
        return initialized(TorchClassifier.open(graph, TorchOptions.cpu(2, MemoryLayout.CONTIGUOUS)), graph);
    }

    private static TrainableClassifier fused(DenseNetConfig config, Shape image) {
        DenseNet network = DenseNet.of(config);
        CpuOptions options = new CpuOptions(2, MemoryMode.STANDARD);
        return initialized(CpuClassifier.open(network, image, options), Graph.of(network, image));
    }

    private static TrainableClassifier initialized(TrainableClassifier classifier, Graph graph) {
        classifier.load(Initializer.initialize(graph.stateDict(), 5, Initializer.Fan.OUT));
        return classifier;
    }

    private static ImageBatch batch(Shape image, int images, long seed) {
        Random random = new Random(seed);
        float[] pixels = new float[Math.toIntExact(images * image.elements())];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextGaussian();
        }
        int[] labels = random.ints(images, 0, 10).toArray();
        return new ImageBatch(images, image.channels(), image.height(), image.width(), pixels, labels);
    }
}
