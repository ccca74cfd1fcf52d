package io.densenet.interop;

import java.util.Collection;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How a program names the tensors of a DenseNet. All of them are translated to torchvision's names, which are
/// this project's own.
public enum NamingScheme {
    /// torchvision, timm, torchxrayvision and gpleiss/efficient_densenet_pytorch. Files of 2017, which are still
    /// the ones that torchvision serves, write `norm.1` for `norm1`; gpleiss writes `norm_final` for `norm5`; a
    /// head in a sequence is `classifier.0`.
    TORCHVISION("torchvision", "features\\.denseblock1\\.denselayer1\\."),

    /// torchvision's features alone, as whoever puts them into a network of his own saves them.
    FEATURES("torchvision's features", "denseblock1\\.denselayer1\\."),

    /// andreasveit/densenet-pytorch.
    ANDREASVEIT("andreasveit/densenet-pytorch", "block1\\.layer\\.0\\."),

    /// bamos/densenet.pytorch.
    BAMOS("bamos/densenet.pytorch", "dense1\\.0\\."),

    /// keras-applications, as [io.densenet.interop.keras.KerasFile] gives them.
    KERAS("keras-applications", "conv2_block1_0_bn\\.");

    private static final Pattern NUMBER_WITH_POINT =
            Pattern.compile("(features\\.denseblock\\d+\\.denselayer\\d+\\.(?:norm|conv))\\.([12]\\..+)");
    private static final Pattern FINAL_NORM = Pattern.compile("features\\.norm_final\\.(.+)");
    private static final Pattern HEAD_IN_SEQUENCE = Pattern.compile("classifier\\.0\\.(weight|bias)");
    private static final Pattern BARE_FEATURE =
            Pattern.compile("((?:conv0|norm0|norm5|norm_final|denseblock\\d+|transition\\d+)\\..+)");
    private static final Pattern ANDREASVEITS_LAYER =
            Pattern.compile("block(\\d+)\\.layer\\.(\\d{1,4})\\.(bn|conv)([12])\\.(.+)");
    private static final Pattern BAMOS_LAYER = Pattern.compile("dense(\\d+)\\.(\\d{1,4})\\.(bn|conv)([12])\\.(.+)");
    private static final Pattern TRANSITION = Pattern.compile("trans(\\d+)\\.(bn|conv)1\\.(.+)");

    private static final Pattern KERAS_LAYER =
            Pattern.compile("conv(\\d{1,4})_block(\\d{1,4})_([012])_(bn|conv)\\.(.+)");
    private static final Pattern KERAS_TRANSITION = Pattern.compile("pool(\\d{1,4})_(bn|conv)\\.(.+)");
    private static final Pattern KERAS_ENDS = Pattern.compile("(conv1_conv|conv1_bn|bn)\\.(.+)");

    private final String description;
    private final Pattern anchor;

    /// @param anchor what starts the names of the first dense layer, and no other program's
    NamingScheme(String description, String anchor) {
        this.description = description;
        this.anchor = Pattern.compile("(?:^|\\.)(" + anchor + ")");
    }

    /// A naming scheme found in a file.
    ///
    /// @param prefix what stands before all names of the network, e.g. `module.`, with its point; often empty
    public record Found(NamingScheme scheme, String prefix) {
        /// Our name of a tensor.
        ///
        /// @return nothing for a name without the prefix: that tensor is not part of the network's features
        public Optional<String> translate(String name) {
            return name.startsWith(prefix)
                    ? Optional.of(scheme.translate(name.substring(prefix.length())))
                    : Optional.empty();
        }
    }

    /// Finds out who named the tensors, and what a wrapper put before their names.
    ///
    /// @return nothing when they are not those of a DenseNet
    public static Optional<Found> of(Collection<String> names) {
        for (NamingScheme scheme : values()) {
            for (String name : names) {
                Matcher matcher = scheme.anchor.matcher(name);
                if (matcher.find()) {
                    return Optional.of(new Found(scheme, name.substring(0, matcher.start(1))));
                }
            }
        }
        return Optional.empty();
    }

    private String translate(String name) {
        return switch (this) {
            case TORCHVISION -> torchvision(name);
            case FEATURES -> torchvision(replaced(BARE_FEATURE, name, "features.$1"));
            case ANDREASVEIT -> ofThreeBlocks(ANDREASVEITS_LAYER, name);
            case BAMOS -> ofThreeBlocks(BAMOS_LAYER, name);
            case KERAS -> keras(name);
        };
    }

    private static String torchvision(String name) {
        String numbered = replaced(NUMBER_WITH_POINT, name, "$1$2");
        String finished = replaced(FINAL_NORM, numbered, "features.norm5.$1");
        return replaced(HEAD_IN_SEQUENCE, finished, "classifier.$1");
    }

    private static String replaced(Pattern pattern, String name, String replacement) {
        Matcher matcher = pattern.matcher(name);
        return matcher.matches() ? matcher.replaceFirst(replacement) : name;
    }

    /// Networks for CIFAR with layers counted from 0 and all convolutions and norms numbered.
    private static String ofThreeBlocks(Pattern layers, String name) {
        Matcher layer = layers.matcher(name);
        if (layer.matches()) {
            return layerName(layer);
        }
        Matcher transition = TRANSITION.matcher(name);
        if (transition.matches()) {
            return "features.transition%s.%s.%s"
                    .formatted(transition.group(1), ourKind(transition.group(2)), transition.group(3));
        }
        int point = name.indexOf('.');
        String rest = name.substring(point + 1);
        return switch (point < 0 ? "" : name.substring(0, point)) {
            case "conv1" -> "features.conv0." + rest;
            case "bn1" -> "features.norm5." + rest;
            case "fc" -> "classifier." + rest;
            default -> name;
        };
    }

    private static String layerName(MatchResult layer) {
        return "features.denseblock%s.denselayer%d.%s%s.%s"
                .formatted(
                        layer.group(1),
                        Integer.parseInt(layer.group(2)) + 1,
                        ourKind(layer.group(3)),
                        layer.group(4),
                        layer.group(5));
    }

    /// Blocks are counted from 2, the stem being 1, and norms from 0.
    private static String keras(String name) {
        Matcher layer = KERAS_LAYER.matcher(name);
        if (layer.matches()) {
            boolean norm = layer.group(4).equals("bn");
            return "features.denseblock%d.denselayer%s.%s%d.%s"
                    .formatted(
                            Integer.parseInt(layer.group(1)) - 1,
                            layer.group(2),
                            ourKind(layer.group(4)),
                            Integer.parseInt(layer.group(3)) + (norm ? 1 : 0),
                            layer.group(5));
        }
        Matcher transition = KERAS_TRANSITION.matcher(name);
        if (transition.matches()) {
            return "features.transition%d.%s.%s"
                    .formatted(
                            Integer.parseInt(transition.group(1)) - 1,
                            ourKind(transition.group(2)),
                            transition.group(3));
        }
        Matcher end = KERAS_ENDS.matcher(name);
        if (!end.matches()) {
            return name;
        }
        String module = switch (end.group(1)) {
            case "conv1_conv" -> "conv0";
            case "conv1_bn" -> "norm0";
            default -> "norm5";
        };
        return "features." + module + "." + end.group(2);
    }

    private static String ourKind(String theirs) {
        return theirs.equals("bn") ? "norm" : theirs;
    }

    /// For a person.
    @Override
    public String toString() {
        return description;
    }
}
