package io.densenet.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.densenet.data.ImageBatch;
import io.densenet.engine.Classifier;
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

    @Test
    void aRefusedStepLeavesNothingBehind() {
        int[] labels = {0, 0, 0, 0, 0, 99};
        ImageBatch wrong = new ImageBatch(6, 3, 9, 9, batch.pixels(), labels);
        try (TorchClassifier classifier = open()) {
            assertLeavesNothing(() ->
                    assertThrows(IllegalArgumentException.class, () -> classifier.gradients(wrong, GOLDEN.step(0))));
        }
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
