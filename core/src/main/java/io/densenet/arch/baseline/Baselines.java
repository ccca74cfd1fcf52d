package io.densenet.arch.baseline;

import io.densenet.arch.Baseline;
import io.densenet.arch.Graph;
import io.densenet.arch.Loss;
import io.densenet.arch.Shape;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The named baselines: those of the paper's Table 2 and Figure 3, other depths and widths of their families,
/// and the plain stack.
///
/// | name                  | is                                                   | variations (usual)           |
/// |-----------------------|------------------------------------------------------|------------------------------|
/// | `resnet-L`            | ResNet, L = 6n+2; 164 and depths 9n+2 of bottlenecks | residual unit                |
/// | `preact-resnet-L`     | L = 9n+2 bottlenecks; 110 and depths 6n+2 basic      |                              |
/// | `stochastic-depth-L`  | ResNet with stochastic depth, L = 6n+2               | drop-path 0.5                |
/// | `wrn-L-k`             | wide residual network, L = 6n+4                      | dropout 0                    |
/// | `fractalnet-L`        | FractalNet, L = 5·2^(C−1)+1                          | dropout 0.4, drop-path 0.15  |
/// | `nin`                 | Network in Network                                   | dropout 0.5                  |
/// | `dsn`                 | Deeply Supervised Net                                | dropout 0.5, loss            |
/// | `all-cnn-c`           | all convolutions                                     | dropout 0.5                  |
/// | `highway-19`          | Highway network                                      | dropout 0.2                  |
/// | `resnet18 34 50` …    | ResNet for ImageNet, also of 101 and 152 layers      |                              |
/// | `plain-L`             | a stack of L layers without shortcuts                |                              |
public final class Baselines {
    /// Those of Table 2, in its order, then those of Figure 3.
    public static final List<String> OF_THE_PAPER = List.of(
            "nin",
            "all-cnn-c",
            "dsn",
            "highway-19",
            "fractalnet-21",
            "resnet-110",
            "stochastic-depth-110",
            "stochastic-depth-1202",
            "wrn-16-4",
            "wrn-16-8",
            "wrn-28-10",
            "preact-resnet-164",
            "preact-resnet-1001",
            "resnet34",
            "resnet50",
            "resnet101",
            "resnet152");

    /// For messages and help.
    public static final String NAMES =
            "resnet-L, preact-resnet-L, stochastic-depth-L, wrn-L-k, fractalnet-L, nin, all-cnn-c, dsn, highway-19,"
                    + " plain-L and resnet18, 34, 50, 101, 152";

    private static final Pattern FAMILY =
            Pattern.compile("(resnet-|preact-resnet-|stochastic-depth-|wrn-|fractalnet-|plain-|resnet)"
                    + "([1-9]\\d{0,3})(?:-([1-9]\\d{0,2}))?");
    private static final List<Integer> FRACTAL_CHANNELS = List.of(64, 128, 256, 512, 512);
    private static final int MOST_FRACTAL_COLUMNS = 6;

    private Baselines() {}

    /// A network for images of any shape and any classes.
    interface Network {
        Graph graph(Shape image, int classes);
    }

    /// What a name and its variations stand for.
    record Design(String variant, int depth, boolean forImageNet, Network network) {}

    /// Whether a name is that of a baseline, whatever its depth.
    public static boolean isNamed(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return List.of("nin", "all-cnn-c", "dsn", "highway-19").contains(lower)
                || FAMILY.matcher(lower).matches();
    }

    /// The network that a name stands for.
    ///
    /// @param inputChannels C of the images
    /// @throws IllegalArgumentException when there is no such network, depth or variation; the message
    ///     says what there is
    public static Baseline named(String name, Variations varied, int inputChannels, int numClasses) {
        String lower = name.toLowerCase(Locale.ROOT);
        Design design = switch (lower) {
            case "nin" -> {
                varied.requireOnly(lower, Variations.DROPOUT);
                double rate = varied.dropRate().orElse(0.5);
                yield new Design("Network in Network", 9, false, (i, c) -> NetworkInNetwork.graph(i, c, rate));
            }
            case "dsn" -> {
                varied.requireOnly(lower, Variations.DROPOUT, Variations.LOSS);
                double rate = varied.dropRate().orElse(0.5);
                Loss loss = varied.loss().orElse(Loss.SQUARED_HINGE);
                yield new Design(
                        "Deeply Supervised Net",
                        9,
                        false,
                        (i, c) -> NetworkInNetwork.deeplySupervised(i, c, rate, loss));
            }
            case "all-cnn-c" -> {
                varied.requireOnly(lower, Variations.DROPOUT);
                double rate = varied.dropRate().orElse(0.5);
                yield new Design("All-CNN", 9, false, (i, c) -> AllConvolutional.graph(i, c, rate));
            }
            case "highway-19" -> {
                varied.requireOnly(lower, Variations.DROPOUT);
                double rate = varied.dropRate().orElse(0.2);
                yield new Design("Highway Network", 19, false, (i, c) -> Highway.graph(i, c, rate));
            }
            default -> ofFamily(name, FAMILY.matcher(lower), varied);
        };
        return new NamedBaseline(lower, varied, inputChannels, numClasses, design);
    }

