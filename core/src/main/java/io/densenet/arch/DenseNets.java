package io.densenet.arch;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The named DenseNets: those of the paper's tables, and any other depth and growth rate of the CIFAR
/// family.
///
/// | name               | is                                                             | k0 |
/// |--------------------|----------------------------------------------------------------|----|
/// | `densenet-L-k`     | plain: neither bottleneck nor compression (Table 2)            | 16 |
/// | `densenet-b-L-k`   | bottleneck                                                     | 16 |
/// | `densenet-c-L-k`   | compression 0.5                                                | 16 |
/// | `densenet-bc-L-k`  | both (Table 2)                                                 | 2k |
/// | `densenet121`, `densenet169`, `densenet201`, `densenet264` | Table 1, k = 32        | 64 |
/// | `densenet161`      | earlier versions of the paper, k = 48; torchvision has it      | 96 |
public final class DenseNets {
    /// Every depth and growth rate of the paper's Table 2, then the ImageNet family.
    public static final List<String> OF_THE_PAPER = List.of(
            "densenet-40-12",
            "densenet-100-12",
            "densenet-100-24",
            "densenet-bc-100-12",
            "densenet-bc-250-24",
            "densenet-bc-190-40",
            "densenet121",
            "densenet169",
            "densenet201",
            "densenet264",
            "densenet161");

    /// For messages and help.
    public static final String NAMES =
            "densenet-L-k, densenet-b-L-k, densenet-c-L-k, densenet-bc-L-k (L depth, k growth rate) and densenet121, 161,"
                    + " 169, 201, 264";

    private static final Pattern CIFAR_FAMILY =
            Pattern.compile("densenet-(?:(b|c|bc)-)?([1-9]\\d{0,3})-([1-9]\\d{0,3})");
    private static final int CIFAR_BLOCKS = 3;
    private static final int IMAGENET_CHANNELS = 3;
    private static final int IMAGENET_CLASSES = 1000;
    private static final int PAPER_BOTTLENECK_FACTOR = 4;
    private static final double PAPER_COMPRESSION = 0.5;
    private static final int PLAIN_INITIAL_CHANNELS = 16;

    private DenseNets() {}

    /// DenseNet-121 for ImageNet: colour pictures, 1000 classes (Table 1).
    public static DenseNetConfig densenet121() {
        return named("densenet121", IMAGENET_CHANNELS, IMAGENET_CLASSES);
    }

    /// DenseNet-161 for ImageNet: colour pictures, 1000 classes (earlier versions of the paper; torchvision has it).
    public static DenseNetConfig densenet161() {
        return named("densenet161", IMAGENET_CHANNELS, IMAGENET_CLASSES);
    }

    /// DenseNet-169 for ImageNet: colour pictures, 1000 classes (Table 1).
    public static DenseNetConfig densenet169() {
        return named("densenet169", IMAGENET_CHANNELS, IMAGENET_CLASSES);
    }

    /// DenseNet-201 for ImageNet: colour pictures, 1000 classes (Table 1).
    public static DenseNetConfig densenet201() {
        return named("densenet201", IMAGENET_CHANNELS, IMAGENET_CLASSES);
    }

    /// DenseNet-264 for ImageNet: colour pictures, 1000 classes (Table 1).
    public static DenseNetConfig densenet264() {
        return named("densenet264", IMAGENET_CHANNELS, IMAGENET_CLASSES);
    }

