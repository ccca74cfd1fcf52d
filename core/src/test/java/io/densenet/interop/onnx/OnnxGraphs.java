package io.densenet.interop.onnx;

import io.densenet.arch.BatchNorm;
import io.densenet.arch.DenseNet;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.DenseNets;
import io.densenet.arch.Graph;
import io.densenet.arch.GraphBuilder;
import io.densenet.arch.Loss;
import io.densenet.arch.Op;
import io.densenet.arch.ParameterSpec;
import io.densenet.arch.Shape;
import io.densenet.arch.Stem;
import io.densenet.weights.Initializer;
import io.densenet.weights.StateDict;
import io.densenet.weights.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.SequencedMap;

/// Small networks for the tests of ONNX files.
final class OnnxGraphs {
    private OnnxGraphs() {}

    /// With the stem of the ImageNet family and dropout; 3 classes.
    static Graph denseNet() {
        DenseNetConfig config = DenseNets.named("densenet121", 3, 3)
                .withGrowthRate(4)
                .withLayersPerBlock(List.of(2, 1))
                .withStem(new Stem.ImageNet(3, 8))
                .withDropRate(0.2);
        return Graph.of(DenseNet.of(config), new Shape(3, 64, 48));
    }

    /// Every operation that there is, deep supervision too; for images of 3x8x8 only.
    static Graph everyOperation() {
        GraphBuilder net = new GraphBuilder(new Shape(3, 8, 8));
        int x = net.add("conv", new Op.Convolution(3, 4, 3, 1, 1, true), 0);
        int gate = net.add("gate", new Op.Convolution(3, 4, 1, 1, 0, true, -2), 0);
        int open = net.add("open", new Op.Sigmoid(), gate);
        int closed = net.add("closed", new Op.Complement(), open);
        int through = net.add("through", new Op.Product(), x, open, open);
        int around = net.add("around", new Op.Product(), x, closed);
        int sum = net.add("sum", new Op.Addition(), through, around, x);
        int norm = net.add("norm", new Op.BatchNormalization(4, new BatchNorm(1e-3, 0.1)), sum);
        int kept = net.add("kept", new Op.StochasticDepth(0.75), net.add("relu", new Op.Relu(), norm));
        int companion = net.add("companion.flatten", new Op.Flatten(), kept);
        companion = net.add("companion", new Op.Linear(256, 3), companion);
        int joined = net.add("joined", new Op.Join(0, 2, 0.15), kept, norm);
        int wide = net.add("wide", new Op.ChannelPadding(6), joined);
        int both = net.add("both", new Op.Concatenation(), wide, x);
        int dropped = net.add("dropped", new Op.Dropout(0.5), both);
        int pooled = net.add("pooled", new Op.MaxPooling(3, 2, 0, true), dropped); // 4x4
        int ringed = net.add("ringed", new Op.MaxPooling(3, 2, 1), dropped); // 4x4
        int small = net.add("small", new Op.AveragePooling(2, 2), net.add("more", new Op.Addition(), pooled, ringed));
        int flat = net.add("flat", new Op.Flatten(), small);
        int hidden = net.add("hidden", new Op.Linear(40, 5), flat);
        int classes = net.add("classes", new Op.Convolution(10, 3, 1, 1, 0, false), small);
        int mean = net.add("mean", new Op.GlobalAveragePooling(), classes);
        int last = net.add("fc", new Op.Linear(5, 3), net.add("hidden_relu", new Op.Relu(), hidden));
        int means = net.add("means", new Op.Flatten(), mean);
        net.add("logits", new Op.Flatten(), net.add("total", new Op.Addition(), last, means));
        return new Graph(net.build().nodes(), Loss.SQUARED_HINGE, List.of(new Graph.Companion(companion, 0.5)));
    }

    /// Weights that leave nothing at its default.
    static StateDict state(Graph graph) {
        Random random = new Random(7);
        StateDict first = Initializer.initialize(graph.stateDict(), 3, Initializer.Fan.OUT);
        SequencedMap<String, Tensor> entries = new LinkedHashMap<>(first.entries());
        for (ParameterSpec spec : graph.stateDict()) {
            if (entries.get(spec.name()) instanceof Tensor.Floats tensor) {
                float[] values = tensor.values();
                for (int i = 0; i < values.length; i++) {
                    switch (spec.kind()) {
                        case NORM_WEIGHT -> values[i] = 0.3f + 0.4f * random.nextFloat();
                        case RUNNING_VARIANCE -> values[i] = 0.8f + random.nextFloat();
                        case NORM_BIAS, RUNNING_MEAN, LINEAR_BIAS, CONVOLUTION_BIAS ->
                            values[i] = 0.3f * random.nextFloat() - 0.1f;
                        case CONVOLUTION_WEIGHT, LINEAR_WEIGHT, BATCHES_TRACKED -> {}
                    }
                }
            }
        }
        return new StateDict(entries);
    }
}
