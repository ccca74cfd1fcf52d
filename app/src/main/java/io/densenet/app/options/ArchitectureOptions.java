package io.densenet.app.options;

import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.Stem;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Overrides of single fields of a named configuration.
public final class ArchitectureOptions {
    /// The two kinds of [Stem].
    enum StemKind {
        CIFAR,
        IMAGENET;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(names = "--growth-rate", paramLabel = "K", description = "k: maps that each dense layer adds.")
    private Optional<Integer> growthRate = Optional.empty();

    @Option(
            names = "--layers-per-block",
            paramLabel = "N,N,...",
            split = ",",
            hideParamSyntax = true,
            description = "Dense layers of each block, e.g. 6,12,24,16.")
    private List<Integer> layersPerBlock = List.of();

    @Option(
            names = "--bottleneck-factor",
            paramLabel = "B",
            description = "b: the 1x1 convolution emits b*k maps; 4 in the paper, 0 for none.")
    private Optional<Integer> bottleneckFactor = Optional.empty();

    @Option(
            names = "--compression",
            paramLabel = "THETA",
            description = "Part of the maps that a transition keeps; 0.5 in the paper, 1 for all.")
    private Optional<Double> compression = Optional.empty();

    @Option(
            names = "--stem",
            paramLabel = "cifar|imagenet",
            description = "One 3x3 convolution, or 7x7 of stride 2 and pooling.")
    private Optional<StemKind> stem = Optional.empty();

    @Option(
            names = "--initial-channels",
            paramLabel = "K0",
            description = "k0: maps that enter the first block; 16 in plain DenseNets, 2k in DenseNet-BC.")
    private Optional<Integer> initialChannels = Optional.empty();

    /// Whether the user changed nothing.
    public boolean isEmpty() {
        return growthRate.isEmpty()
                && layersPerBlock.isEmpty()
                && bottleneckFactor.isEmpty()
                && compression.isEmpty()
                && stem.isEmpty()
                && initialChannels.isEmpty();
    }

    /// The configuration with what the user gave in place of what it had.
    ///
    /// @throws IllegalArgumentException when no network is like that
    public DenseNetConfig applyTo(DenseNetConfig named) {
        DenseNetConfig config = named.withStem(applyTo(named.stem()));
        config = growthRate.map(config::withGrowthRate).orElse(config);
        config = bottleneckFactor.map(config::withBottleneckFactor).orElse(config);
        config = compression.map(config::withCompression).orElse(config);
        return layersPerBlock.isEmpty() ? config : config.withLayersPerBlock(layersPerBlock);
    }

    private Stem applyTo(Stem named) {
        int channels = initialChannels.orElse(named.initialChannels());
        return stem.<Stem>map(kind -> switch (kind) {
                    case CIFAR -> new Stem.Cifar(named.inputChannels(), channels);
                    case IMAGENET -> new Stem.ImageNet(named.inputChannels(), channels);
                })
                .orElseGet(() -> named.withInitialChannels(channels));
    }
}
