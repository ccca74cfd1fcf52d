package io.densenet.arch.baseline;

import io.densenet.arch.Graph;
import io.densenet.arch.Op;
import io.densenet.arch.Shape;
import java.util.List;

/// Residual network for ImageNet (He et al. 2016, arXiv:1512.03385, Table 1), for Figure 3, with
/// torchvision's names and
/// as it and the code of Facebook's Torch have it: the stride of a bottleneck is that of its 3×3.
///
/// @param units      of each of the four stages
/// @param bottleneck 1×1, 3×3, 1×1 convolutions instead of two 3×3
record ImageNetResNet(List<Integer> units, boolean bottleneck) {
    private static final int FIRST_CHANNELS = 64;
    private static final int EXPANSION = 4;

    /// With 18, 34, 50, 101 or 152 layers.
    static ImageNetResNet ofDepth(int depth) {
        return switch (depth) {
            case 18 -> new ImageNetResNet(List.of(2, 2, 2, 2), false);
            case 34 -> new ImageNetResNet(List.of(3, 4, 6, 3), false);
            case 50 -> new ImageNetResNet(List.of(3, 4, 6, 3), true);
            case 101 -> new ImageNetResNet(List.of(3, 4, 23, 3), true);
            case 152 -> new ImageNetResNet(List.of(3, 8, 36, 3), true);
            default ->
                throw new IllegalArgumentException(
                        "no ImageNet ResNet of %d layers; there are resnet18, 34, 50, 101, 152".formatted(depth));
        };
    }

    Graph graph(Shape image, int classes) {
        Layers net = new Layers(image);
        int x = net.convolution("conv1", 0, FIRST_CHANNELS, 7, 2);
        x = net.normRelu("bn1", "relu", x);
        x = net.add("maxpool", new Op.MaxPooling(3, 2, 1), x);
        for (int stage = 0; stage < units.size(); stage++) {
            for (int u = 0; u < units.get(stage); u++) {
                int stride = stage > 0 && u == 0 ? 2 : 1;
                x = unit(net, "layer%d.%d".formatted(stage + 1, u), x, FIRST_CHANNELS << stage, stride);
            }
        }
        net.classifier("fc", x, classes);
        return net.build();
    }

    private int unit(Layers net, String name, int x, int width, int stride) {
        int y = bottleneck ? bottleneck(net, name, x, width, stride) : basic(net, name, x, width, stride);
        int shortcut = x;
        if (net.channels(x) != net.channels(y) || stride > 1) {
            shortcut = net.convolution(name + ".downsample.0", x, net.channels(y), 1, stride);
            shortcut = net.norm(name + ".downsample.1", shortcut);
        }
        return net.relu(name + ".relu", net.add(name + ".add", new Op.Addition(), y, shortcut));
    }

    private static int basic(Layers net, String name, int x, int width, int stride) {
        int y = net.convolution(name + ".conv1", x, width, 3, stride);
        y = net.normRelu(name + ".bn1", name + ".relu1", y);
        y = net.convolution(name + ".conv2", y, width, 3, 1);
        return net.norm(name + ".bn2", y);
    }

    private static int bottleneck(Layers net, String name, int x, int width, int stride) {
        int y = net.convolution(name + ".conv1", x, width, 1, 1);
        y = net.normRelu(name + ".bn1", name + ".relu1", y);
        y = net.convolution(name + ".conv2", y, width, 3, stride);
        y = net.normRelu(name + ".bn2", name + ".relu2", y);
        y = net.convolution(name + ".conv3", y, EXPANSION * width, 1, 1);
        return net.norm(name + ".bn3", y);
    }
}
