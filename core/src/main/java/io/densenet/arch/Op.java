package io.densenet.arch;

import java.util.List;

/// One operation of a [Graph]: all that the networks of the paper are made of. Engines switch over it exhaustively.
public sealed interface Op {
    /// Where the image enters; always the first node and only that.
    record Input() implements Op {}

    /// Two-dimensional convolution, zero-padded on every side.
    record Convolution(int inputChannels, int outputChannels, int kernel, int stride, int padding, boolean bias)
            implements Op {}

    /// Batch normalisation over N, H and W with a learned scale and shift per channel.
    record BatchNormalization(int channels, BatchNorm settings) implements Op {}

    /// max(x, 0).
    record Relu() implements Op {}

    /// Zeroes each element with probability `rate` while training and scales the others by 1/(1−rate).
    record Dropout(double rate) implements Op {}

    /// All inputs behind one another along the channels.
    record Concatenation() implements Op {}

    /// Largest value of each window; windows stop at the padded edge (rounded down).
    record MaxPooling(int kernel, int stride, int padding) implements Op {}

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
                yield c.bias()
                        ? List.of(
                                weight, vector(name + ".bias", ParameterSpec.Kind.CONVOLUTION_BIAS, c.outputChannels()))
                        : List.of(weight);
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
            case Input _, Relu _, Dropout _, Concatenation _, MaxPooling _, AveragePooling _, GlobalAveragePooling _ ->
                List.of();
        };
    }

    private static ParameterSpec vector(String name, ParameterSpec.Kind kind, int length) {
        return new ParameterSpec(name, kind, List.of(length));
    }
}
