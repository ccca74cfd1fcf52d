package io.densenet.arch.baseline;

import io.densenet.arch.Graph;
import io.densenet.arch.Op;
import io.densenet.arch.Shape;

/// All-CNN-C (Springenberg et al. 2015, arXiv:1412.6806, Table 2): nothing but convolutions and ReLUs,
/// strides instead of pooling, and the mean of a map for each class.
final class AllConvolutional {
    private static final double IMAGE_PART = 0.4;

    private AllConvolutional() {}

    /// @param dropRate behind each convolution of stride 2, 0.5 in the paper; the image loses 0.4 times
    ///                 that, 0.2
    static Graph graph(Shape image, int classes, double dropRate) {
        Layers net = new Layers(image);
        int x = net.dropout("block1.dropout", 0, IMAGE_PART * dropRate);
        x = net.convolutionRelu("block1.conv1", x, 96, 3, 1);
        x = net.convolutionRelu("block1.conv2", x, 96, 3, 1);
        x = net.convolutionRelu("block1.conv3", x, 96, 3, 2);
        x = net.dropout("block2.dropout", x, dropRate);
        x = net.convolutionRelu("block2.conv4", x, 192, 3, 1);
        x = net.convolutionRelu("block2.conv5", x, 192, 3, 1);
        x = net.convolutionRelu("block2.conv6", x, 192, 3, 2);
        x = net.dropout("block3.dropout", x, dropRate);
        x = net.add("block3.conv7", new Op.Convolution(192, 192, 3, 1, 0, true), x); // the only one without padding
        x = net.relu("block3.conv7_relu", x);
        x = net.convolutionRelu("block3.conv8", x, 192, 1, 1);
        x = net.convolutionRelu("block3.conv9", x, classes, 1, 1);
        net.meanOfMaps(x);
        return net.build();
    }
}
