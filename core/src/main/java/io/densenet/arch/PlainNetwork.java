package io.densenet.arch;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A stack of layers with no way around any of them, to compare gradients with: Conv3×3-BN-ReLU in three
/// stages of 16, 32 and 64 maps, the second and third begun with stride 2, global average pooling and a
/// linear layer. With a depth of 6n + 2 it is the plain network that He et al. set against their ResNet of
/// the same depth (2016, arXiv:1512.03385, §4.2); other depths are divided as evenly as they can be, longer
/// stages first.
public final class PlainNetwork {
    private static final Pattern NAME = Pattern.compile("plain-([1-9]\\d{0,3})");
    private static final int[] STAGE_CHANNELS = {16, 32, 64};
    private static final int LEAST_DEPTH = 5;

    private PlainNetwork() {}

    /// Whether a name is one of these, `plain-L`.
    public static boolean isNamed(String name) {
        return NAME.matcher(name.toLowerCase(Locale.ROOT)).matches();
    }

    /// The network of a name: `plain-L` with L weighted layers.
    ///
    /// @throws IllegalArgumentException when the name is another or the depth too small
    public static Graph named(String name, Shape image, int numClasses) {
        Matcher matcher = NAME.matcher(name.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "expected plain-L, L the number of weighted layers, found '%s'".formatted(name));
        }
        return of(Integer.parseInt(matcher.group(1)), image, numClasses);
    }

    /// @param depth L: the first convolution, those of the stages, the linear layer
    private static Graph of(int depth, Shape image, int numClasses) {
        if (depth < LEAST_DEPTH) {
            throw new IllegalArgumentException(
                    "a plain network has at least %d layers, was to have %d".formatted(LEAST_DEPTH, depth));
        }
        GraphBuilder graph = new GraphBuilder(image);
        int x = layer(graph, 0, image.channels(), STAGE_CHANNELS[0], 1, 0);
        int inStages = depth - 2;
        int number = 1;
        for (int stage = 0; stage < STAGE_CHANNELS.length; stage++) {
            int layers = inStages / STAGE_CHANNELS.length + (stage < inStages % STAGE_CHANNELS.length ? 1 : 0);
            for (int l = 0; l < layers; l++) {
                int stride = stage > 0 && l == 0 ? 2 : 1;
                x = layer(graph, number++, graph.shape(x).channels(), STAGE_CHANNELS[stage], stride, x);
            }
        }
        int channels = graph.shape(x).channels();
        x = graph.add("features.pool", new Op.GlobalAveragePooling(), x);
        graph.add("classifier", new Op.Linear(channels, numClasses), x);
        return graph.build();
    }

    private static int layer(GraphBuilder graph, int number, int inputs, int outputs, int stride, int input) {
        int x = graph.add("features.conv" + number, new Op.Convolution(inputs, outputs, 3, stride, 1, false), input);
        x = graph.add("features.norm" + number, new Op.BatchNormalization(outputs, BatchNorm.STANDARD), x);
        return graph.add("features.relu" + number, new Op.Relu(), x);
    }
}
