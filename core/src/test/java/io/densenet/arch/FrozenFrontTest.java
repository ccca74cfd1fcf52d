package io.densenet.arch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class FrozenFrontTest {
    private static final DenseNetConfig CONFIG = DenseNets.named("densenet121", 3, 5);
    private static final List<String> NAMES = CONFIG.graph(new Shape(3, 64, 64)).stateDict().stream()
            .map(ParameterSpec::name)
            .toList();

    /// A layer with a bottleneck has two norms of 5 tensors and two convolutions, 12 tensors; a transition 6; the stem
    /// 6; the last norm 5.
    @Test
    void itHoldsTheStemAndItsBlocksWithTheTransitionsBehindThem() {
        assertEquals(0, held(FrozenFront.NONE));
        assertEquals(6 + 6 * 12 + 6, held(FrozenFront.of(CONFIG, 1)));
        assertEquals(6 + (6 + 12 + 24) * 12 + 3 * 6, held(FrozenFront.of(CONFIG, 3)));
        assertEquals(NAMES.size() - 2, held(FrozenFront.of(CONFIG, 4)));
        assertEquals(FrozenFront.of(CONFIG, 4), FrozenFront.features(CONFIG));
    }

    @Test
    void theFirstBlockIsNotTheTenth() {
        DenseNetConfig many = CONFIG.withLayersPerBlock(List.of(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1));
        assertFalse(FrozenFront.of(many, 1).holds("features.denseblock10.denselayer1.norm1.weight"));
        assertFalse(FrozenFront.of(many, 9).holds("features.norm5.weight"));
        assertFalse(FrozenFront.features(many).holds("classifier.weight"));
    }

    @Test
    void moreBlocksThanThereAreAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> FrozenFront.of(CONFIG, 5));
        assertThrows(IllegalArgumentException.class, () -> FrozenFront.of(CONFIG, -1));
    }

    private static long held(FrozenFront front) {
        return NAMES.stream().filter(front::holds).count();
    }
}
