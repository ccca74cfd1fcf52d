package io.densenet.arch;

/// What a network, or one node of it, costs.
///
/// @param parameters   trained values; running statistics are not among them (Keras counts those too)
/// @param multiplyAdds of convolutions and linear layers for one image, in the order of the paper (a
///                     transition convolves before it pools); what torchvision calls GFLOPS, 2.834 G for
///                     DenseNet-121 at 3×224×224
public record Cost(long parameters, long multiplyAdds) {
    public static Cost of(Graph graph) {
        long parameters = 0;
        long multiplyAdds = 0;
        for (Node node : graph.nodes()) {
            Cost cost = of(node);
            parameters += cost.parameters;
            multiplyAdds += cost.multiplyAdds;
        }
        return new Cost(parameters, multiplyAdds);
    }

    public static Cost of(Node node) {
        long parameters = node.parameters().stream()
                .filter(spec -> spec.kind().isTrained())
                .mapToLong(ParameterSpec::elements)
                .sum();
        return new Cost(parameters, multiplyAdds(node));
    }

    private static long multiplyAdds(Node node) {
        return switch (node.op()) {
            case Op.Convolution c -> node.output().elements() * c.inputChannels() * c.kernel() * c.kernel();
            case Op.Linear l -> (long) l.inputs() * l.outputs();
            case Op.Input _,
                    Op.BatchNormalization _,
                    Op.Relu _,
                    Op.Sigmoid _,
                    Op.Complement _,
                    Op.Addition _,
                    Op.Product _,
                    Op.StochasticDepth _,
                    Op.Join _,
                    Op.ChannelPadding _,
                    Op.Flatten _,
                    Op.Dropout _,
                    Op.Concatenation _,
                    Op.MaxPooling _,
                    Op.AveragePooling _,
                    Op.GlobalAveragePooling _ -> 0;
        };
    }
}
