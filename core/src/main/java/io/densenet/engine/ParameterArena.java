package io.densenet.engine;

import io.densenet.arch.ParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// All trained parameters of a network in one flat array, and their gradients in another, so that optimizers
/// and all-reduce are one loop. The views say which part is which parameter.
public final class ParameterArena {
    /// One parameter's place: `values[offset … end)`.
    public record View(ParameterSpec spec, int offset) {
        public int length() {
            return Math.toIntExact(spec.elements());
        }

        public int end() {
            return offset + length();
        }
    }

    private final List<View> views;
    private final float[] values;
    private final float[] gradients;

    /// An arena of zeros.
    ///
    /// @param parameters the trained ones, in the order in which they are laid out
    public ParameterArena(List<ParameterSpec> parameters) {
        List<View> laidOut = new ArrayList<>();
        int offset = 0;
        for (ParameterSpec spec : parameters) {
            laidOut.add(new View(spec, offset));
            offset = Math.toIntExact(offset + spec.elements());
        }
        views = List.copyOf(laidOut);
        values = new float[offset];
        gradients = new float[offset];
    }

    public List<View> views() {
        return views;
    }

    /// The values themselves, not a copy.
    public float[] values() {
        return values;
    }

    /// The gradients themselves, not a copy.
    public float[] gradients() {
        return gradients;
    }

    public void zeroGradients() {
        Arrays.fill(gradients, 0);
    }
}
