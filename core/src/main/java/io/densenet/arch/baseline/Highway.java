package io.densenet.arch.baseline;

import io.densenet.arch.Graph;
import io.densenet.arch.Op;
import io.densenet.arch.Shape;

/// Highway network of 19 layers (Srivastava, Greff and Schmidhuber 2015, arXiv:1507.06228), as its
/// authors' configuration for CIFAR-10 has it.
///
/// A highway layer computes H·T + x·(1 − T): H is a rectified 3×3 convolution of x, the transform gate T
/// a sigmoid of another, whose bias starts at −2, so that layers first hand on what they read. Three
/// stages of 32, 80 and 128 channels, each a plain convolution and 4, 5 and 5 highway layers; a 1×1
/// convolution; a linear classifier.
final class Highway {
    private static final double GATE_BIAS = -2;
    private static final int[] CHANNELS = {32, 80, 128};
    private static final int[] LAYERS = {4, 5, 5};
    private static final int LAST_CHANNELS = 100;

    private Highway() {}

    /// @param dropRate of the image, behind each pooling and before the classifier; 0.2 in that
    ///                 configuration
    static Graph graph(Shape image, int classes, double dropRate) {
        Layers net = new Layers(image);
        int x = 0;
        for (int stage = 0; stage < CHANNELS.length; stage++) {
            String name = "stage%d.".formatted(stage + 1);
            x = net.dropout(name + "dropout", x, dropRate);
            x = net.convolutionRelu(name + "conv", x, CHANNELS[stage], 3, 1);
            for (int l = 0; l < LAYERS[stage]; l++) {
                x = layer(net, name + "highway" + (l + 1), x);
            }
            if (stage < CHANNELS.length - 1) {
                x = net.add(name + "pool", new Op.MaxPooling(2, 2, 0), x);
            }
        }
        x = net.convolutionRelu("conv", x, LAST_CHANNELS, 1, 1);
        x = net.add("avgpool", new Op.GlobalAveragePooling(), x);
        x = net.dropout("dropout", x, dropRate);
        net.linear("fc", x, classes);
        return net.build();
    }

    private static int layer(Layers net, String name, int x) {
        int channels = net.channels(x);
        int h = net.convolutionRelu(name + ".conv", x, channels, 3, 1);
        int gate = net.add(name + ".gate", new Op.Convolution(channels, channels, 3, 1, 1, true, GATE_BIAS), x);
        int t = net.add(name + ".gate_sigmoid", new Op.Sigmoid(), gate);
        int transformed = net.add(name + ".transform", new Op.Product(), h, t);
        int kept = net.add(name + ".complement", new Op.Complement(), t);
        int carried = net.add(name + ".carry", new Op.Product(), x, kept);
        return net.add(name + ".add", new Op.Addition(), transformed, carried);
    }
}
