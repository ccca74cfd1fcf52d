package io.densenet.cpu;

import io.densenet.arch.DenseBlock;
import io.densenet.arch.DenseLayer;
import io.densenet.arch.DenseNet;
import io.densenet.arch.FeaturePoint;
import io.densenet.arch.Graph;
import io.densenet.arch.Stem;
import io.densenet.cpu.kernel.Rows;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Where the maps of feature points stand when the fused engine has gone through an image. A block keeps the
/// channels of all its layers, so most points are a slice of one. What stands within a layer or a transition is
/// folded together or overwritten and cannot be shown.
final class FeatureTaps {
    /// How to come by the maps of a point.
    sealed interface Tap permits Stored, Normed, Pooled {}

    /// Channels as a block stores them.
    record Stored(int block, int first, int channels) implements Tap {
        void read(Features x, int image, float[] out) {
            int pixels = x.grid().pixels();
            Rows rows = new Rows(new float[pixels * channels], 0, channels);
            x.read(first, channels, 0, pixels, rows);
            for (int c = 0; c < channels; c++) {
                int at = (image * channels + c) * pixels;
                for (int p = 0; p < pixels; p++) {
                    out[at + p] = rows.data()[p * channels + c];
                }
            }
        }
    }

    /// All channels of the last block behind norm5, and perhaps the ReLU behind that.
    record Normed(int channels, boolean rectified) implements Tap {
        void read(Features x, FoldedNorm norm, int image, float[] out) {
            new Stored(0, 0, channels).read(x, image, out);
            int pixels = x.grid().pixels();
            for (int c = 0; c < channels; c++) {
                int at = (image * channels + c) * pixels;
                for (int p = at; p < at + pixels; p++) {
                    float v = Math.fma(out[p], norm.scale()[c], norm.shift()[c]);
                    out[p] = rectified && v < 0 ? 0 : v; // as the kernels: NaN stays NaN
                }
            }
        }
    }

    /// Means of the rectified maps.
    record Pooled() implements Tap {}

    private final Map<String, Tap> taps;
    private final List<FeaturePoint> points;

    private FeatureTaps(Map<String, Tap> taps, List<FeaturePoint> points) {
        this.taps = taps;
        this.points = points;
    }

    static FeatureTaps of(DenseNet network, Graph graph) {
        Map<String, Tap> taps = new HashMap<>();
        String entrance = switch (network.config().stem()) {
            case Stem.Cifar _ -> "features.conv0";
            case Stem.ImageNet _ -> "features.pool0";
        };
        taps.put(entrance, new Stored(0, 0, network.blocks().getFirst().inputChannels()));
        for (int b = 0; b < network.blocks().size(); b++) {
            DenseBlock block = network.blocks().get(b);
            if (b > 0) {
                String transition = network.transitions().get(b - 1).name();
                taps.put(transition, new Stored(b, 0, block.inputChannels()));
            }
            for (DenseLayer layer : block.layers()) {
                taps.put(layer.name(), new Stored(b, layer.inputChannels(), layer.growthRate()));
            }
            taps.put(block.name(), new Stored(b, 0, block.outputChannels()));
        }
        int channels = network.head().inputChannels();
        taps.put("features.norm5", new Normed(channels, false));
        taps.put("features.relu5", new Normed(channels, true));
        taps.put(FeaturePoint.GAP, new Pooled());
        return new FeatureTaps(
                taps,
                FeaturePoint.of(graph).stream()
                        .filter(point -> taps.containsKey(point.name()))
                        .toList());
    }

    List<FeaturePoint> points() {
        return points;
    }

    Tap at(FeaturePoint point) {
        Tap tap = taps.get(point.name());
        if (tap == null) {
            throw new IllegalArgumentException(
                    "the fused engine does not keep the features " + point.name() + "; libtorch does");
        }
        return tap;
    }
}
