package io.densenet.app.options;

import io.densenet.arch.Architecture;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.DenseNets;
import io.densenet.arch.Loss;
import io.densenet.arch.Stem;
import io.densenet.arch.baseline.Baselines;
import io.densenet.arch.baseline.Variations;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import picocli.CommandLine.Option;

/// Overrides of single fields of a named DenseNet, and what the names of other networks leave open.
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

    @Option(
            names = "--residual-unit",
            paramLabel = "UNIT",
            description = "Of resnet-L: original, bn-after-add, relu-before-add, relu-only-preact or full-preact"
                    + " (default: original).")
    private Optional<String> residualUnit = Optional.empty();

    @Option(
            names = "--drop-path",
            paramLabel = "P",
            description = "Part of the batches in which stochastic-depth-L leaves its last unit out (default: 0.5), or"
                    + " fractalnet-L one input of a join (default: 0.15).")
    private Optional<Double> dropPath = Optional.empty();

    @Option(
            names = "--loss",
            paramLabel = "cross-entropy|squared-hinge",
            description = "What training of dsn makes small (default: squared-hinge; all others: cross-entropy).")
    private Optional<String> loss = Optional.empty();

    /// Whether the user changed nothing.
    public boolean isEmpty() {
        return densely().isEmpty() && variations().isEmpty();
    }

    /// The network of a name, with what the user gave in place of what it has.
    ///
    /// @param dropRate that the user gave; empty for the network's own
    /// @throws IllegalArgumentException when no network is like that
    public Architecture named(String name, int inputChannels, int numClasses, Optional<Double> dropRate) {
        SequencedMap<String, String> variations = variations();
        if (!name.equals("dsn")) { // what all others have anyway
            variations.remove("loss", Loss.CROSS_ENTROPY.toString());
        }
        if (Baselines.isNamed(name)) {
            requireNone(name, densely().keySet());
            Variations varied = Variations.of(variations).withDropRate(dropRate);
            return Baselines.named(name, varied, inputChannels, numClasses);
        }
        requireDenseNet(name);
        requireNone(name, variations.keySet());
        DenseNetConfig config = applyTo(DenseNets.named(name, inputChannels, numClasses));
        return dropRate.map(config::withDropRate).orElse(config);
    }

    private static void requireDenseNet(String name) {
        if (!name.toLowerCase(Locale.ROOT).startsWith("densenet")) {
            throw new IllegalArgumentException(
                    "no model is named '%s'; there are %s, and of the networks that it is compared with %s"
                            .formatted(name, DenseNets.NAMES, Baselines.NAMES));
        }
    }

    private static void requireNone(String name, Set<String> options) {
        if (!options.isEmpty()) {
            throw new IllegalArgumentException("%s has no --%s; leave it out, or name another model"
                    .formatted(name, options.iterator().next()));
        }
    }

    private SequencedMap<String, String> variations() {
        SequencedMap<String, String> given = new LinkedHashMap<>();
        residualUnit.ifPresent(unit -> given.put("residual-unit", unit));
        dropPath.ifPresent(rate -> given.put("drop-path", rate.toString()));
        loss.ifPresent(kind -> given.put("loss", kind));
        return given;
    }

    /// What was given that only a DenseNet has.
    private SequencedMap<String, Object> densely() {
        SequencedMap<String, Object> given = new LinkedHashMap<>();
        growthRate.ifPresent(value -> given.put("growth-rate", value));
        if (!layersPerBlock.isEmpty()) {
            given.put("layers-per-block", layersPerBlock);
        }
        bottleneckFactor.ifPresent(value -> given.put("bottleneck-factor", value));
        compression.ifPresent(value -> given.put("compression", value));
        stem.ifPresent(value -> given.put("stem", value));
        initialChannels.ifPresent(value -> given.put("initial-channels", value));
        return given;
    }

    private DenseNetConfig applyTo(DenseNetConfig named) {
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
