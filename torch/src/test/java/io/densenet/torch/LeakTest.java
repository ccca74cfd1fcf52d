package io.densenet.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.arch.Graph;
import io.densenet.arch.Node;
import io.densenet.arch.Op;
import io.densenet.arch.Shape;
import io.densenet.data.ImageBatch;
import io.densenet.engine.Classifier;
import io.densenet.golden.Golden;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

/// Whatever a call makes outside the Java heap is gone when it returns, without the garbage collector's help.
class LeakTest {
    private static final int ROUNDS = 300;
    private static final Golden GOLDEN = Golden.read("dropout");
    private static final TorchOptions OPTIONS = TorchOptions.cpu(1, MemoryLayout.CHANNELS_LAST);

    private final ImageBatch batch = GOLDEN.batch();

    @Test
    void trainingLeavesNothingBehind() {
        try (TorchClassifier classifier = open()) {
            assertLeavesNothing(() -> classifier.gradients(batch, GOLDEN.step(0)));
        }
    }

    @Test
    void predictionLeavesNothingBehind() {
        float[] logits = new float[batch.size() * GOLDEN.graph().numClasses()];
        try (TorchClassifier classifier = open();
                Classifier frozen = TorchClassifier.openForInference(GOLDEN.graph(), GOLDEN.state(), OPTIONS)) {
            assertLeavesNothing(() -> {
                classifier.logits(batch, logits);
                frozen.logits(batch, logits);
            });
        }
    }

    @Test
    void openingLoadingAndClosingLeavesNothingBehind() {
        assertLeavesNothing(() -> {
            try (TorchClassifier classifier = open()) {
                classifier.load(classifier.stateDict());
            }
        });
    }

    /// The second convolution reads two maps where the first one makes one, which libtorch finds out only when it
    /// has computed the first.
    @Test
    void aStepThatFailsWithinTheGraphLeavesNothingBehind() {
        Graph broken = new Graph(List.of(
                new Node("input", new Op.Input(), List.of(), new Shape(3, 9, 9)),
                new Node("first", new Op.Convolution(3, 1, 1, 1, 0, false), List.of(0), new Shape(1, 9, 9)),
                new Node("second", new Op.Convolution(2, 4, 9, 1, 0, false), List.of(1), new Shape(4, 1, 1))));
        try (TorchClassifier classifier = TorchClassifier.open(broken, OPTIONS)) {
            assertLeavesNothing(() -> {
                RuntimeException e =
                        assertThrows(RuntimeException.class, () -> classifier.gradients(batch, GOLDEN.step(0)));
                assertTrue(String.valueOf(e.getMessage()).contains("to have 2 channels"), e.toString());
            });
        }
    }

    /// With no weights at all, so that it fails when the tensors have been made.
    @Test
    @SuppressWarnings("NullAway") // on purpose
    void openingThatFailsLeavesNothingBehind() {
        assertLeavesNothing(() -> assertThrows(
                NullPointerException.class,
                () -> TorchClassifier.openForInference(GOLDEN.graph(), null, OPTIONS)
                        .close()));
    }

    /// The control: the same check must see a tensor that is kept on purpose.
    @Test
    void aPlantedLeakIsCaught() {
        List<Tensor> kept = new ArrayList<>();
        try (TorchClassifier classifier = open()) {
            assertThrows(
                    AssertionFailedError.class,
                    () -> assertLeavesNothing(() -> {
                        classifier.gradients(batch, GOLDEN.step(0));
                        kept.add(torch.zeros(1));
                    }));
        }
        kept.forEach(Tensor::close);
    }

    private static TorchClassifier open() {
        TorchClassifier classifier = TorchClassifier.open(GOLDEN.graph(), OPTIONS);
        classifier.load(GOLDEN.state());
        return classifier;
    }

    private static void assertLeavesNothing(Runnable action) {
        action.run();
        long count = Pointer.totalCount();
        long bytes = Pointer.totalBytes();
        for (int round = 0; round < ROUNDS; round++) {
            action.run();
        }
        assertEquals(count, Pointer.totalCount(), "objects outside the Java heap");
        assertEquals(bytes, Pointer.totalBytes(), "bytes outside the Java heap");
    }
}
