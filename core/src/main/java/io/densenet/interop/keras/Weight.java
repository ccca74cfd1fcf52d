package io.densenet.interop.keras;

import io.densenet.weights.Tensor;
import io.jhdf.api.Dataset;
import java.util.List;
import java.util.Set;

/// A weight as Keras has stored it.
///
/// @param layer   the name of the layer, without a slash
/// @param part    what the layer calls it, e.g. `kernel`
/// @param dataset where its values are
record Weight(String layer, String part, Dataset dataset) {
    /// The state of random numbers that layers which change images keep; no weight.
    private static final Set<String> STATES = Set.of("seed_generator_state", "StateVar");

    boolean isState() {
        return STATES.contains(part);
    }

    /// The layer's name, and the part as PyTorch calls it.
    String name() {
        return layer
                + "."
                + switch (part) {
                    case "kernel", "gamma" -> "weight";
                    case "beta" -> "bias";
                    case "moving_mean" -> "running_mean";
                    case "moving_variance" -> "running_var";
                    default -> part;
                };
    }

    /// The values in PyTorch's layout.
    Tensor.Floats inOurLayout(Tensor.Floats stored) {
        if (!part.equals("kernel")) {
            return stored;
        }
        List<Integer> shape = stored.shape();
        return switch (shape.size()) {
            case 2 -> transposed(List.of(shape.get(1), shape.get(0)), 1, shape.get(0), shape.get(1), stored);
            case 4 ->
                transposed(
                        List.of(shape.get(3), shape.get(2), shape.get(0), shape.get(1)),
                        shape.get(0) * shape.get(1),
                        shape.get(2),
                        shape.get(3),
                        stored);
            default -> stored;
        };
    }

    /// From taps × inputs × outputs to outputs × inputs × taps.
    private static Tensor.Floats transposed(
            List<Integer> shape, int taps, int inputs, int outputs, Tensor.Floats stored) {
        float[] from = stored.values();
        float[] to = new float[from.length];
        int at = 0;
        for (int output = 0; output < outputs; output++) {
            for (int input = 0; input < inputs; input++) {
                for (int tap = 0; tap < taps; tap++) {
                    to[at++] = from[(tap * inputs + input) * outputs + output];
                }
            }
        }
        return new Tensor.Floats(shape, to);
    }
}
