package io.densenet.cpu;

import io.densenet.arch.DenseNet;
import io.densenet.arch.Shape;
import io.densenet.data.ImageBatch;
import java.util.Arrays;

/// A network with packed weights, for inference. Thread-safe.
final class InferenceNetwork {
    private final PooledFeatures features;
    private final float[] classifierWeight;
    private final float[] classifierBias;

    /// Packs the weights as they are now.
    InferenceNetwork(Compute compute, NetworkState state, DenseNet network, Shape image) {
        features = new PooledFeatures(compute, state, network, image);
        int channels = network.head().inputChannels();
        int classes = network.config().numClasses();
        classifierWeight = transposed(values(state, "classifier.weight", channels * classes), channels);
        classifierBias = values(state, "classifier.bias", classes);
    }

    private static float[] values(NetworkState state, String name, int length) {
        int offset = state.offset(name);
        return Arrays.copyOfRange(state.arena().values(), offset, offset + length);
    }

    /// Features × classes, from classes × features.
    private static float[] transposed(float[] weight, int features) {
        int classes = weight.length / features;
        float[] columns = new float[weight.length];
        for (int k = 0; k < classes; k++) {
            for (int c = 0; c < features; c++) {
                columns[c * classes + k] = weight[k * features + c];
            }
        }
        return columns;
    }

    int numClasses() {
        return classifierBias.length;
    }

    /// Writes N × classes logits.
    void logits(ImageBatch batch, float[] out) {
        features.forEach(batch, (image, _, pooled) -> classify(pooled, out, image * numClasses()));
    }

    /// Writes N × classes logits, and N × C × H × W values of a tap.
    void features(ImageBatch batch, float[] logits, FeatureTaps.Tap tap, float[] out) {
        features.forEach(batch, (image, maps, pooled) -> {
            classify(pooled, logits, image * numClasses());
            switch (tap) {
                case FeatureTaps.Stored stored -> stored.read(maps.get(stored.block()), image, out);
                case FeatureTaps.Normed normed -> normed.read(maps.getLast(), features.norm(), image, out);
                case FeatureTaps.Pooled _ -> System.arraycopy(pooled, 0, out, image * pooled.length, pooled.length);
            }
        });
    }

    private void classify(float[] pooled, float[] out, int at) {
        double[] sums = new double[numClasses()];
        for (int k = 0; k < sums.length; k++) {
            sums[k] = classifierBias[k];
        }
        for (int c = 0; c < pooled.length; c++) {
            addScaled(sums, classifierWeight, c * sums.length, pooled[c]);
        }
        for (int k = 0; k < sums.length; k++) {
            out[at + k] = (float) sums[k];
        }
    }

    /// The JIT compiler makes vectors of this.
    private static void addScaled(double[] sums, float[] weight, int from, double factor) {
        for (int k = 0; k < sums.length; k++) {
            sums[k] += weight[from + k] * factor;
        }
    }
}
