package io.densenet.arch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class FeaturePointTest {
    private static final List<FeaturePoint> POINTS =
            FeaturePoint.of(Graph.of(DenseNet.of(DenseNets.named("densenet121", 3, 1000)), new Shape(3, 224, 224)));

    @Test
    void shapesAreThoseOfTable1() {
        assertEquals(new Shape(64, 56, 56), shape("pool0"));
        assertEquals(new Shape(256, 56, 56), shape("denseblock1"));
        assertEquals(new Shape(128, 28, 28), shape("features.transition1"));
        assertEquals(new Shape(32, 28, 28), shape("denseblock2.denselayer3"));
        assertEquals(new Shape(128, 28, 28), shape("denseblock2.denselayer3.conv1"));
        assertEquals(new Shape(1024, 7, 7), shape("norm5"));
        assertEquals(new Shape(1024, 1, 1), shape("gap"));
        assertTrue(FeaturePoint.named("gap", POINTS).vector());
    }

    @Test
    void unknownNamesAreAnsweredWithSimilarOnes() {
        var failure = assertThrows(IllegalArgumentException.class, () -> FeaturePoint.named("DenseBlock3", POINTS));
        assertTrue(
                String.valueOf(failure.getMessage())
                        .startsWith("there are no features 'DenseBlock3' here; there are denseblock3, denseblock"),
                failure.getMessage());
        assertThrows(IllegalArgumentException.class, () -> FeaturePoint.named("features", POINTS));
    }

    private static Shape shape(String name) {
        return FeaturePoint.named(name, POINTS).output();
    }
}
