package io.densenet.app.bench;

import io.densenet.app.options.NamedNetwork;
import io.densenet.arch.Baseline;
import io.densenet.arch.Cost;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.Graph;
import io.densenet.arch.Shape;
import io.densenet.arch.Stem;
import io.densenet.data.ImageBatch;
import io.densenet.random.RandomStream;
import io.densenet.random.RandomStream.Purpose;
import io.densenet.weights.Initializer;
import io.densenet.weights.StateDict;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// What all contestants compute: the same network, weights and images.
public record Workload(Use use, NamedNetwork network, int batchSize) {
    private static final long SEED = 1;

    public Graph graph() {
        return network.graph();
    }

    /// First weights, as training starts with.
    public StateDict state() {
        return Initializer.initialize(graph().stateDict(), SEED, Initializer.Fan.OUT);
    }

    /// Pixels of mean 0 and deviation 1, as normalised images have, and every class in turn.
    public ImageBatch batch() {
        Shape image = network.inputShape();
        RandomStream random = RandomStream.of(SEED, Purpose.AUGMENTATION, 0, 0);
        float[] pixels = new float[Math.toIntExact(batchSize * image.elements())];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextGaussian();
        }
        int[] labels = new int[batchSize];
        for (int n = 0; n < batchSize; n++) {
            labels[n] = n % network.architecture().numClasses();
        }
        return new ImageBatch(batchSize, image.channels(), image.height(), image.width(), pixels, labels);
    }

    /// Floating-point operations that count for one image.
    public long operationsPerImage() {
        return use.operations(Cost.of(graph()).multiplyAdds());
    }

    /// The options that name this workload in full.
    List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of("--use=" + use, "--model=" + network.name()));
        switch (network.architecture()) {
            case DenseNetConfig config -> arguments.addAll(arguments(config));
            case Baseline baseline ->
                baseline.variations().forEach((name, value) -> arguments.add("--" + name + "=" + value));
        }
        arguments.addAll(List.of(
                "--classes=" + network.architecture().numClasses(),
                "--input=" + network.inputShape(),
                "--batch-size=" + batchSize));
        return List.copyOf(arguments);
    }

    private static List<String> arguments(DenseNetConfig config) {
        String stem = switch (config.stem()) {
            case Stem.Cifar _ -> "cifar";
            case Stem.ImageNet _ -> "imagenet";
        };
        String layers = config.layersPerBlock().stream().map(String::valueOf).collect(Collectors.joining(","));
        return List.of(
                "--growth-rate=" + config.growthRate(),
                "--layers-per-block=" + layers,
                "--bottleneck-factor=" + config.bottleneckFactor(),
                "--compression=" + config.compression(),
                "--stem=" + stem,
                "--initial-channels=" + config.stem().initialChannels());
    }
}
