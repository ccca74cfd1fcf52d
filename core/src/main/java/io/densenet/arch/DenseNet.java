package io.densenet.arch;

import java.util.ArrayList;
import java.util.List;

/// A DenseNet laid out layer by layer (Figure 2): stem, blocks with transitions between them, head.
///
/// @param config      what it was made from
/// @param blocks      first block first
/// @param transitions one fewer than blocks; the i-th stands behind the i-th block
public record DenseNet(DenseNetConfig config, List<DenseBlock> blocks, List<TransitionLayer> transitions, Head head) {
    public DenseNet {
        blocks = List.copyOf(blocks);
        transitions = List.copyOf(transitions);
    }

    public static DenseNet of(DenseNetConfig config) {
        List<DenseBlock> blocks = new ArrayList<>();
        List<TransitionLayer> transitions = new ArrayList<>();
        int channels = config.stem().initialChannels();
        for (int b = 1; b <= config.layersPerBlock().size(); b++) {
            DenseBlock block = block(config, b, channels);
            blocks.add(block);
            channels = block.outputChannels();
            if (b < config.layersPerBlock().size()) {
                int compressed = (int) Math.floor(config.compression() * channels);
                if (compressed == 0) {
                    throw new IllegalArgumentException("compression %s leaves none of the %d maps of block %d"
                            .formatted(config.compression(), channels, b));
                }
                transitions.add(new TransitionLayer("features.transition" + b, channels, compressed));
                channels = compressed;
            }
        }
        return new DenseNet(config, blocks, transitions, new Head(channels, config.numClasses()));
    }

    private static DenseBlock block(DenseNetConfig config, int number, int inputChannels) {
        String name = "features.denseblock" + number;
        int growthRate = config.growthRate();
        List<DenseLayer> layers = new ArrayList<>();
        for (int l = 0; l < config.layersPerBlock().get(number - 1); l++) {
            layers.add(new DenseLayer(
                    name + ".denselayer" + (l + 1),
                    inputChannels + growthRate * l,
                    growthRate,
                    config.bottleneckFactor() * growthRate));
        }
        return new DenseBlock(name, inputChannels, growthRate, layers);
    }
}
