package io.densenet.arch;

import java.util.List;

/// Name, kind and shape of one parameter or buffer. The names are torchvision's strings
/// (`features.denseblock1.denselayer1.conv1.weight`), the field's exchange standard.
///
/// @param shape rows first, as in PyTorch: a convolution's weight is [outputs, inputs, kernel, kernel];
///              empty for a scalar
/// @param initialBias what a bias of a convolution starts with; nothing else looks at it
public record ParameterSpec(String name, Kind kind, List<Integer> shape, double initialBias) {
    public ParameterSpec {
        shape = List.copyOf(shape);
    }

    /// A parameter or buffer that starts as its kind does.
    public ParameterSpec(String name, Kind kind, List<Integer> shape) {
        this(name, kind, shape, 0);
    }

    /// What a value is, which decides how it starts and whether it is trained.
    public enum Kind {
        CONVOLUTION_WEIGHT(true),
        CONVOLUTION_BIAS(true),
        NORM_WEIGHT(true),
        NORM_BIAS(true),
        LINEAR_WEIGHT(true),
        LINEAR_BIAS(true),
        RUNNING_MEAN(false),
        RUNNING_VARIANCE(false),
        BATCHES_TRACKED(false);

        private final boolean trained;

        Kind(boolean trained) {
            this.trained = trained;
        }

        /// Whether the optimizer changes it; the others are buffers.
        public boolean isTrained() {
            return trained;
        }
    }

    /// Number of values.
    public long elements() {
        return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    }
}
