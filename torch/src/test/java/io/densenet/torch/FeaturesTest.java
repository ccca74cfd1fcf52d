package io.densenet.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.densenet.arch.FeaturePoint;
import io.densenet.data.ImageBatch;
import io.densenet.engine.FeatureExtractor;
import io.densenet.golden.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What libtorch shows on the way is what torchvision's hooks see, also in front of a ReLU that works in place.
final class FeaturesTest {
    private static final float TOLERANCE = 1e-4f;
    private static final Golden GOLDEN = Golden.read("explained");

    @ParameterizedTest
    @EnumSource
    void everyMapIsTorchvisions(MemoryLayout layout) {
        int compared = 0;
        try (FeatureExtractor classifier = open(layout)) {
            for (FeaturePoint point : classifier.featurePoints()) {
                if (GOLDEN.has("feature." + point.shortName())) {
                    assertSame(GOLDEN.floats("feature." + point.shortName()), classifier, point);
                    compared++;
                }
            }
        }
        assertEquals(18, compared);
    }

    @Test
    void gapIsTheMeanOfTheRectifiedMaps() {
        try (FeatureExtractor classifier = open(MemoryLayout.CONTIGUOUS)) {
            FeaturePoint gap = FeaturePoint.named("gap", classifier.featurePoints());
            assertSame(GOLDEN.floats("gap"), classifier, gap);
        }
    }

    private static FeatureExtractor open(MemoryLayout layout) {
        return TorchClassifier.openForInference(GOLDEN.graph(), GOLDEN.state(), new TorchOptions("cpu", 1, layout));
    }

    private static void assertSame(float[] expected, FeatureExtractor classifier, FeaturePoint point) {
        ImageBatch batch = GOLDEN.batch();
        float[] logits = new float[batch.size() * classifier.numClasses()];
        float[] features = new float[expected.length];
        classifier.features(batch, point, logits, features);
        assertArrayEquals(expected, features, TOLERANCE, point.name());
        assertArrayEquals(GOLDEN.floats("logits"), logits, TOLERANCE, point.name());
    }
}
