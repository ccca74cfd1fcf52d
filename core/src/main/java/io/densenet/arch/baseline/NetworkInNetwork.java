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
        int x = net.biased("block1.conv1", 0, 192, 5, 1);
        supervised.add(x);
        x = net.relu("block1.conv1_relu", x);
        x = net.convolutionRelu("block1.cccp1", x, 160, 1, 1);
        x = net.convolutionRelu("block1.cccp2", x, 96, 1, 1);
        x = net.add("block1.pool", new Op.MaxPooling(3, 2, 0, true), x);
        x = net.dropout("block1.dropout", x, dropRate);
        x = net.biased("block2.conv2", x, 192, 5, 1);
        supervised.add(x);
        x = net.relu("block2.conv2_relu", x);
        x = net.convolutionRelu("block2.cccp3", x, 192, 1, 1);
        x = net.convolutionRelu("block2.cccp4", x, 192, 1, 1);
        x = net.add("block2.pool", new Op.MaxPooling(3, 2, 0, true), x);
        x = net.dropout("block2.dropout", x, dropRate);
        x = net.biased("block3.conv3", x, 192, 3, 1);
        supervised.add(x);
        x = net.relu("block3.conv3_relu", x);
        x = net.convolutionRelu("block3.cccp5", x, 192, 1, 1);
        return net.biased("block3.cccp6", x, classes, 1, 1);
    }
}
