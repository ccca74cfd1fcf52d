package io.densenet.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.densenet.arch.BatchNorm;
import io.densenet.arch.DenseNet;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.FrozenFront;
import io.densenet.arch.Shape;
import io.densenet.arch.Stem;
import io.densenet.cpu.kernel.Kernels;
import io.densenet.cpu.kernel.ScalarKernels;
import io.densenet.data.ImageBatch;
import io.densenet.engine.ParameterArena;
import io.densenet.engine.Step;
import io.densenet.engine.StepResult;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The same bits whatever the threads, the memory mode and the kernels, on shapes that fit no tile.
class DeterminismTest {
    /// What two steps leave behind.
    private record Outcome(List<StepResult> results, float[] gradients, float[] logits, String state) {}

    static Stream<Arguments> networks() {
        Stem cifar = new Stem.Cifar(3, 7);
        Stem imageNet = new Stem.ImageNet(1, 10);
        return Stream.of(
                Arguments.of(config(5, List.of(3, 2), 4, 0.5, cifar, 0), new Shape(3, 29, 31), 3),
                Arguments.of(config(5, List.of(3, 2), 4, 0.5, cifar, 0.2), new Shape(3, 13, 9), 9),
                Arguments.of(config(1, List.of(2, 2, 1), 4, 0.5, cifar, 0), new Shape(3, 11, 7), 1),
                Arguments.of(config(12, List.of(3, 2), 0, 1, cifar, 0), new Shape(3, 17, 16), 5),
                Arguments.of(config(12, List.of(2, 2), 0, 0.7, cifar, 0.1), new Shape(3, 8, 2), 17),
                Arguments.of(config(32, List.of(2, 2), 4, 0.5, imageNet, 0), new Shape(1, 45, 50), 2));
    }

    private static DenseNetConfig config(
            int growthRate, List<Integer> layers, int bottleneck, double compression, Stem stem, double dropRate) {
        return new DenseNetConfig(growthRate, layers, bottleneck, compression, stem, BatchNorm.STANDARD, dropRate, 6);
    }

    @ParameterizedTest
    @MethodSource("networks")
    void threadsMemoryAndKernelsDoNotShow(DenseNetConfig config, Shape image, int images) {
        Outcome expected = run(config, image, images, 1, MemoryMode.STANDARD, new ScalarKernels());
        for (int threads : new int[] {1, 2, 3, 7}) {
            for (MemoryMode memory : MemoryMode.values()) {
                String what = threads + " threads, " + memory;
                Outcome found = run(config, image, images, threads, memory, Kernels.best());
                assertEquals(expected.results(), found.results(), what);
                assertArrayEquals(expected.gradients(), found.gradients(), what);
                assertArrayEquals(expected.logits(), found.logits(), what);
                assertEquals(expected.state(), found.state(), what);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("networks")
    void neitherDoTheyWithAFrozenFront(DenseNetConfig config, Shape image, int images) {
        for (int blocks = 1; blocks <= config.layersPerBlock().size(); blocks++) {
            FrozenFront frozen = FrozenFront.of(config, blocks);
            CpuOptions one = new CpuOptions(1, MemoryMode.STANDARD, frozen);
            Outcome expected = run(config, image, images, one, new ScalarKernels());
            for (int threads : new int[] {1, 3, 7}) {
                CpuOptions options = new CpuOptions(threads, MemoryMode.EFFICIENT, frozen);
                Outcome found = run(config, image, images, options, Kernels.best());
                assertEquals(expected.results(), found.results(), options.toString());
                assertArrayEquals(expected.gradients(), found.gradients(), options.toString());
                assertEquals(expected.state(), found.state(), options.toString());
            }
        }
    }

    private static Outcome run(
            DenseNetConfig config, Shape image, int images, int threads, MemoryMode memory, Kernels kernels) {
        return run(config, image, images, new CpuOptions(threads, memory), kernels);
    }

    private static Outcome run(DenseNetConfig config, Shape image, int images, CpuOptions options, Kernels kernels) {
        try (CpuClassifier classifier = CpuClassifier.open(DenseNet.of(config), image, options, kernels)) {
            initialize(classifier.parameters());
            ImageBatch batch = batch(image, images);
            StepResult first = classifier.gradients(batch, new Step(3, 0, 1, 0));
            StepResult second = classifier.gradients(batch, new Step(3, 1, 0.5, 0.1));
            float[] logits = new float[images * classifier.numClasses()];
            classifier.logits(batch, logits);
            return new Outcome(
                    List.of(first, second),
                    classifier.parameters().gradients().clone(),
                    logits,
                    classifier.stateDict().sha256());
        }
    }

    private static void initialize(ParameterArena parameters) {
        Random random = new Random(1);
        for (ParameterArena.View view : parameters.views()) {
            for (int i = 0; i < view.spec().elements(); i++) {
                parameters.values()[view.offset() + i] = switch (view.spec().kind()) {
                    case NORM_WEIGHT -> 0.5f + random.nextFloat();
                    default -> 0.3f * (float) random.nextGaussian();
                };
            }
        }
    }

    private static ImageBatch batch(Shape image, int images) {
        Random random = new Random(2);
        float[] pixels = new float[Math.toIntExact(images * image.elements())];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextGaussian();
        }
        int[] labels = random.ints(images, 0, 6).toArray();
        return new ImageBatch(images, image.channels(), image.height(), image.width(), pixels, labels);
    }
}
