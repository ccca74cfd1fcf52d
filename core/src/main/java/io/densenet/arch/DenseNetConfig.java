package io.densenet.arch;

import java.util.List;

/// Hyper-parameters of one DenseNet (Huang et al. 2017, arXiv:1608.06993, §3). [DenseNets] gives the named
/// ones, [DenseNet] the layers that follow from them.
///
/// @param growthRate       k, the feature maps that each [DenseLayer] adds (§3, "Growth rate")
/// @param layersPerBlock   dense layers of each [DenseBlock], first block first, e.g. 6, 12, 24, 16 (Table
///                         1)
/// @param bottleneckFactor b: the 1×1 convolution emits b·k maps; 4 in the paper, 0 for none;
///                         torchvision's `bn_size`
/// @param compression      θ in (0, 1]: a [TransitionLayer] that reads m maps emits ⌊θ·m⌋; 0.5 in the
///                         paper, 1 for none
/// @param stem             what stands before the first block
/// @param batchNorm        epsilon and momentum of every batch norm
/// @param dropRate         part of the outputs of every convolution but the first that training zeroes (§3,
///                         "Training"); 0.2 in the paper where there is no augmentation, 0 otherwise
/// @param numClasses       outputs of the classifier
public record DenseNetConfig(
        int growthRate,
        List<Integer> layersPerBlock,
        int bottleneckFactor,
        double compression,
        Stem stem,
        BatchNorm batchNorm,
        double dropRate,
        int numClasses)
        implements Architecture {

    public DenseNetConfig {
        layersPerBlock = List.copyOf(layersPerBlock);
        require(growthRate > 0, "growth rate must be positive, was %s", growthRate);
        require(!layersPerBlock.isEmpty(), "a DenseNet needs at least one dense block, was given %s", layersPerBlock);
        require(
                layersPerBlock.stream().allMatch(n -> n > 0),
                "every block needs at least one layer, was %s",
                layersPerBlock);
        require(bottleneckFactor >= 0, "bottleneck factor must be 0 (none) or positive, was %s", bottleneckFactor);
        require(compression > 0 && compression <= 1, "compression must lie in (0, 1], was %s", compression);
        require(dropRate >= 0 && dropRate < 1, "drop rate must lie in [0, 1), was %s", dropRate);
        require(numClasses > 0, "number of classes must be positive, was %s", numClasses);
    }

    /// Whether a 1×1 convolution of b·k maps stands before each 3×3 (the B of DenseNet-B and DenseNet-BC).
    public boolean hasBottleneck() {
        return bottleneckFactor > 0;
    }

    /// Whether transitions drop feature maps (the C of DenseNet-C and DenseNet-BC).
    public boolean compresses() {
        return compression < 1;
    }

    @Override
    public int inputChannels() {
        return stem.inputChannels();
    }

    @Override
    public boolean isForImageNet() {
        return stem instanceof Stem.ImageNet;
    }

    @Override
    public Graph graph(Shape image) {
        return Graph.of(DenseNet.of(this), image);
    }

    /// "DenseNet", "DenseNet-B", "DenseNet-C" or "DenseNet-BC", as the paper names them (§3).
    @Override
    public String variant() {
        String letters = (hasBottleneck() ? "B" : "") + (compresses() ? "C" : "");
        return letters.isEmpty() ? "DenseNet" : "DenseNet-" + letters;
    }

    /// L as the paper counts it: stem, convolutions of the dense layers, transitions, classifier. 121 for
    /// (6, 12, 24, 16). The network that the paper calls 264 counts 265 by this rule.
    @Override
    public int depth() {
        int layers = layersPerBlock.stream().mapToInt(Integer::intValue).sum();
        return 1 + layers * (hasBottleneck() ? 2 : 1) + (layersPerBlock.size() - 1) + 1;
    }

    public DenseNetConfig withGrowthRate(int value) {
        return new DenseNetConfig(
                value, layersPerBlock, bottleneckFactor, compression, stem, batchNorm, dropRate, numClasses);
    }

    public DenseNetConfig withLayersPerBlock(List<Integer> value) {
        return new DenseNetConfig(
                growthRate, value, bottleneckFactor, compression, stem, batchNorm, dropRate, numClasses);
    }

    public DenseNetConfig withBottleneckFactor(int value) {
        return new DenseNetConfig(
                growthRate, layersPerBlock, value, compression, stem, batchNorm, dropRate, numClasses);
    }

    public DenseNetConfig withCompression(double value) {
        return new DenseNetConfig(
                growthRate, layersPerBlock, bottleneckFactor, value, stem, batchNorm, dropRate, numClasses);
    }

    public DenseNetConfig withStem(Stem value) {
        return new DenseNetConfig(
                growthRate, layersPerBlock, bottleneckFactor, compression, value, batchNorm, dropRate, numClasses);
    }

    public DenseNetConfig withBatchNorm(BatchNorm value) {
        return new DenseNetConfig(
                growthRate, layersPerBlock, bottleneckFactor, compression, stem, value, dropRate, numClasses);
    }

    public DenseNetConfig withDropRate(double value) {
        return new DenseNetConfig(
                growthRate, layersPerBlock, bottleneckFactor, compression, stem, batchNorm, value, numClasses);
    }

    @Override
    public DenseNetConfig withNumClasses(int value) {
        return new DenseNetConfig(
                growthRate, layersPerBlock, bottleneckFactor, compression, stem, batchNorm, dropRate, value);
    }

    private static void require(boolean condition, String message, Object value) {
        if (!condition) {
            throw new IllegalArgumentException(message.formatted(value));
        }
    }
}
