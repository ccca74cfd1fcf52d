package io.densenet.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.arch.FrozenFront;
import io.densenet.data.InMemoryDataset;
import io.densenet.engine.ParameterArena;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is trained, and at which rate, where a trained network is fitted to other classes.
class FineTuningTest {
    @TempDir
    private Path folder;

    private static final Set<String> HEAD = Set.of("classifier.weight", "classifier.bias");

    private final Toys toys = new Toys();

    /// The toy's gradients reach the classifier only, but weight decay would shrink all else.
    @Test
    void frozenParametersStayToTheBitWhateverTheWeightDecay() throws IOException {
        ToyClassifier toy = toys.fresh();
        toy.freeze(new FrozenFront(2, 3));
        float[] before = toy.parameters().values().clone();
        train(toy, toys.config(1, 1));
        float[] after = toy.parameters().values();
        for (ParameterArena.View view : toy.parameters().views()) {
            float[] then = Arrays.copyOfRange(before, view.offset(), view.end());
            float[] now = Arrays.copyOfRange(after, view.offset(), view.end());
            if (toy.frozen().holds(view.spec().name())) {
                assertArrayEquals(then, now, view.spec().name());
            } else if (then[0] != 0) { // shifts of norms are 0, which decay leaves
                assertNotEquals(then[0], now[0], view.spec().name());
            }
        }
    }

    /// With a rate that is a million times lower the classifier hardly moves, and all else as before.
    @Test
    void theClassifierHasItsOwnRate() throws IOException {
        ToyClassifier usual = toys.fresh();
        train(usual, toys.config(1, 1));
        ToyClassifier slow = toys.fresh();
        train(slow, toys.config(1, 1).withFineTuning(ClassWeighting.NONE, 1e-6));
        float[] initial = toys.fresh().parameters().values();
        int head = headOffset(usual);
        assertArrayEquals(
                Arrays.copyOf(usual.parameters().values(), head),
                Arrays.copyOf(slow.parameters().values(), head));
        double moved = 0;
        double movedSlowly = 0;
        for (int i = head; i < initial.length; i++) {
            moved = Math.max(moved, Math.abs(usual.parameters().values()[i] - initial[i]));
            movedSlowly = Math.max(movedSlowly, Math.abs(slow.parameters().values()[i] - initial[i]));
        }
        assertTrue(moved > 1e-2, "moved " + moved);
        assertTrue(movedSlowly < 1e-5 && movedSlowly > 0, "moved slowly " + movedSlowly);
    }

    @Test
    void groupsAreAsFewAsCanBe() {
        ToyClassifier toy = toys.fresh();
        int all = toy.parameters().values().length;
        int head = headOffset(toy);
        assertEquals(List.of(new ParameterGroup(0, all, 1)), ParameterGroup.of(toy, HEAD, 1));
        assertEquals(
                List.of(new ParameterGroup(0, head, 1), new ParameterGroup(head, all, 10)),
                ParameterGroup.of(toy, HEAD, 10));
        toy.freeze(new FrozenFront(3, 3));
        assertEquals(List.of(new ParameterGroup(head, all, 10)), ParameterGroup.of(toy, HEAD, 10));
    }

    /// Six of class 0, three of class 1, none of class 2: a mean weight of 1, and both classes as heavy.
    @Test
    void balancedClassesWeighTheSame() {
        InMemoryDataset images = new InMemoryDataset(
                1, 1, 1, new byte[9], new int[] {0, 0, 0, 1, 0, 1, 0, 0, 1}, List.of("a", "b", "c"));
        assertEquals(List.of(0.75, 1.5, 1.0), ClassWeighting.BALANCED.weights(images));
        assertEquals(List.of(), ClassWeighting.NONE.weights(images));
    }

    private static int headOffset(ToyClassifier toy) {
        return toy.parameters().views().stream()
                .filter(view -> view.spec().name().equals("classifier.weight"))
                .findFirst()
                .orElseThrow()
                .offset();
    }

    private void train(ToyClassifier toy, TrainingConfig config) throws IOException {
        try (RunFolder run = RunFolder.createNext(folder, "run")) {
            toys.trainer(toy, run, config, new Limits(0, 0, 0, 0)).run();
        }
    }
}
