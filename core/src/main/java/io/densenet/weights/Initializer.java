package io.densenet.weights;

import io.densenet.arch.ParameterSpec;
import io.densenet.random.RandomStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.DoubleSupplier;

/// The values with which training starts.
///
/// | kind                  | value                                                                              |
/// |-----------------------|------------------------------------------------------------------------------------|
/// | convolution, weight   | normal, mean 0, standard deviation √(2 / fan) (He et al. 2015, arXiv:1502.01852)   |
/// | convolution, bias     | 0, or [ParameterSpec#initialBias()]; no convolution of a DenseNet has one           |
/// | norm                  | weight 1, bias 0, running mean 0, running variance 1, no batches seen              |
/// | linear, weight        | uniform in ±1/√inputs, the default of Torch 7 and PyTorch, which the authors kept   |
/// | linear, bias          | 0, as in the authors' code                                                         |
///
/// Every parameter draws from a random stream of its own, named by the seed and its place in the list.
public final class Initializer {
    /// What the variance of a convolution's weights is divided by.
    public enum Fan {
        /// Outputs · kernel²: the authors' Torch 7 code.
        OUT,
        /// Inputs · kernel²: torchvision, whose comment promises the authors' initialisation but whose
        /// call does otherwise.
        IN
    }

    private Initializer() {}

    /// First values of a network.
    ///
    /// @param stateDict what the network needs, see [io.densenet.arch.Graph#stateDict()]
    /// @param seed      seed of the run
    /// @param fan       [Fan#OUT] unless torchvision is to be imitated
    public static StateDict initialize(List<ParameterSpec> stateDict, long seed, Fan fan) {
        SequencedMap<String, Tensor> entries = new LinkedHashMap<>();
        for (int i = 0; i < stateDict.size(); i++) {
            ParameterSpec spec = stateDict.get(i);
            RandomStream random = RandomStream.of(seed, RandomStream.Purpose.INITIALIZATION, 0, i);
            entries.put(spec.name(), initialize(spec, random, fan));
        }
        return new StateDict(entries);
    }

    private static Tensor initialize(ParameterSpec spec, RandomStream random, Fan fan) {
        return switch (spec.kind()) {
            case CONVOLUTION_WEIGHT -> {
                double deviation = Math.sqrt(2.0 / fanOf(spec.shape(), fan));
                yield drawn(spec, () -> deviation * random.nextGaussian());
            }
            case LINEAR_WEIGHT -> {
                double bound = 1 / Math.sqrt(spec.shape().getLast());
                yield drawn(spec, () -> bound * (2 * random.nextDouble() - 1));
            }
            case NORM_WEIGHT, RUNNING_VARIANCE -> constant(spec, 1);
            case CONVOLUTION_BIAS -> constant(spec, (float) spec.initialBias());
            case NORM_BIAS, LINEAR_BIAS, RUNNING_MEAN -> constant(spec, 0);
            case BATCHES_TRACKED -> new Tensor.Longs(spec.shape(), new long[length(spec)]);
        };
    }

    /// @param shape [outputs, inputs, kernel, kernel]
    private static int fanOf(List<Integer> shape, Fan fan) {
        int kernelArea = shape.get(2) * shape.get(3);
        return switch (fan) {
            case OUT -> shape.get(0) * kernelArea;
            case IN -> shape.get(1) * kernelArea;
        };
    }

    private static int length(ParameterSpec spec) {
        return Math.toIntExact(spec.elements());
    }

    private static Tensor constant(ParameterSpec spec, float value) {
        float[] values = new float[length(spec)];
        Arrays.fill(values, value);
        return new Tensor.Floats(spec.shape(), values);
    }

    private static Tensor drawn(ParameterSpec spec, DoubleSupplier draw) {
        float[] values = new float[length(spec)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) draw.getAsDouble();
        }
        return new Tensor.Floats(spec.shape(), values);
    }
}
