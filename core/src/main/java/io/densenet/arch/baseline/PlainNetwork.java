package io.densenet.arch.baseline;

import io.densenet.arch.Graph;
import io.densenet.arch.Shape;

/// A stack of layers with no way around any of them: what dense and residual networks are there to improve on.
/// Conv3×3-BN-ReLU in three stages of 16, 32 and 64 maps, the second and third begun with stride 2, global
/// average pooling and a linear layer. With a depth of 6n + 2 it is the plain network that He et al. set against
/// their ResNet of the same depth (2016, arXiv:1512.03385, §4.2); other depths are divided as evenly as they can
/// be, longer stages first.
///
/// @param depth the first convolution, those of the stages, the linear layer
record PlainNetwork(int depth) {
    private static final int FIRST_CHANNELS = 16;
    private static final int STAGES = 3;
    private static final int LEAST_DEPTH = 5;

    PlainNetwork {
        if (depth < LEAST_DEPTH) {
            throw new IllegalArgumentException(
                    "a plain network has at least %d layers, was to have %d".formatted(LEAST_DEPTH, depth));
        }
    }

    Graph graph(Shape image, int classes) {
        Layers net = new Layers(image);
        int x = layer(net, 0, 0, FIRST_CHANNELS, 1);
        int inStages = depth - 2;
        int number = 1;
        for (int stage = 0; stage < STAGES; stage++) {
            int layers = inStages / STAGES + (stage < inStages % STAGES ? 1 : 0);
            for (int l = 0; l < layers; l++) {
                x = layer(net, number++, x, FIRST_CHANNELS << stage, stage > 0 && l == 0 ? 2 : 1);
            }
        }
        net.classifier("fc", x, classes);
        return net.build();
    }

    private static int layer(Layers net, int number, int x, int outputs, int stride) {
        int y = net.convolution("conv" + number, x, outputs, 3, stride);
        return net.normRelu("bn" + number, "relu" + number, y);
    }
}
