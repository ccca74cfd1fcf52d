package io.densenet.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.densenet.analysis.ReferencePass;
import io.densenet.arch.FeaturePoint;
import io.densenet.arch.Graph;
import io.densenet.data.ImageBatch;
import io.densenet.engine.FeatureExtractor;
import io.densenet.golden.Golden;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The maps that the fused engine shows are torchvision's; `make_feature_goldens.py` tells what is in the file.
final class FeaturesTest {
    private static final double TOLERANCE = 1e-4;

    static List<String> cases() {
        return Golden.CASES;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pool0",
                "denseblock1.denselayer1",
                "denseblock1",
                "transition1",
                "denseblock2.denselayer1",
                "denseblock2",
                "transition2",
                "denseblock3.denselayer1",
                "denseblock3.denselayer2",
                "norm5"
            })
    void mapsAreThoseOfTorchvisionsHooks(String name) {
        Golden golden = Golden.read("explained");
        assertSame(golden.floats("feature." + name), features(golden, name, 1));
        assertArrayEquals(features(golden, name, 1), features(golden, "features." + name, 3), "threads");
    }

    @Test
    void gapIsTheMeanOfTheRectifiedMaps() {
        Golden golden = Golden.read("explained");
        assertSame(golden.floats("gap"), features(golden, "gap", 1));
    }

    /// Plain layers, odd sizes, other stems: against the plain loops that ClassActivationTest holds to PyTorch.
    @ParameterizedTest
    @MethodSource("cases")
    void everyPointOfEveryVariantIsThatOfThePlainLoops(String name) {
        Golden golden = Golden.read(name);
        Graph graph = golden.graph();
        ImageBatch batch = golden.batch();
        ReferencePass[] passes = new ReferencePass[batch.size()];
        for (int n = 0; n < passes.length; n++) {
            int length = (int) golden.image().elements();
            passes[n] = ReferencePass.of(
                    graph, golden.state(), Arrays.copyOfRange(batch.pixels(), n * length, (n + 1) * length));
        }
        try (FeatureExtractor classifier = open(golden, 2)) {
            for (FeaturePoint point : classifier.featurePoints()) {
                int length = (int) point.output().elements();
                float[] expected = new float[batch.size() * length];
                for (int n = 0; n < passes.length; n++) {
                    System.arraycopy(passes[n].map(point.node()), 0, expected, n * length, length);
                }
                float[] logits = new float[batch.size() * classifier.numClasses()];
                float[] found = new float[expected.length];
                classifier.features(batch, point, logits, found);
                assertSame(expected, found);
                assertSame(golden.floats("logits"), logits);
            }
        }
    }

    @Test
    void whatIsFoldedAwayIsNotShown() {
        Golden golden = Golden.read("explained");
        FeaturePoint inside = FeaturePoint.named("denseblock1.denselayer2.conv1", FeaturePoint.of(golden.graph()));
        try (FeatureExtractor classifier = open(golden, 1)) {
            var failure = assertThrows(
                    IllegalArgumentException.class,
                    () -> classifier.features(golden.batch(), inside, new float[10], new float[100_000]));
            assertEquals(
                    "the fused engine does not keep the features features.denseblock1.denselayer2.conv1; libtorch does",
                    failure.getMessage());
            assertThrows(
                    IllegalArgumentException.class,
                    () -> classifier.features(
                            golden.batch(),
                            FeaturePoint.named("norm5", classifier.featurePoints()),
                            new float[10],
                            new float[1]));
        }
    }

    private static float[] features(Golden golden, String name, int threads) {
        ImageBatch batch = golden.batch();
        try (FeatureExtractor classifier = open(golden, threads)) {
            FeaturePoint point = FeaturePoint.named(name, classifier.featurePoints());
            float[] features = new float[batch.size() * (int) point.output().elements()];
            classifier.features(batch, point, new float[batch.size() * classifier.numClasses()], features);
            return features;
        }
    }

    private static FeatureExtractor open(Golden golden, int threads) {
        return CpuClassifier.openForInference(
                golden.network(), golden.image(), golden.state(), new CpuOptions(threads, MemoryMode.STANDARD));
    }

    private static void assertSame(float[] expected, float[] found) {
        assertEquals(expected.length, found.length);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], found[i], TOLERANCE * (1 + Math.abs(expected[i])), "value " + i);
        }
    }
}
