package io.densenet.arch.baseline;

import io.densenet.arch.BatchNorm;
import io.densenet.arch.Graph;
import io.densenet.arch.GraphBuilder;
import io.densenet.arch.Op;
import io.densenet.arch.Shape;

/// The layers of which the baselines are made, on top of [GraphBuilder]. Every method returns the
/// position of what it added last; channels that enter are known from there.
final class Layers {
    private final GraphBuilder graph;

    Layers(Shape image) {
        graph = new GraphBuilder(image);
    }

    int add(String name, Op op, int... inputs) {
        return graph.add(name, op, inputs);
    }

    int channels(int x) {
        return graph.shape(x).channels();
    }

    Graph build() {
        return graph.build();
    }

    /// Without bias; padded so that stride 1 keeps the size.
    int convolution(String name, int x, int outputs, int kernel, int stride) {
        return add(name, new Op.Convolution(channels(x), outputs, kernel, stride, kernel / 2, false), x);
    }

    /// With a bias that starts at 0, then ReLU, as before there was batch normalisation.
    int convolutionRelu(String name, int x, int outputs, int kernel, int stride) {
        return relu(name + "_relu", biased(name, x, outputs, kernel, stride));
    }

    int biased(String name, int x, int outputs, int kernel, int stride) {
        return add(name, new Op.Convolution(channels(x), outputs, kernel, stride, kernel / 2, true), x);
    }

    int norm(String name, int x) {
        return add(name, new Op.BatchNormalization(channels(x), BatchNorm.STANDARD), x);
    }

    int relu(String name, int x) {
        return add(name, new Op.Relu(), x);
    }

    int normRelu(String norm, String relu, int x) {
        return relu(relu, norm(norm, x));
    }

    int dropout(String name, int x, double rate) {
        return rate == 0 ? x : add(name, new Op.Dropout(rate), x);
    }

    /// Behind global average pooling.
    int classifier(String name, int x, int classes) {
        int pooled = add("avgpool", new Op.GlobalAveragePooling(), x);
        return linear(name, pooled, classes);
    }

    int linear(String name, int x, int outputs) {
        return add(name, new Op.Linear(channels(x), outputs), x);
    }

    /// Logits that are the mean of a map for each class.
    int meanOfMaps(int x) {
        return add("logits", new Op.Flatten(), add("avgpool", new Op.GlobalAveragePooling(), x));
    }
}
