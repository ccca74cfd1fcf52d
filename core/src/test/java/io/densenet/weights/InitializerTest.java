package io.densenet.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.arch.DenseNet;
import io.densenet.arch.DenseNets;
import io.densenet.arch.Graph;
import io.densenet.arch.ParameterSpec;
import io.densenet.arch.Shape;
import io.densenet.arch.baseline.Baselines;
import io.densenet.arch.baseline.Variations;
import io.densenet.weights.Initializer.Fan;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InitializerTest {
    private static final Graph NETWORK =
            Graph.of(DenseNet.of(DenseNets.named("densenet-bc-16-4", 3, 10)), new Shape(3, 32, 32));

    /// 128 × 64 × 3 × 3 values: the deviation of their deviation is 0.26 %.
    @ParameterizedTest(name = "fan {0}: standard deviation √(2/{1})")
    @CsvSource({"OUT, 1152", "IN, 576"})
    void convolutionsAreNormalWithTheVarianceOfTheFan(Fan fan, int connections) {
        ParameterSpec spec = new ParameterSpec("w", ParameterSpec.Kind.CONVOLUTION_WEIGHT, List.of(128, 64, 3, 3));
        float[] values = Initializer.initialize(List.of(spec), 7, fan).floats("w");
        double expected = Math.sqrt(2.0 / connections);
        double mean = 0;
        double square = 0;
        int withinOne = 0;
        for (float value : values) {
            mean += value / values.length;
            square += value * value / values.length;
            withinOne += Math.abs(value) < expected ? 1 : 0;
        }
        assertEquals(0, mean, 0.02 * expected);
        assertEquals(expected, Math.sqrt(square), 0.02 * expected);
        assertEquals(0.6827, (double) withinOne / values.length, 0.01, "a normal distribution, not another");
    }

    @Test
    void theSameSeedGivesTheSameBitsAndAnotherSeedOthers() {
        StateDict once = Initializer.initialize(NETWORK.stateDict(), 1, Fan.OUT);
        assertEquals(
                once.sha256(),
                Initializer.initialize(NETWORK.stateDict(), 1, Fan.OUT).sha256());
        assertNotEquals(
                once.sha256(),
                Initializer.initialize(NETWORK.stateDict(), 2, Fan.OUT).sha256());
        assertNotEquals(
                once.sha256(),
                Initializer.initialize(NETWORK.stateDict(), 1, Fan.IN).sha256());
    }

    @Test
    void everythingThatTheNetworkNeedsIsThere() {
        assertEquals(
                List.of(),
                Initializer.initialize(NETWORK.stateDict(), 1, Fan.OUT).differencesFrom(NETWORK.stateDict()));
    }

    @Test
    void parametersDoNotDependOnTheSizeOfThoseBefore() {
        ParameterSpec last = new ParameterSpec("last", ParameterSpec.Kind.LINEAR_WEIGHT, List.of(3, 4));
        ParameterSpec small = new ParameterSpec("first", ParameterSpec.Kind.LINEAR_WEIGHT, List.of(1, 4));
        ParameterSpec large = new ParameterSpec("first", ParameterSpec.Kind.LINEAR_WEIGHT, List.of(9, 4));
        StateDict one = Initializer.initialize(List.of(small, last), 5, Fan.OUT);
        StateDict other = Initializer.initialize(List.of(large, last), 5, Fan.OUT);
        assertArrayEquals(one.floats("last"), other.floats("last"));
        assertNotEquals(one.floats("first")[0], one.floats("last")[0]);
    }

    @Test
    void normsBeginAsTheIdentity() {
        StateDict state = Initializer.initialize(NETWORK.stateDict(), 1, Fan.OUT);
        for (ParameterSpec spec : NETWORK.stateDict()) {
            switch (spec.kind()) {
                case NORM_WEIGHT, RUNNING_VARIANCE -> assertAll(1, state.floats(spec.name()));
                case NORM_BIAS, RUNNING_MEAN, LINEAR_BIAS -> assertAll(0, state.floats(spec.name()));
                case BATCHES_TRACKED -> {
                    Tensor tensor = state.entries().get(spec.name());
                    assertArrayEquals(
                            new long[1],
                            assertInstanceOf(Tensor.Longs.class, tensor).values());
                }
                case CONVOLUTION_WEIGHT, CONVOLUTION_BIAS, LINEAR_WEIGHT -> {}
            }
        }
    }

    @Test
    void linearWeightsFillTheirBoundsUniformly() {
        ParameterSpec spec = new ParameterSpec("w", ParameterSpec.Kind.LINEAR_WEIGHT, List.of(100, 400));
        float[] values = Initializer.initialize(List.of(spec), 3, Fan.OUT).floats("w");
        double bound = 1 / Math.sqrt(400);
        double least = 0;
        double most = 0;
        double square = 0;
        for (float value : values) {
            least = Math.min(least, value);
            most = Math.max(most, value);
            square += value * value / values.length;
        }
        assertTrue(least >= -bound && least < -0.99 * bound, "least " + least);
        assertTrue(most <= bound && most > 0.99 * bound, "most " + most);
        assertEquals(bound / Math.sqrt(3), Math.sqrt(square), 0.01 * bound);
    }

    private static void assertAll(float expected, float[] values) {
        for (float value : values) {
            assertEquals(expected, value);
        }
    }

    /// So that a highway layer first hands on what it reads; what holds of the gate holds of no other bias.
    @Test
    void theBiasOfATransformGateStartsAtMinusTwo() {
        Graph graph = Baselines.named("highway-19", Variations.NONE, 3, 10).graph(new Shape(3, 32, 32));
        StateDict state = Initializer.initialize(graph.stateDict(), 1, Initializer.Fan.OUT);
        assertEquals(-2, state.floats("stage1.highway1.gate.bias")[5]);
        assertEquals(0, state.floats("stage1.highway1.conv.bias")[5]);
    }
}
