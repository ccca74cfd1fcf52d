package io.densenet.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.arch.DenseNet;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.DenseNets;
import io.densenet.arch.FrozenFront;
import io.densenet.arch.Graph;
import io.densenet.arch.ParameterSpec;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The fused engine against libtorch on networks of the paper's own size, and on what networks should never
/// see.
class EnginesAgreeTest {
    /// ‖fused − libtorch‖ / ‖libtorch‖ of one tensor, both in single precision.
    private static final double TOLERANCE = 1e-4;

    /// Of the length of the whole gradient: a tensor may differ by this, too. Where batch norms cancel what stands
    /// before
    /// them, a gradient is the small rest of large sums, and mostly rounding in either engine.
    private static final double TOLERANCE_OF_WHOLE = 1e-5;

    /// Of the ten classes.
    private static final List<Double> WEIGHTS = List.of(1.0, 2.0, 0.5, 1.0, 0.0, 3.0, 1.0, 1.5, 0.25, 1.0);

    /// What a step gave.
    private record Outcome(StepResult result, float[] gradients, StateDict state) {}

    @ParameterizedTest
    @CsvSource({
        "densenet-bc-40-12, 3x32x32, 8, 0, 0",
        "densenet-bc-100-12, 3x32x32, 4, 0, 0",
        "densenet-bc-40-12, 1x29x31, 6, 0.2, 0",
        "densenet-40-12, 3x32x32, 4, 0, 0",
        "densenet121, 3x64x64, 4, 0, 0",
        "densenet-bc-40-12, 3x32x32, 8, 0, 1",
        "densenet-bc-40-12, 1x29x31, 6, 0.2, 2",
        "densenet-40-12, 3x32x32, 4, 0.2, 2",
        "densenet-40-12, 3x32x32, 4, 0, 3",
        "densenet121, 3x64x64, 4, 0, 2",
        "densenet121, 3x40x72, 1, 0, 4"
    })
    void aStepGivesTheSameGradientsAndStatistics(
            String model, String shape, int images, double dropRate, int frozenBlocks) {
        Shape image = Shape.parse(shape);
        DenseNetConfig config = DenseNets.named(model, image.channels(), 10).withDropRate(dropRate);
        ImageBatch batch = batch(image, images, 1);
        FrozenFront frozen = FrozenFront.of(config, frozenBlocks);
        Step step = new Step(3, 7, 1, 0.1, WEIGHTS);
        assertAgree(
                step(libtorch(config, image, frozen), batch, step),
                step(fused(config, image, frozen), batch, step),
                Graph.of(DenseNet.of(config), image),
                frozen);
    }

