package io.densenet.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.arch.DenseNet;
import io.densenet.arch.DenseNets;
import io.densenet.arch.Graph;
import io.densenet.arch.Node;
import io.densenet.arch.Op;
import io.densenet.arch.Shape;
import io.densenet.data.ImageBatch;
import io.densenet.engine.Classifier;
import io.densenet.engine.Step;
import io.densenet.engine.StepResult;
import io.densenet.golden.Golden;
import io.densenet.weights.StateDict;
import io.densenet.weights.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the seam promises beyond the numbers, which [GoldenTest] checks.
class TorchClassifierTest {
    private static final Golden GOLDEN = Golden.read("dropout");
    private static final TorchOptions OPTIONS = TorchOptions.cpu(2, MemoryLayout.CONTIGUOUS);

    private final ImageBatch batch = GOLDEN.batch();
    private final TorchClassifier classifier = TorchClassifier.open(GOLDEN.graph(), OPTIONS);

    @BeforeEach
    void loadTheState() {
        classifier.load(GOLDEN.state());
    }

    @AfterEach
    void close() {
        classifier.close();
    }

    @Test
    void twoTrainingsWithTheSameThreadsGiveTheSameBits() {
        for (MemoryLayout layout : MemoryLayout.values()) {
            StateDict first = trained(layout, 0);
            assertTrue(sameBits(first, trained(layout, 0)), layout + " repeats");
            assertFalse(sameBits(first, trained(layout, 1)), layout + ": other dropout masks, other weights");
        }
    }

    @Test
    void gradientsAddUpWithTheirScale() {
        float[] gradients = classifier.parameters().gradients();
        classifier.gradients(batch, GOLDEN.step(0));
        float[] once = gradients.clone();
        Step step = GOLDEN.step(0);
        classifier.gradients(batch, new Step(step.seed(), step.index(), 0.5, step.labelSmoothing()));
        for (int i = 0; i < once.length; i++) {
            assertEquals(1.5f * once[i], gradients[i], 1e-6f * Math.abs(once[i]) + 1e-12f);
        }
    }

    @Test
    void logitsLeaveTheRunningStatisticsAlone() {
        logits(classifier);
        assertTrue(sameBits(GOLDEN.state(), classifier.stateDict()));
    }

    @Test
    void logitsFollowTheArenaButFrozenOnesDoNot() {
        try (Classifier frozen = TorchClassifier.openForInference(GOLDEN.graph(), GOLDEN.state(), OPTIONS)) {
            float[] before = logits(classifier);
            assertArrayEquals(before, logits(frozen));
            Arrays.fill(classifier.parameters().values(), 0);
            assertArrayEquals(new float[before.length], logits(classifier));
            assertArrayEquals(before, logits(frozen));
        }
    }

    @Test
    void theStateGoesRoundWithoutChange() {
        classifier.gradients(batch, GOLDEN.step(0));
        StateDict moved = classifier.stateDict();
        assertFalse(sameBits(GOLDEN.state(), moved));
        try (TorchClassifier other = TorchClassifier.open(GOLDEN.graph(), OPTIONS)) {
            other.load(moved);
            assertTrue(sameBits(moved, other.stateDict()));
        }
    }

    @Test
    void correctCountsTheImagesWhoseLargestLogitIsRight() {
        int classes = classifier.numClasses();
        float[] values = classifier.parameters().values();
        Arrays.fill(values, 0);
        values[values.length - classes + 2] = 1; // the classifier's bias: class 2 for every image
        int expected =
                (int) Arrays.stream(batch.labels()).filter(label -> label == 2).count();
        StepResult result = classifier.gradients(batch, GOLDEN.step(0));
        assertEquals(expected, result.correct());
        assertNotEquals(0, expected);
    }

    @Test
    void aMapWithTwoReadersIsNotRectifiedInPlace() {
        Graph graph = new Graph(List.of(
                new Node("input", new Op.Input(), List.of(), new Shape(1, 2, 2)),
                new Node("conv", new Op.Convolution(1, 1, 1, 1, 0, true), List.of(0), new Shape(1, 2, 2)),
                new Node("relu", new Op.Relu(), List.of(1), new Shape(1, 2, 2)),
                new Node("concat", new Op.Concatenation(), List.of(1, 2), new Shape(2, 2, 2)),
                new Node("pool", new Op.GlobalAveragePooling(), List.of(3), new Shape(2, 1, 1)),
                new Node("classifier", new Op.Linear(2, 1), List.of(4), new Shape(1, 1, 1))));
        try (TorchClassifier small = TorchClassifier.open(graph, OPTIONS)) {
            // convolution -1·x - 1, then (convolution, rectified) times (1, 10) plus 5
            float[] values = {-1, -1, 1, 10, 5};
            System.arraycopy(values, 0, small.parameters().values(), 0, values.length);
            float[] logit = new float[1];
            small.logits(new ImageBatch(1, 1, 2, 2, new float[] {1, 1, 1, 1}, new int[1]), logit);
            assertArrayEquals(new float[] {3}, logit);
            // one class: the loss is constant, so this only shows that the backward pass goes through
            assertEquals(
                    0,
                    small.gradients(new ImageBatch(1, 1, 2, 2, new float[4], new int[1]), GOLDEN.step(0))
                            .loss());
        }
    }