    /// The configuration that a name stands for, without dropout.
    ///
    /// @param inputChannels C of the images
    /// @throws IllegalArgumentException when there is no such model, or no such depth; the message says
    ///     what there is
    public static DenseNetConfig named(String name, int inputChannels, int numClasses) {
        String lower = name.toLowerCase(Locale.ROOT);
        return switch (lower) {
            case "densenet121" -> imageNet(32, List.of(6, 12, 24, 16), inputChannels, numClasses);
            case "densenet161" -> imageNet(48, List.of(6, 12, 36, 24), inputChannels, numClasses);
            case "densenet169" -> imageNet(32, List.of(6, 12, 32, 32), inputChannels, numClasses);
            case "densenet201" -> imageNet(32, List.of(6, 12, 48, 32), inputChannels, numClasses);
            case "densenet264" -> imageNet(32, List.of(6, 12, 64, 48), inputChannels, numClasses);
            default -> {
                Matcher matcher = CIFAR_FAMILY.matcher(lower);
                if (!matcher.matches()) {
                    throw new IllegalArgumentException(
                            "no model is named '%s'; there are densenet-L-k, densenet-b-L-k, densenet-c-L-k, densenet-bc-L-k (L depth, k growth rate, e.g. densenet-bc-100-12) and densenet121, 161, 169, 201, 264"
                                    .formatted(name));
                }
                String variant = matcher.group(1) == null ? "" : matcher.group(1);
                yield cifar(
                        name,
                        variant,
                        Integer.parseInt(matcher.group(2)),
                        Integer.parseInt(matcher.group(3)),
                        new Stem.Cifar(inputChannels, PLAIN_INITIAL_CHANNELS),
                        numClasses);
            }
        };
    }

    /// The name of a configuration, where it has one: [#named] gives it for that name, but for dropout and
    /// the constants of batch norm.
    public static Optional<String> nameOf(DenseNetConfig config) {
        String letters = config.variant().replace("DenseNet", "").toLowerCase(Locale.ROOT);
        String family = "densenet%s-%d-%d".formatted(letters, config.depth(), config.growthRate());
        return Stream.concat(OF_THE_PAPER.stream(), Stream.of(family))
                .filter(name -> isNameOf(name, config))
                .findFirst();
    }

    private static boolean isNameOf(String name, DenseNetConfig config) {
        try {
            return named(name, config.inputChannels(), config.numClasses())
                    .equals(config.withDropRate(0).withBatchNorm(BatchNorm.STANDARD));
        } catch (IllegalArgumentException e) {
            return false; // no such depth
        }
    }

    private static DenseNetConfig imageNet(
            int growthRate, List<Integer> layersPerBlock, int inputChannels, int numClasses) {
        return new DenseNetConfig(
                growthRate,
                layersPerBlock,
                PAPER_BOTTLENECK_FACTOR,
                PAPER_COMPRESSION,
                new Stem.ImageNet(inputChannels, 2 * growthRate),
                BatchNorm.STANDARD,
                0,
                numClasses);
    }

    private static DenseNetConfig cifar(
            String name, String variant, int depth, int growthRate, Stem stem, int numClasses) {
        boolean bottleneck = variant.startsWith("b");
        boolean compression = variant.endsWith("c");
        return new DenseNetConfig(
                growthRate,
                Collections.nCopies(CIFAR_BLOCKS, layersPerBlock(name, depth, bottleneck)),
                bottleneck ? PAPER_BOTTLENECK_FACTOR : 0,
                compression ? PAPER_COMPRESSION : 1,
                variant.equals("bc") ? stem.withInitialChannels(2 * growthRate) : stem,
                BatchNorm.STANDARD,
                0,
                numClasses);
    }

    /// (L − 4)/3 layers of one convolution, or (L − 4)/6 of two: stem, two transitions and classifier are
    /// the 4.
    private static int layersPerBlock(String name, int depth, boolean bottleneck) {
        int step = CIFAR_BLOCKS * (bottleneck ? 2 : 1);
        int layers = (depth - 4) / step;
        if (layers < 1 || 4 + layers * step != depth) {
            int below = 4 + Math.max(1, layers) * step;
            int[] depths = {below, below + step};
            throw new IllegalArgumentException(
                    "%s: a depth of %d does not divide into %d equal blocks; it must be 4 + %d·n, the nearest are %s"
                            .formatted(name, depth, CIFAR_BLOCKS, step, Arrays.toString(depths)));
        }
        return layers;
    }
}
