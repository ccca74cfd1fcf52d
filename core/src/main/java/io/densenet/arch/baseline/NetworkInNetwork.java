package io.densenet.arch.baseline;

import io.densenet.arch.Graph;
import io.densenet.arch.Loss;
import io.densenet.arch.Op;
import io.densenet.arch.Shape;
import java.util.ArrayList;
import java.util.List;

/// Network in Network (Lin, Chen and Yan 2014, arXiv:1312.4400), as its authors' configuration for
/// CIFAR-10 has it: both
/// poolings take the maximum of overlapping windows and round up, and the last convolution is rectified
/// too.
///
/// Deeply Supervised Net (Lee et al. 2015, arXiv:1409.5185) is the same body without that last ReLU.
/// While training, three
/// more linear classifiers read the first convolution of each part before its ReLU, and all four outputs
/// have a loss.
///
/// Both drop maps behind each pooling.
final class NetworkInNetwork {
    /// Of a companion's loss. The authors leave it at 1 and train the companions' weights at a thousandth
    /// of the learning rate, less and less; here all parameters have one rate, at which a linear
    /// classifier of 200,000 inputs diverges with a weight of 1. It stays the same throughout.
    private static final double COMPANION_WEIGHT = 0.01;

    private NetworkInNetwork() {}

    static Graph graph(Shape image, int classes, double dropRate) {
        Layers net = new Layers(image);
        int x = body(net, classes, dropRate, new ArrayList<>());
        x = net.relu("block3.cccp6_relu", x);
        net.meanOfMaps(x);
        return net.build();
    }

    /// @param loss squared hinge in the paper for CIFAR-10, cross-entropy for CIFAR-100 and SVHN
    static Graph deeplySupervised(Shape image, int classes, double dropRate, Loss loss) {
        Layers net = new Layers(image);
        List<Integer> supervised = new ArrayList<>();
        int x = body(net, classes, dropRate, supervised);
        List<Graph.Companion> companions = new ArrayList<>();
        for (int i = 0; i < supervised.size(); i++) {
            String name = "companion" + (i + 1);
            int flat = net.add(name + ".flatten", new Op.Flatten(), supervised.get(i));
            companions.add(new Graph.Companion(net.linear(name + ".classifier", flat, classes), COMPANION_WEIGHT));
        }
        net.meanOfMaps(x);
        return new Graph(net.build().nodes(), loss, companions);
    }

    /// @param supervised receives the first convolution of each part
    private static int body(Layers net, int classes, double dropRate, List<Integer> supervised) {
        int x = part(net, 1, 0, List.of(192, 160, 96), 5, supervised);
        x = pool(net, 1, x, dropRate);
        x = part(net, 2, x, List.of(192, 192, 192), 5, supervised);
        x = pool(net, 2, x, dropRate);
        x = part(net, 3, x, List.of(192, 192), 3, supervised);
        return net.biased("block3.cccp6", x, classes, 1, 1);
    }

    /// A convolution and the 1×1 convolutions behind it, which make a small network of it for each pixel.
    ///
    /// @param channels of each convolution
    /// @param kernel   of the first
    private static int part(Layers net, int part, int x, List<Integer> channels, int kernel, List<Integer> supervised) {
        String block = "block" + part + ".";
        String name = block + "conv" + part;
        int y = net.biased(name, x, channels.getFirst(), kernel, 1);
        supervised.add(y);
        y = net.relu(name + "_relu", y);
        for (int i = 1; i < channels.size(); i++) {
            y = net.convolutionRelu(block + "cccp" + (2 * (part - 1) + i), y, channels.get(i), 1, 1);
        }
        return y;
    }

    private static int pool(Layers net, int part, int x, double dropRate) {
        int y = net.add("block" + part + ".pool", new Op.MaxPooling(3, 2, 0, true), x);
        return net.dropout("block" + part + ".dropout", y, dropRate);
    }
}
