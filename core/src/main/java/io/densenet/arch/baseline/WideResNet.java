package io.densenet.arch.baseline;

import io.densenet.arch.Graph;
import io.densenet.arch.Op;
import io.densenet.arch.Shape;

/// Wide residual network, WRN-L-k (Zagoruyko and Komodakis 2016, arXiv:1605.07146).
///
/// One convolution of 16 channels, then three stages of n units BN-ReLU-conv-dropout-BN-ReLU-conv of 16k,
/// 32k and 64k channels, L = 6n + 4, and a last BN-ReLU. Where the width changes, the shortcut is a 1×1
/// convolution of what the first BN-ReLU made.
///
/// @param depth    L
/// @param widening k
/// @param dropRate between the two convolutions of a unit; 0.3 on CIFAR and 0.4 on SVHN in the paper's
///                 dropout rows
record WideResNet(int depth, int widening, double dropRate) {
    private static final int FIRST_CHANNELS = 16;
    private static final int STAGES = 3;

    WideResNet {
        if (depth < 10 || (depth - 4) % 6 != 0) {
            int below = Math.max(1, (depth - 4) / 6) * 6 + 4;
            throw new IllegalArgumentException(
                    "a depth of %d does not divide into 3 stages of units; it must be 4 + 6·n, the nearest are %d and %d"
                            .formatted(depth, below, below + 6));
        }
    }

    Graph graph(Shape image, int classes) {
        Layers net = new Layers(image);
        int x = net.convolution("conv1", 0, FIRST_CHANNELS, 3, 1);
        for (int stage = 0; stage < STAGES; stage++) {
            for (int u = 0; u < (depth - 4) / 6; u++) {
                int stride = stage > 0 && u == 0 ? 2 : 1;
                x = unit(net, "layer%d.%d".formatted(stage + 1, u), x, widening * (FIRST_CHANNELS << stage), stride);
            }
        }
        x = net.normRelu("bn1", "relu", x);
        net.classifier("fc", x, classes);
        return net.build();
    }

    private int unit(Layers net, String name, int x, int width, int stride) {
        int entry = net.normRelu(name + ".bn1", name + ".relu1", x);
        int y = net.convolution(name + ".conv1", entry, width, 3, stride);
        y = net.dropout(name + ".dropout", y, dropRate);
        y = net.normRelu(name + ".bn2", name + ".relu2", y);
        y = net.convolution(name + ".conv2", y, width, 3, 1);
        int shortcut = net.channels(x) == width ? x : net.convolution(name + ".downsample.0", entry, width, 1, stride);
        return net.add(name + ".add", new Op.Addition(), y, shortcut);
    }
}
