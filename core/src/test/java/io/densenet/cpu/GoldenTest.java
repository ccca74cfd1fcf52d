package io.densenet.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.data.ImageBatch;
import io.densenet.engine.ParameterArena;
import io.densenet.engine.StepResult;
import io.densenet.golden.Golden;
import io.densenet.weights.StateDict;
import io.densenet.weights.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The engine against PyTorch's results in double precision, for every variant of the paper, in both memory
/// modes.
class GoldenTest {
    /// ‖found − expected‖ / ‖expected‖ of one tensor.
    private static final double TOLERANCE = 1e-4;

    /// The same for logits, before any gradient.
    private static final double FORWARD_TOLERANCE = 2e-5;

    static Stream<Arguments> cases() {
        return Golden.CASES.stream()
                .flatMap(name -> Arrays.stream(MemoryMode.values()).map(mode -> Arguments.of(name, mode)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("cases")
    void logitsAreThoseOfPyTorch(String name, MemoryMode mode) {
        Golden golden = Golden.read(name);
        ImageBatch batch = golden.batch();
        try (CpuClassifier classifier = open(golden, mode)) {
            float[] logits = new float[batch.size() * classifier.numClasses()];
            classifier.logits(batch, logits);
            double difference = relativeDifference(golden.floats("logits"), logits);
            assertTrue(difference <= FORWARD_TOLERANCE, "logits differ by " + difference);
        }
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("cases")
    void lossAndEveryGradientAreThoseOfPyTorch(String name, MemoryMode mode) {
        Golden golden = Golden.read(name);
        try (CpuClassifier classifier = open(golden, mode)) {
            StepResult result = classifier.gradients(golden.batch(), golden.step(0));
            assertEquals(golden.doubles("loss")[0], result.loss(), FORWARD_TOLERANCE * golden.doubles("loss")[0]);
            List<String> failures = new ArrayList<>();
            for (ParameterArena.View view : classifier.parameters().views()) {
                float[] expected = golden.floats("grad." + view.spec().name());
                float[] found = Arrays.copyOfRange(
                        classifier.parameters().gradients(), view.offset(), view.offset() + expected.length);
                double difference = relativeDifference(expected, found);
                if (!(difference <= TOLERANCE)) {
                    failures.add(view.spec().name() + " " + difference);
                }
            }
            assertEquals(List.of(), failures);
        }
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("cases")
    void oneStepMovesTheRunningStatisticsAsPyTorchDoes(String name, MemoryMode mode) {
        Golden golden = Golden.read(name);
        try (CpuClassifier classifier = open(golden, mode)) {
            classifier.gradients(golden.batch(), golden.step(0));
            StateDict after = classifier.stateDict();
            assertEquals(
                    List.copyOf(golden.state().entries().keySet()),
                    List.copyOf(after.entries().keySet()),
                    "order of PyTorch");
            after.entries().forEach((entry, tensor) -> {
                if (tensor instanceof Tensor.Longs count) {
                    assertArrayEquals(golden.longs("after." + entry), count.values(), entry);
                } else if (entry.contains(".running_")) {
                    double difference = relativeDifference(golden.floats("after." + entry), after.floats(entry));
                    assertTrue(difference <= FORWARD_TOLERANCE, entry + " differs by " + difference);
                } else {
                    assertArrayEquals(golden.floats("state." + entry), after.floats(entry), entry);
                }
            });
        }
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("cases")
    void tenStepsOfNesterovFollowPyTorch(String name, MemoryMode mode) {
        Golden golden = Golden.read(name);
        ImageBatch batch = golden.batch();
        double[] expected = golden.doubles("losses");
        try (CpuClassifier classifier = open(golden, mode)) {
            float[] values = classifier.parameters().values();
            float[] gradients = classifier.parameters().gradients();
            float[] velocity = new float[values.length];
            for (int step = 0; step < expected.length; step++) {
                classifier.parameters().zeroGradients();
                double loss = classifier.gradients(batch, golden.step(step)).loss();
                assertEquals(expected[step], loss, TOLERANCE * expected[step], "loss of step " + step);
                for (int i = 0; i < values.length; i++) {
                    float gradient = gradients[i] + 1e-4f * values[i];
                    velocity[i] = 0.9f * velocity[i] + gradient;
                    values[i] -= 0.1f * (gradient + 0.9f * velocity[i]);
                }
            }
        }
    }

    private static CpuClassifier open(Golden golden, MemoryMode mode) {
        CpuClassifier classifier = CpuClassifier.open(golden.network(), golden.image(), new CpuOptions(2, mode));
        classifier.load(golden.state());
        return classifier;
    }

    private static double relativeDifference(float[] expected, float[] found) {
        assertEquals(expected.length, found.length);
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += Math.pow((double) found[i] - expected[i], 2);
            norm += Math.pow(expected[i], 2);
        }
        return Math.sqrt(difference / norm);
    }
}