    private static Design ofFamily(String name, Matcher matcher, Variations varied) {
        if (!matcher.matches() || matcher.group(1).equals("wrn-") == (matcher.group(3) == null)) {
            throw new IllegalArgumentException("no model is named '%s'; there are %s".formatted(name, NAMES));
        }
        int depth = Integer.parseInt(matcher.group(2));
        try {
            return switch (matcher.group(1)) {
                case "resnet-" -> residual(name, depth, varied);
                case "preact-resnet-" -> preActivation(name, depth, varied);
                case "stochastic-depth-" -> stochasticDepth(name, depth, varied);
                case "wrn-" -> wide(name, depth, Integer.parseInt(matcher.group(3)), varied);
                case "fractalnet-" -> fractal(name, depth, varied);
                case "plain-" -> {
                    varied.requireOnly(name);
                    yield new Design("Plain network", depth, false, new PlainNetwork(depth)::graph);
                }
                case "resnet" -> {
                    varied.requireOnly(name);
                    yield new Design("ResNet", depth, true, ImageNetResNet.ofDepth(depth)::graph);
                }
                default -> throw new AssertionError(matcher.group(1));
            };
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            throw message.startsWith(name) ? e : new IllegalArgumentException(name + ": " + message, e);
        }
    }

    /// Some depths are of both forms. 110 is of basic units and 164 of bottlenecks, as in the study of
    /// residual units.
    private static Design residual(String name, int depth, Variations varied) {
        varied.requireOnly(name, Variations.RESIDUAL_UNIT);
        ResidualUnit unit = varied.residualUnit().orElse(ResidualUnit.ORIGINAL);
        boolean bottleneck = depth == 164 || (depth % 6 != 2 && depth % 9 == 2);
        CifarResNet network = new CifarResNet(depth, bottleneck, unit, 0, false);
        String variant = unit == ResidualUnit.ORIGINAL ? "ResNet" : "ResNet (" + unit + ")";
        return new Design(variant, depth, false, network::graph);
    }

    private static Design preActivation(String name, int depth, Variations varied) {
        varied.requireOnly(name);
        boolean basic = depth == 110 || (depth % 9 != 2 && depth % 6 == 2);
        CifarResNet network = new CifarResNet(depth, !basic, ResidualUnit.FULL_PREACT, 0, false);
        return new Design("ResNet (pre-activation)", depth, false, network::graph);
    }

    private static Design stochasticDepth(String name, int depth, Variations varied) {
        varied.requireOnly(name, Variations.DROP_PATH);
        double deathRate = varied.dropPath().orElse(0.5);
        CifarResNet network = new CifarResNet(depth, false, ResidualUnit.ORIGINAL, deathRate, true);
        return new Design("ResNet with stochastic depth", depth, false, network::graph);
    }

    private static Design wide(String name, int depth, int widening, Variations varied) {
        varied.requireOnly(name, Variations.DROPOUT);
        WideResNet network = new WideResNet(depth, widening, varied.dropRate().orElse(0.0));
        return new Design("Wide ResNet", depth, false, network::graph);
    }

    private static Design fractal(String name, int depth, Variations varied) {
        varied.requireOnly(name, Variations.DROPOUT, Variations.DROP_PATH);
        int blocks = FRACTAL_CHANNELS.size();
        int columns = 1;
        while (blocks * (1 << (columns - 1)) + 1 < depth && columns < MOST_FRACTAL_COLUMNS) {
            columns++;
        }
        if (blocks * (1 << (columns - 1)) + 1 != depth) {
            throw new IllegalArgumentException("a FractalNet has 6, 11, 21, 41, 81 or 161 layers, not " + depth);
        }
        FractalNet network = new FractalNet(
                columns,
                FRACTAL_CHANNELS,
                varied.dropRate().orElse(0.4),
                varied.dropPath().orElse(0.15));
        return new Design("FractalNet", depth, false, network::graph);
    }
}
