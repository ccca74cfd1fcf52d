package io.densenet.engine;

import io.densenet.arch.FeaturePoint;
import io.densenet.data.ImageBatch;
import java.util.List;

/// A classifier that also shows what it sees on the way.
public interface FeatureExtractor extends Classifier {
    /// Where it can be looked into, in the order of execution.
    List<FeaturePoint> featurePoints();

    /// Logits and the maps at one point, from one pass, as [#logits].
    ///
    /// @param point    one of [#featurePoints()]
    /// @param logits   receives N × numClasses values, row-major
    /// @param features receives N × C × H × W values, row-major, of the point's shape
    /// @throws IllegalArgumentException when the images have another shape, an array is too short, or the
    ///     engine cannot show the point
    void features(ImageBatch images, FeaturePoint point, float[] logits, float[] features);
}
