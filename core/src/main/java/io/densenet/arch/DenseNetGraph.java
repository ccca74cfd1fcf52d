package io.densenet.arch;

import java.util.Arrays;

/// Writes a [DenseNet] as a [Graph], as a framework would run it: concatenation is an operation of its own and the
/// transition convolves before it pools. Parameter names and their order are torchvision's.
final class DenseNetGraph {
    private final GraphBuilder graph;
    private final BatchNorm batchNorm;
    private final double dropRate;

    private DenseNetGraph(DenseNetConfig config, Shape image) {
        this.graph = new GraphBuilder(image);
        this.batchNorm = config.batchNorm();
        this.dropRate = config.dropRate();
    }

    static Graph of(DenseNet network, Shape image) {
        DenseNetGraph builder = new DenseNetGraph(network.config(), image);
        int x = builder.stem(network.config().stem());
        for (int b = 0; b < network.blocks().size(); b++) {
            x = builder.block(network.blocks().get(b), x);
            if (b < network.transitions().size()) {
                x = builder.transition(network.transitions().get(b), x);
            }
        }
        builder.head(network.head(), x);
        return builder.graph.build();
    }

    private int stem(Stem stem) {
        return switch (stem) {
            case Stem.Cifar s ->
                graph.add("features.conv0", convolution(s.inputChannels(), s.initialChannels(), 3, 1), 0);
            case Stem.ImageNet s -> {
                int x = graph.add("features.conv0", convolution(s.inputChannels(), s.initialChannels(), 7, 2), 0);
                x = normRelu("features.norm0", "features.relu0", x);
                yield graph.add("features.pool0", new Op.MaxPooling(3, 2, 1), x);
            }
        };
    }

    private int block(DenseBlock block, int input) {
        int[] maps = new int[block.layers().size() + 1];
        maps[0] = input;
        for (int l = 0; l < block.layers().size(); l++) {
            maps[l + 1] = layer(block.layers().get(l), Arrays.copyOf(maps, l + 1));
        }
        return graph.add(block.name() + ".concat", new Op.Concatenation(), maps);
    }

    private int layer(DenseLayer layer, int[] before) {
        String name = layer.name();
        int x = before.length == 1 ? before[0] : graph.add(name + ".concat", new Op.Concatenation(), before);
        x = normRelu(name + ".norm1", name + ".relu1", x);
        if (!layer.hasBottleneck()) {
            return dropout(name + ".drop1", convolution(name + ".conv1", x, layer.growthRate(), 3));
        }
        x = dropout(name + ".drop1", convolution(name + ".conv1", x, layer.bottleneckChannels(), 1));
        x = normRelu(name + ".norm2", name + ".relu2", x);
        return dropout(name + ".drop2", convolution(name + ".conv2", x, layer.growthRate(), 3));
    }

    private int transition(TransitionLayer transition, int input) {
        String name = transition.name();
        int x = normRelu(name + ".norm", name + ".relu", input);
        x = dropout(name + ".drop", convolution(name + ".conv", x, transition.outputChannels(), 1));
        return graph.add(name + ".pool", new Op.AveragePooling(2, 2), x);
    }

    private void head(Head head, int input) {
        int x = normRelu("features.norm5", "features.relu5", input);
        x = graph.add("features.pool5", new Op.GlobalAveragePooling(), x);
        graph.add("classifier", new Op.Linear(head.inputChannels(), head.numClasses()), x);
    }

    private int normRelu(String norm, String relu, int input) {
        int channels = graph.shape(input).channels();
        return graph.add(relu, new Op.Relu(), graph.add(norm, new Op.BatchNormalization(channels, batchNorm), input));
    }

    private int convolution(String name, int input, int outputs, int kernel) {
        return graph.add(name, convolution(graph.shape(input).channels(), outputs, kernel, 1), input);
    }

    /// Padded so that stride 1 keeps the size; no bias, as in the whole paper.
    private static Op convolution(int inputs, int outputs, int kernel, int stride) {
        return new Op.Convolution(inputs, outputs, kernel, stride, kernel / 2, false);
    }

    private int dropout(String name, int input) {
        return dropRate == 0 ? input : graph.add(name, new Op.Dropout(dropRate), input);
    }
}
