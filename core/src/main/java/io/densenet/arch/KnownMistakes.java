package io.densenet.arch;

import java.util.ArrayList;
import java.util.List;

/// Recognises configurations that circulate under a wrong name, so that nobody wonders why a parameter count
/// differs from the paper's. Such a configuration is legal and runs; it is only not what most people think.
public final class KnownMistakes {
    private static final int PLAIN_INITIAL_CHANNELS = 16;

    private KnownMistakes() {}

    /// One sentence for each mistake; empty when the configuration is one that the paper describes.
    public static List<String> in(DenseNetConfig config) {
        List<String> sentences = new ArrayList<>();
        int k0 = config.stem().initialChannels();
        int twiceGrowth = 2 * config.growthRate();
        boolean cifar = config.stem() instanceof Stem.Cifar;
        if (!config.hasBottleneck() && config.compresses()) {
            sentences.add(
                    ("no bottleneck but compression %s: this is DenseNet-C, often mistaken for the plain DenseNet of the paper's "
                                    + "Table 2, which has compression 1 (L=40, k=12: 1,019,722 parameters, not 599,050)")
                            .formatted(config.compression()));
        }
        if (cifar && !config.hasBottleneck() && !config.compresses() && k0 != PLAIN_INITIAL_CHANNELS) {
            sentences.add(
                    "plain DenseNet with %d initial channels: the paper takes 16 (the authors' code takes 2k, with which its parameter counts do not come out)"
                            .formatted(k0));
        }
        if (config.hasBottleneck() && config.compresses() && k0 != twiceGrowth) {
            sentences.add("DenseNet-BC with %d initial channels: the paper takes twice the growth rate, %d"
                    .formatted(k0, twiceGrowth));
        }
        if (!cifar && !(config.hasBottleneck() && config.compresses())) {
            sentences.add("%s with the ImageNet stem: all ImageNet networks of the paper are DenseNet-BC"
                    .formatted(config.variant()));
        }
        return List.copyOf(sentences);
    }
}