    @Test
    void aStateOfAnotherNetworkIsRefused() {
        SequencedMap<String, Tensor> entries =
                new LinkedHashMap<>(GOLDEN.state().entries());
        entries.put("classifier.bias", new Tensor.Floats(List.of(3), new float[3]));
        StateDict other = new StateDict(entries);
        assertMessage("classifier.bias: expected [4], found [3]", () -> classifier.load(other));
        assertTrue(sameBits(GOLDEN.state(), classifier.stateDict()), "nothing was loaded");
        assertMessage(
                "classifier.bias: expected [4], found [3]",
                () -> TorchClassifier.openForInference(GOLDEN.graph(), other, OPTIONS)
                        .close());
    }

    @Test
    void imagesOfAnotherShapeAreRefused() {
        ImageBatch other = new ImageBatch(1, 3, 9, 8, new float[3 * 9 * 8], new int[1]);
        assertMessage("takes images of 3x9x9, found 3x9x8", () -> classifier.logits(other, new float[4]));
        assertMessage("takes images of 3x9x9, found 3x9x8", () -> classifier.gradients(other, GOLDEN.step(0)));
    }

    @Test
    void tooShortAnArrayOfLogitsIsRefused() {
        assertMessage("24 logits of 6 images do not fit an array of 23", () -> classifier.logits(batch, new float[23]));
    }

    @Test
    void aLabelThatIsNoClassIsRefused() {
        for (int label : new int[] {-1, -100, 4}) {
            int[] labels = batch.labels().clone();
            labels[5] = label;
            ImageBatch wrong = new ImageBatch(6, 3, 9, 9, batch.pixels(), labels);
            assertMessage(
                    "label of image 5 of the batch: expected 0 to 3, found " + label,
                    () -> classifier.gradients(wrong, GOLDEN.step(0)));
        }
    }

    @Test
    void aBatchNormOverASingleValueIsRefusedInTrainingAlone() {
        Graph deep = Graph.of( // 4 × 4 pixels become 2 × 2, then 1
                DenseNet.of(DenseNets.named("densenet-7-3", 1, 2)), new Shape(1, 4, 4));
        try (TorchClassifier small = TorchClassifier.open(deep, OPTIONS)) {
            ImageBatch one = new ImageBatch(1, 1, 4, 4, new float[16], new int[1]);
            small.logits(one, new float[2]);
            assertMessage("denseblock3.denselayer1.norm1", () -> small.gradients(one, GOLDEN.step(0)));
            small.gradients(new ImageBatch(2, 1, 4, 4, new float[32], new int[2]), GOLDEN.step(0));
        }
    }

    @Test
    void tooLittleMemoryIsExplained() {
        Graph huge = new Graph(List.of(
                new Node("input", new Op.Input(), List.of(), new Shape(1, 2000, 2000)),
                new Node(
                        "conv",
                        new Op.Convolution(1, 10_000_000, 1, 1, 0, false),
                        List.of(0),
                        new Shape(10_000_000, 2000, 2000)))); // 160 TB of feature maps: more than an address space
        try (TorchClassifier big = TorchClassifier.open(huge, OPTIONS)) {
            ImageBatch image = new ImageBatch(1, 1, 2000, 2000, new float[4_000_000], new int[1]);
            IllegalStateException e =
                    assertThrows(IllegalStateException.class, () -> big.logits(image, new float[10_000_000]));
            assertTrue(String.valueOf(e.getMessage()).contains("for a batch of 1 images of 1x2000x2000"), e.toString());
        }
    }

    @Test
    void aDeviceThatIsNotThereIsRefused() {
        assertMessage("tpu", () -> new TorchOptions("tpu", 1, MemoryLayout.CONTIGUOUS));
        assertMessage(
                "finds no usable GPU",
                () -> TorchClassifier.open(GOLDEN.graph(), new TorchOptions("cuda:7", 1, MemoryLayout.CONTIGUOUS))
                        .close());
    }

    @Test
    void itDescribesItself() {
        String description = classifier.description();
        assertTrue(
                description.matches("libtorch 2\\.10\\.0-1\\.5\\.13, cpu [A-Z0-9]+, 2 threads, contiguous"),
                description);
        assertEquals(new Shape(3, 9, 9), classifier.inputShape());
        assertEquals(4, classifier.numClasses());
    }

    private float[] logits(Classifier one) {
        float[] logits = new float[batch.size() * one.numClasses()];
        one.logits(batch, logits);
        return logits;
    }

    /// The state after five plain steps from the golden state.
    private StateDict trained(MemoryLayout layout, int firstStep) {
        try (TorchClassifier one = TorchClassifier.open(GOLDEN.graph(), TorchOptions.cpu(2, layout))) {
            one.load(GOLDEN.state());
            float[] values = one.parameters().values();
            float[] gradients = one.parameters().gradients();
            for (int step = firstStep; step < firstStep + 5; step++) {
                one.parameters().zeroGradients();
                one.gradients(batch, GOLDEN.step(step));
                for (int i = 0; i < values.length; i++) {
                    values[i] -= 0.1f * gradients[i];
                }
            }
            return one.stateDict();
        }
    }

    private static boolean sameBits(StateDict a, StateDict b) {
        return a.entries().keySet().equals(b.entries().keySet())
                && a.entries().keySet().stream().allMatch(name -> switch (a.entries()
                        .get(name)) {
                    case Tensor.Floats f -> Arrays.equals(f.values(), b.floats(name));
                    case Tensor.Longs l ->
                        b.entries().get(name) instanceof Tensor.Longs other
                                && Arrays.equals(l.values(), other.values());
                    case null -> false;
                });
    }

    private static void assertMessage(String part, Runnable action) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, action::run);
        assertTrue(String.valueOf(e.getMessage()).contains(part), e.toString());
    }
}
