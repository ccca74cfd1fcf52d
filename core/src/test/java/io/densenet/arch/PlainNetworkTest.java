package io.densenet.arch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PlainNetworkTest {
    private static final Shape CIFAR = new Shape(3, 32, 32);

    /// A ResNet of 6n + 2 layers whose shortcuts have no parameters has those of the plain network: 269,722
    /// for 20 layers and 1,727,962 for 110, as public implementations of He et al.'s CIFAR networks count
    /// them.
    @ParameterizedTest
    @CsvSource({"plain-20, 269722", "plain-110, 1727962"})
    void parametersAreThoseOfTheResNetOfEqualDepth(String name, long parameters) {
        assertEquals(parameters, Cost.of(PlainNetwork.named(name, CIFAR, 10)).parameters());
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 40, 41, 42, 100})
    void theDepthCountsConvolutionsAndClassifier(int depth) {
        Graph graph = PlainNetwork.named("plain-" + depth, CIFAR, 10);
        long weighted = graph.nodes().stream()
                .filter(node -> node.op() instanceof Op.Convolution || node.op() instanceof Op.Linear)
                .count();
        assertEquals(depth, weighted);
        assertTrue(graph.nodes().stream().allMatch(node -> node.inputs().size() <= 1), "nothing leads around a layer");
    }

    @Test
    void whatIsNoPlainNetworkIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> PlainNetwork.named("plain-4", CIFAR, 10));
        assertThrows(IllegalArgumentException.class, () -> PlainNetwork.named("plain", CIFAR, 10));
    }
}