    /// Several classes an image, of which some are unknown; the last layer alone, too.
    @ParameterizedTest
    @CsvSource({"densenet-bc-40-12, 0", "densenet-40-12, 0", "densenet-bc-40-12, 3"})
    void aStepOnImagesOfSeveralClassesGivesTheSame(String model, int frozenBlocks) {
        Shape image = new Shape(3, 32, 32);
        DenseNetConfig config = DenseNets.named(model, 3, 10);
        ImageBatch labelled = batch(image, 6, 1);
        Random random = new Random(2);
        float[] targets = new float[6 * 10];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = List.of(0f, 0f, 1f, Float.NaN).get(random.nextInt(4));
        }
        ImageBatch batch = ImageBatch.multiLabel(6, 3, 32, 32, labelled.pixels(), targets);
        FrozenFront frozen = FrozenFront.of(config, frozenBlocks);
        Step step = new Step(3, 7, 0.5, 0);
        assertAgree(
                step(libtorch(config, image, frozen), batch, step),
                step(fused(config, image, frozen), batch, step),
                Graph.of(DenseNet.of(config), image),
                frozen);
    }

    @Test
    void whatIsForOneClassAnImageIsRefusedForSeveral() {
        Shape image = new Shape(3, 32, 32);
        DenseNetConfig config = DenseNets.named("densenet-10-4", 3, 2);
        float[] pixels = batch(image, 2, 1).pixels();
        ImageBatch batch = ImageBatch.multiLabel(2, 3, 32, 32, pixels, new float[] {1, 0, 0, 1});
        ImageBatch tooShort = ImageBatch.multiLabel(2, 3, 32, 32, pixels, new float[] {1, 0, 0});
        ImageBatch odd = ImageBatch.multiLabel(2, 3, 32, 32, pixels, new float[] {1, 0, 2, 0});
        try (TrainableClassifier libtorch = libtorch(config, image, FrozenFront.NONE);
                TrainableClassifier fused = fused(config, image, FrozenFront.NONE)) {
            for (TrainableClassifier engine : List.of(libtorch, fused)) {
                Step plain = new Step(1, 0, 1, 0);
                Step smooth = new Step(1, 0, 1, 0.1);
                Step weighted = new Step(1, 0, 1, 0, List.of(1.0, 2.0));
                assertThrows(IllegalArgumentException.class, () -> engine.gradients(batch, smooth));
                assertThrows(IllegalArgumentException.class, () -> engine.gradients(batch, weighted));
                assertThrows(IllegalArgumentException.class, () -> engine.gradients(tooShort, plain));
                assertThrows(IllegalArgumentException.class, () -> engine.gradients(odd, plain));
            }
        }
    }

    private static void assertAgree(Outcome expected, Outcome found, Graph graph, FrozenFront frozen) {
        assertEquals(expected.result().correct(), found.result().correct());
        // without statistics of its own a frozen front blows values up
        double magnitude = Math.max(1, expected.result().loss());
        assertEquals(expected.result().loss(), found.result().loss(), TOLERANCE * magnitude);
        List<String> failures = new ArrayList<>();
        double whole = length(expected.gradients());
        int offset = 0;
        for (var spec : graph.parameters()) {
            int end = offset + Math.toIntExact(spec.elements());
            float[] gradient = slice(expected.gradients(), offset, end);
            double difference = distance(gradient, slice(found.gradients(), offset, end));
            if (!(difference <= TOLERANCE * length(gradient) + TOLERANCE_OF_WHOLE * whole)) {
                failures.add("%s %.1e of %.1e".formatted(spec.name(), difference, length(gradient)));
            }
            if (frozen.holds(spec.name())) {
                assertEquals(0, length(gradient), spec.name());
            }
            offset = end;
        }
        expected.state().entries().forEach((name, tensor) -> {
            if (tensor instanceof Tensor.Floats floats) {
                double difference = distance(floats.values(), found.state().floats(name));
                if (!(difference <= TOLERANCE * length(floats.values()))) {
                    failures.add("%s %.1e of %.1e".formatted(name, difference, length(floats.values())));
                }
            }
        });
        assertEquals(List.of(), failures);
    }

    private static float[] slice(float[] values, int from, int to) {
        return Arrays.copyOfRange(values, from, to);
    }

    private static double length(float[] values) {
        return distance(values, new float[values.length]);
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.pow((double) a[i] - b[i], 2);
        }
        return Math.sqrt(sum);
    }

    /// A constant image has no variance anywhere but at the border; huge values overflow the variance.
    @ParameterizedTest
    @ValueSource(floats = {0, 1, 1e10f, 1e30f, Float.NaN, Float.POSITIVE_INFINITY})
    void oddPixelsHaveTheSameOutcome(float pixel) {
        Shape image = new Shape(3, 16, 16);
        DenseNetConfig config = DenseNets.named("densenet-bc-22-8", 3, 10);
        ImageBatch batch = batch(image, 4, 1);
        Arrays.fill(batch.pixels(), 0, 2 * 3 * 256, pixel);
        Step step = new Step(3, 7, 1, 0.1, WEIGHTS);
        Outcome expected = step(libtorch(config, image, FrozenFront.NONE), batch, step);
        Outcome found = step(fused(config, image, FrozenFront.NONE), batch, step);
        if (Double.isFinite(expected.result().loss())) {
            assertEquals(expected.result().loss(), found.result().loss(), 1e-3);
        } else {
            assertTrue(!Double.isFinite(found.result().loss()), "loss " + found.result());
        }
    }

    private static Outcome step(TrainableClassifier classifier, ImageBatch batch, Step step) {
        try (classifier) {
            StepResult result = classifier.gradients(batch, step);
            return new Outcome(result, classifier.parameters().gradients().clone(), classifier.stateDict());
        }
    }

    private static TrainableClassifier libtorch(DenseNetConfig config, Shape image, FrozenFront frozen) {
        Graph graph = Graph.of(DenseNet.of(config), image);
        return initialized(
                TorchClassifier.open(
                        graph, TorchOptions.cpu(2, MemoryLayout.CONTIGUOUS).withFrozen(frozen)),
                graph);
    }

    private static TrainableClassifier fused(DenseNetConfig config, Shape image, FrozenFront frozen) {
        DenseNet network = DenseNet.of(config);
        CpuOptions options = new CpuOptions(2, MemoryMode.STANDARD, frozen);
        return initialized(CpuClassifier.open(network, image, options), Graph.of(network, image));
    }

    /// He's initial weights, but with shifts that keep values away from the zero of a ReLU: a sum that is
    /// rounded otherwise moves a value across it here and there, and in a deep network with few pixels one such
    /// value changes every gradient by more than the tolerance.
    private static TrainableClassifier initialized(TrainableClassifier classifier, Graph graph) {
        classifier.load(Initializer.initialize(graph.stateDict(), 5, Initializer.Fan.OUT));
        float[] values = classifier.parameters().values();
        for (var view : classifier.parameters().views()) {
            if (view.spec().kind() == ParameterSpec.Kind.NORM_BIAS) {
                for (int c = 0; c < view.length(); c++) {
                    values[view.offset() + c] = c % 4 == 3 ? -4 : 4;
                }
            }
        }
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
