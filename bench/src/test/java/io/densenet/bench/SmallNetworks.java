package io.densenet.bench;

import io.densenet.arch.DenseNet;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.DenseNets;
import io.densenet.arch.Graph;
import io.densenet.arch.ParameterSpec;
import io.densenet.arch.Shape;
import io.densenet.arch.Stem;
import io.densenet.cpu.CpuClassifier;
import io.densenet.cpu.CpuOptions;
import io.densenet.cpu.MemoryMode;
import io.densenet.data.ImageBatch;
import io.densenet.engine.Classifier;
import io.densenet.weights.Initializer;
import io.densenet.weights.StateDict;
import io.densenet.weights.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.SequencedMap;

/// Networks that a peer must compute as our engine does: each with weights, running statistics and images
/// that leave nothing at its default.
final class SmallNetworks {
    private static final int CLASSES = 7;

    private SmallNetworks() {}

    /// @param name `cifar` or `imagenet`
    static DenseNetConfig config(String name) {
        DenseNetConfig cifar = DenseNets.named("densenet-bc-40-12", 3, CLASSES);
        return switch (name) {
            case "cifar" -> cifar;
            case "plain" -> DenseNets.named("densenet-22-8", 3, CLASSES);
            case "imagenet" ->
                cifar.withStem(new Stem.ImageNet(3, 20)).withGrowthRate(8).withLayersPerBlock(List.of(2, 3, 2, 2));
            default -> throw new IllegalArgumentException(name);
        };
    }

    static Shape image(DenseNetConfig config) {
        return config.stem() instanceof Stem.ImageNet ? new Shape(3, 64, 64) : new Shape(3, 16, 16);
    }

    static Graph graph(DenseNetConfig config) {
        return Graph.of(DenseNet.of(config), image(config));
    }

    static StateDict state(DenseNetConfig config) {
        Random random = new Random(7);
        List<ParameterSpec> specs = graph(config).stateDict();
        StateDict first = Initializer.initialize(specs, 3, Initializer.Fan.OUT);
        SequencedMap<String, Tensor> entries = new LinkedHashMap<>(first.entries());
        for (ParameterSpec spec : specs) {
            if (entries.get(spec.name()) instanceof Tensor.Floats tensor) {
                float[] values = tensor.values();
                for (int i = 0; i < values.length; i++) {
                    switch (spec.kind()) {
                        case NORM_WEIGHT -> values[i] = 0.3f + 0.4f * random.nextFloat();
                        case RUNNING_VARIANCE -> values[i] = 0.8f + random.nextFloat();
                        case NORM_BIAS, RUNNING_MEAN, LINEAR_BIAS, CONVOLUTION_BIAS ->
                            values[i] = 0.3f * (float) random.nextGaussian();
                        case CONVOLUTION_WEIGHT, LINEAR_WEIGHT, BATCHES_TRACKED -> {}
                    }
                }
            }
        }
        return new StateDict(entries);
    }

    static ImageBatch batch(DenseNetConfig config, int size) {
        return batch(config, size, 11);
    }

    static ImageBatch batch(DenseNetConfig config, int size, long seed) {
        return batch(image(config), size, seed);
    }

    static ImageBatch batch(Shape image, int size, long seed) {
        Random random = new Random(seed);
        float[] pixels = new float[Math.toIntExact(size * image.elements())];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextGaussian();
        }
        int[] labels = new int[size];
        for (int n = 0; n < size; n++) {
            labels[n] = n % CLASSES;
        }
        return new ImageBatch(size, image.channels(), image.height(), image.width(), pixels, labels);
    }

    /// What our engine makes of them.
    static float[] logits(DenseNetConfig config, ImageBatch batch) {
        return logits(config, image(config), batch);
    }

    static float[] logits(DenseNetConfig config, Shape image, ImageBatch batch) {
        float[] logits = new float[batch.size() * CLASSES];
        try (Classifier classifier = CpuClassifier.openForInference(
                DenseNet.of(config), image, state(config), new CpuOptions(1, MemoryMode.STANDARD))) {
            classifier.logits(batch, logits);
        }
        return logits;
    }
}
