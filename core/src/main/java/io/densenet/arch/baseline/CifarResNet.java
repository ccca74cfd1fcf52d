package io.densenet.arch.baseline;

import io.densenet.arch.Graph;
import io.densenet.arch.Op;
import io.densenet.arch.Shape;

/// Residual networks for CIFAR: the original (He et al. 2016, arXiv:1512.03385, §4.2), with stochastic
/// depth (Huang et al. 2016, arXiv:1603.09382), and with other residual units (He et al. 2016,
/// arXiv:1603.05027).
///
/// One convolution, then three stages of n units on 32, 16 and 8 pixels. A basic unit has two 3×3
/// convolutions of 16, 32 and 64 channels, so that there are 6n+2 layers. A bottleneck has 1×1, 3×3 and
/// 1×1 of which the last emits four times as many, so that there are 9n+2; its stride is that of the
/// first 1×1. No convolution has a bias.
///
/// Where the size changes, the shortcut of basic units has no parameters: pixels are left out and
/// channels of zeros added ("A"). That of bottlenecks is a 1×1 convolution, normalised unless the unit's
/// branch is not ("B").
///
/// @param unit      order of operations
/// @param deathRate with which stochastic depth drops the last unit; it grows from 0 linearly. 0 for none
///                  at all
/// @param averaging whether the shortcut averages 2×2 pixels instead of leaving three out, as the authors
///                  of stochastic depth do
record CifarResNet(int depth, boolean bottleneck, ResidualUnit unit, double deathRate, boolean averaging) {
    private static final int FIRST_CHANNELS = 16;
    private static final int EXPANSION = 4;
    private static final int STAGES = 3;

    CifarResNet {
        int step = STAGES * (bottleneck ? 3 : 2);
        if (depth < step + 2 || (depth - 2) % step != 0) {
            int below = Math.max(1, (depth - 2) / step) * step + 2;
            throw new IllegalArgumentException(
                    "a depth of %d does not divide into %d stages of %s units; it must be 2 + %d·n, the nearest are %d and %d"
                            .formatted(depth, STAGES, bottleneck ? "bottleneck" : "basic", step, below, below + step));
        }
    }

    private int unitsPerStage() {
        return (depth - 2) / (STAGES * (bottleneck ? 3 : 2));
    }

    Graph graph(Shape image, int classes) {
        Layers net = new Layers(image);
        int x = net.convolution("conv1", 0, FIRST_CHANNELS, 3, 1);
        x = switch (unit) {
            case ORIGINAL, BN_AFTER_ADD, RELU_BEFORE_ADD -> net.normRelu("bn1", "relu", x);
            case RELU_ONLY_PREACT -> net.norm("bn1", x);
            case FULL_PREACT -> x;
        };
        int units = unitsPerStage();
        for (int stage = 0; stage < STAGES; stage++) {
            for (int u = 0; u < units; u++) {
                String name = "layer%d.%d".formatted(stage + 1, u);
                int stride = stage > 0 && u == 0 ? 2 : 1;
                double survival = 1 - deathRate * (stage * units + u + 1) / (STAGES * units);
                x = unit(net, name, x, FIRST_CHANNELS << stage, stride, survival);
            }
        }
        x = switch (unit) {
            case ORIGINAL, BN_AFTER_ADD, RELU_BEFORE_ADD -> x;
            case RELU_ONLY_PREACT -> net.relu("relu", x);
            case FULL_PREACT -> net.normRelu("bn1", "relu", x);
        };
        net.classifier("fc", x, classes);
        return net.build();
    }

    /// One unit: branch, shortcut, addition and what comes behind it.
    private int unit(Layers net, String name, int x, int width, int stride, double survival) {
        int outputs = bottleneck ? EXPANSION * width : width;
        boolean changes = net.channels(x) != outputs;
        int entry = switch (unit) {
            case ORIGINAL, BN_AFTER_ADD, RELU_BEFORE_ADD -> x;
            case RELU_ONLY_PREACT -> net.relu(name + ".relu1", x);
            case FULL_PREACT -> net.normRelu(name + ".bn1", name + ".relu1", x);
        };
        int branch = bottleneck ? bottleneck(net, name, entry, width, stride) : basic(net, name, entry, width, stride);
        if (deathRate > 0) {
            branch = net.add(name + ".depth", new Op.StochasticDepth(survival), branch);
        }
        boolean sharesActivation = unit == ResidualUnit.FULL_PREACT && (changes || name.equals("layer1.0"));
        int shortcut = shortcut(net, name, sharesActivation ? entry : x, outputs, stride);
        int sum = net.add(name + ".add", new Op.Addition(), branch, shortcut);
        return switch (unit) {
            case ORIGINAL -> net.relu(name + ".relu", sum);
            case BN_AFTER_ADD -> net.normRelu(name + ".bn", name + ".relu", sum);
            case RELU_BEFORE_ADD, RELU_ONLY_PREACT, FULL_PREACT -> sum;
        };
    }

    private int basic(Layers net, String name, int x, int width, int stride) {
        int y = net.convolution(name + ".conv1", x, width, 3, stride);
        y = between(net, name, 1, y);
        y = net.convolution(name + ".conv2", y, width, 3, 1);
        return last(net, name, 2, y);
    }

    private int bottleneck(Layers net, String name, int x, int width, int stride) {
        int y = net.convolution(name + ".conv1", x, width, 1, stride);
        y = between(net, name, 1, y);
        y = net.convolution(name + ".conv2", y, width, 3, 1);
        y = between(net, name, 2, y);
        y = net.convolution(name + ".conv3", y, EXPANSION * width, 1, 1);
        return last(net, name, 3, y);
    }

    /// Behind a convolution that another follows. A norm has the number of the convolution that it stands
    /// behind, or before in full pre-activation.
    private int between(Layers net, String name, int convolution, int x) {
        boolean before = unit == ResidualUnit.FULL_PREACT;
        int reluNumber = before || unit == ResidualUnit.RELU_ONLY_PREACT ? convolution + 1 : convolution;
        return net.normRelu(name + ".bn" + (before ? convolution + 1 : convolution), name + ".relu" + reluNumber, x);
    }

    /// Behind the last convolution of the branch.
    private int last(Layers net, String name, int convolution, int x) {
        return switch (unit) {
            case ORIGINAL, RELU_ONLY_PREACT -> net.norm(name + ".bn" + convolution, x);
            case RELU_BEFORE_ADD -> net.normRelu(name + ".bn" + convolution, name + ".relu" + convolution, x);
            case BN_AFTER_ADD, FULL_PREACT -> x;
        };
    }

    private int shortcut(Layers net, String name, int x, int outputs, int stride) {
        if (net.channels(x) == outputs) {
            return x;
        }
        if (!bottleneck) {
            int smaller = stride == 1
                    ? x
                    : net.add(name + ".shortcut.pool", new Op.AveragePooling(averaging ? stride : 1, stride), x);
            return net.add(name + ".shortcut.pad", new Op.ChannelPadding(outputs), smaller);
        }
        int projected = net.convolution(name + ".downsample.0", x, outputs, 1, stride);
        return switch (unit) {
            case ORIGINAL, RELU_BEFORE_ADD, RELU_ONLY_PREACT -> net.norm(name + ".downsample.1", projected);
            case BN_AFTER_ADD, FULL_PREACT -> projected;
        };
    }
}
