package io.densenet.arch.baseline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.arch.Cost;
import io.densenet.arch.Graph;
import io.densenet.arch.Op;
import io.densenet.arch.Shape;
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
        assertEquals(parameters, Cost.of(graph(name)).parameters());
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 40, 41, 42, 100})
    void theDepthCountsConvolutionsAndClassifier(int depth) {
        Graph graph = graph("plain-" + depth);
        long weighted = graph.nodes().stream()
                .filter(node -> node.op() instanceof Op.Convolution || node.op() instanceof Op.Linear)
                .count();
        assertEquals(depth, weighted);
        assertTrue(graph.nodes().stream().allMatch(node -> node.inputs().size() <= 1), "nothing leads around a layer");
    }

    @Test
    void whatIsNoPlainNetworkIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> graph("plain-4"));
        assertThrows(IllegalArgumentException.class, () -> graph("plain"));
    }

    private static Graph graph(String name) {
        return Baselines.named(name, Variations.NONE, 3, 10).graph(CIFAR);
    }
}
