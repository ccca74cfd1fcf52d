package io.densenet.arch;

import java.util.List;

/// One operation of a [Graph]: all that the networks of the paper, and those that it compares itself
/// with, are made of. Engines switch over it exhaustively.
public sealed interface Op {
    /// Where the image enters; always the first node and only that.
    record Input() implements Op {}

    /// Two-dimensional convolution, zero-padded on every side.
    ///
    /// @param initialBias what every bias starts with
    record Convolution(
            int inputChannels,
            int outputChannels,
            int kernel,
            int stride,
            int padding,
            boolean bias,
            double initialBias)
            implements Op {
        /// A bias, if there is one, starts at 0.
        public Convolution(int inputChannels, int outputChannels, int kernel, int stride, int padding, boolean bias) {
            this(inputChannels, outputChannels, kernel, stride, padding, bias, 0);
        }
    }

    /// Batch normalisation over N, H and W with a learned scale and shift per channel.
    record BatchNormalization(int channels, BatchNorm settings) implements Op {}

    /// max(x, 0).
    record Relu() implements Op {}

    /// 1/(1 + e^−x).
    record Sigmoid() implements Op {}

    /// 1 − x: what is left of a gate.
    record Complement() implements Op {}

    /// Sum of all inputs, which have one shape. An input that [StochasticDepth] dropped counts as 0.
    record Addition() implements Op {}

    /// Product of all inputs, element by element.
    record Product() implements Op {}

    /// While training, the whole input with probability `survival` and nothing otherwise, decided once
    /// for each batch; nothing that only a dropped input needs is computed. When it is used, `survival`
    /// times the input (Huang et al. 2016, arXiv:1603.09382).
    record StochasticDepth(double survival) implements Op {}

    /// Mean of inputs that come from neighbouring columns of a network (Larsson et al. 2017,
    /// arXiv:1605.07648, "join").
    ///
    /// While training, it is the mean over those that drop-path leaves, at least one, decided once for
    /// each batch. In one half of the steps every input of every join is dropped with probability
    /// `dropRate` ("local"), in the other one column is all that is left of the network ("global"). A
    /// rate of 0 drops nothing at all.
    ///
    /// @param firstColumn of the network that the first input comes from; the next comes from the next
    /// @param columns     that the network has
    record Join(int firstColumn, int columns, double dropRate) implements Op {}

    /// Channels of zeros behind those of the input, which make it `outputChannels` (He et al. 2016,
    /// shortcut A).
    record ChannelPadding(int outputChannels) implements Op {}

    /// C × H × W to C·H·W × 1 × 1.
    record Flatten() implements Op {}

    /// Zeroes each element with probability `rate` while training and scales the others by 1/(1−rate).
    record Dropout(double rate) implements Op {}

    /// All inputs behind one another along the channels.
    record Concatenation() implements Op {}

    /// Largest value of each window.
    ///
    /// @param roundUp whether a rest that is narrower than the window makes a value too; otherwise it is
    ///                left out
    record MaxPooling(int kernel, int stride, int padding, boolean roundUp) implements Op {
        /// Windows stop at the padded edge.
        public MaxPooling(int kernel, int stride, int padding) {
            this(kernel, stride, padding, false);
        }
    }

    /// Mean of each window, no padding; a rest narrower than the window is left out.
    record AveragePooling(int kernel, int stride) implements Op {}

    /// Mean of each channel: C × H × W to C × 1 × 1, whatever H and W.
    record GlobalAveragePooling() implements Op {}

    /// Fully connected layer with bias.
    record Linear(int inputs, int outputs) implements Op {}

    /// Parameters and buffers of this operation under `name`, in the order of a PyTorch state dict.
    default List<ParameterSpec> parameters(String name) {
        return switch (this) {
            case Convolution c -> {
                var weight = new ParameterSpec(
                        name + ".weight",
                        ParameterSpec.Kind.CONVOLUTION_WEIGHT,
                        List.of(c.outputChannels(), c.inputChannels(), c.kernel(), c.kernel()));
                var bias = new ParameterSpec(
                        name + ".bias",
                        ParameterSpec.Kind.CONVOLUTION_BIAS,
                        List.of(c.outputChannels()),
                        c.initialBias());
                yield c.bias() ? List.of(weight, bias) : List.of(weight);
            }
            case BatchNormalization n ->
                List.of(
                        vector(name + ".weight", ParameterSpec.Kind.NORM_WEIGHT, n.channels()),
                        vector(name + ".bias", ParameterSpec.Kind.NORM_BIAS, n.channels()),
                        vector(name + ".running_mean", ParameterSpec.Kind.RUNNING_MEAN, n.channels()),
                        vector(name + ".running_var", ParameterSpec.Kind.RUNNING_VARIANCE, n.channels()),
                        new ParameterSpec(
                                name + ".num_batches_tracked", ParameterSpec.Kind.BATCHES_TRACKED, List.of()));
            case Linear l ->
                List.of(
                        new ParameterSpec(
                                name + ".weight", ParameterSpec.Kind.LINEAR_WEIGHT, List.of(l.outputs(), l.inputs())),
                        vector(name + ".bias", ParameterSpec.Kind.LINEAR_BIAS, l.outputs()));
            case Input _,
                    Relu _,
                    Sigmoid _,
                    Complement _,
                    Addition _,
                    Product _,
                    StochasticDepth _,
                    Join _,
                    ChannelPadding _,
                    Flatten _,
                    Dropout _,
                    Concatenation _,
                    MaxPooling _,
                    AveragePooling _,
                    GlobalAveragePooling _ -> List.of();
        };
    }

    private static ParameterSpec vector(String name, ParameterSpec.Kind kind, int length) {
        return new ParameterSpec(name, kind, List.of(length));
    }
}
