package io.densenet.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.densenet.arch.FeaturePoint;
import io.densenet.arch.Graph;
import io.densenet.arch.Shape;
import io.densenet.arch.baseline.Baselines;
import io.densenet.arch.baseline.Variations;
import io.densenet.data.ImageBatch;
import io.densenet.golden.Golden;
import io.densenet.weights.StateDict;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Maps, gradients and what is made of them, against torchvision's DenseNet and autograd.
final class ClassActivationTest {
    private static final double TOLERANCE = 1e-4;
    private static final Golden GOLDEN = Golden.read("explained");
    private static final Graph GRAPH = GOLDEN.graph();

    static List<String> cases() {
        return Golden.CASES;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void logitsAreThoseOfPyTorch(String name) {
        Golden golden = Golden.read(name);
        for (int n = 0; n < golden.batch().size(); n++) {
            float[] logits = pass(golden, n).logits();
            assertSame(part(golden.floats("logits"), n, golden.batch().size()), logits);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "conv0",
                "norm0",
                "relu0",
                "pool0",
                "denseblock1.denselayer1",
                "denseblock1.denselayer2.norm1",
                "denseblock1.denselayer2.conv1",
                "denseblock1.denselayer2.relu2",
                "denseblock1",
                "transition1.norm",
                "transition1.conv",
                "transition1",
                "denseblock2.denselayer1",
                "denseblock2",
                "transition2",
                "denseblock3.denselayer1",
                "denseblock3.denselayer2",
                "norm5"
            })
    void mapsGradientsAndGradCamAreThoseOfPyTorch(String name) {
        FeaturePoint point = FeaturePoint.named(name, FeaturePoint.of(GRAPH));
        for (int n = 0; n < 2; n++) {
            ReferencePass pass = pass(GOLDEN, n);
            int label = GOLDEN.batch().labels()[n];
            float[] gradient = part(GOLDEN.floats("gradient." + name), n, 2);
            assertFalse(Arrays.equals(new float[gradient.length], gradient), "nothing to compare");
            assertSame(part(GOLDEN.floats("feature." + name), n, 2), pass.map(point.node()));
            assertSame(gradient, pass.gradient(label, point.node()));
            ClassActivation found = ClassActivation.gradCam(pass, point, label);
            assertEquals(point.output(), new Shape(point.output().channels(), found.height(), found.width()));
            assertSame(part(GOLDEN.floats("gradcam." + name), n, 2), found.values());
        }
    }

    @Test
    void theClassActivationMapIsExact() {
        FeaturePoint source = ClassActivation.source(GRAPH);
        assertEquals("features.relu5", source.name());
        float[] bias = GOLDEN.state().floats("classifier.bias");
        for (int n = 0; n < 2; n++) {
            ReferencePass pass = pass(GOLDEN, n);
            for (int c = 0; c < bias.length; c++) {
                ClassActivation map = ClassActivation.cam(GRAPH, GOLDEN.state(), pass.map(source.node()), 0, c);
                double sum = 0;
                for (float value : map.values()) {
                    sum += value;
                }
                float logit = GOLDEN.floats("logits")[n * bias.length + c];
                assertEquals(logit, sum / map.values().length + bias[c], 1e-5 * (1 + Math.abs(logit)));
                if (c == GOLDEN.batch().labels()[n]) {
                    assertSame(part(GOLDEN.floats("cam"), n, 2), map.values());
                }
            }
        }
    }

    @Test
    void otherNetworksAndPointsWithoutPixelsAreRefused() {
        Graph resnet = Baselines.named("resnet-110", Variations.NONE, 3, 10).graph(new Shape(3, 32, 32));
        StateDict nothing = new StateDict(new LinkedHashMap<>());
        assertThrows(IllegalArgumentException.class, () -> ReferencePass.of(resnet, nothing, new float[3 * 32 * 32]));
        FeaturePoint gap = FeaturePoint.named("gap", FeaturePoint.of(GRAPH));
        var failure =
                assertThrows(IllegalArgumentException.class, () -> ClassActivation.gradCam(pass(GOLDEN, 0), gap, 0));
        assertEquals("gap has no pixels to draw", failure.getMessage());
    }

    private static ReferencePass pass(Golden golden, int image) {
        ImageBatch batch = golden.batch();
        return ReferencePass.of(golden.graph(), golden.state(), part(batch.pixels(), image, batch.size()));
    }

    private static float[] part(float[] values, int number, int parts) {
        int length = values.length / parts;
        return Arrays.copyOfRange(values, number * length, (number + 1) * length);
    }

    /// Within a small part of the largest value.
    private static void assertSame(float[] expected, float[] found) {
        assertEquals(expected.length, found.length);
        double largest = 0;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], found[i], TOLERANCE * largest, "value " + i);
        }
    }
}
