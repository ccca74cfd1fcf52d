package io.densenet.cpu;

import io.densenet.arch.Graph;
import io.densenet.arch.ParameterSpec;
import io.densenet.engine.ParameterArena;
import io.densenet.weights.StateDict;
import io.densenet.weights.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;

/// Parameters, gradients and running statistics of a network under torchvision's names. Parameters are 0,
/// running means 0 and running variances 1 until they are loaded.
final class NetworkState {
    /// One batch norm's part of the state.
    final class NormState {
        private final int gamma;
        private final int beta;
        private final float[] mean;
        private final float[] variance;
        private final long[] batches;

        private NormState(String name) {
            gamma = offset(name + ".weight");
            beta = offset(name + ".bias");
            mean = buffer(name + ".running_mean");
            variance = buffer(name + ".running_var");
            batches = Objects.requireNonNull(counters.get(name + ".num_batches_tracked"), name);
        }

        float gamma(int channel) {
            return arena.values()[gamma + channel];
        }

        float beta(int channel) {
            return arena.values()[beta + channel];
        }

        float mean(int channel) {
            return mean[channel];
        }

        float variance(int channel) {
            return variance[channel];
        }

        void addGradients(int channel, double gammaGradient, double betaGradient) {
            arena.gradients()[gamma + channel] += (float) gammaGradient;
            arena.gradients()[beta + channel] += (float) betaGradient;
        }

        void track(int channel, double batchMean, double batchVariance, double momentum) {
            mean[channel] = (float) ((1 - momentum) * mean[channel] + momentum * batchMean);
            variance[channel] = (float) ((1 - momentum) * variance[channel] + momentum * batchVariance);
        }

        void countBatch() {
            batches[0]++;
        }
    }

    private final List<ParameterSpec> specs;
    private final ParameterArena arena;
    private final Map<String, Integer> offsets = new HashMap<>();
    private final Map<String, float[]> buffers = new HashMap<>();
    private final Map<String, long[]> counters = new HashMap<>();

    NetworkState(Graph graph) {
        specs = graph.stateDict();
        arena = new ParameterArena(graph.parameters());
        arena.views().forEach(view -> offsets.put(view.spec().name(), view.offset()));
        for (ParameterSpec spec : specs) {
            switch (spec.kind()) {
                case RUNNING_MEAN -> buffers.put(spec.name(), new float[Math.toIntExact(spec.elements())]);
                case RUNNING_VARIANCE -> {
                    float[] ones = new float[Math.toIntExact(spec.elements())];
                    Arrays.fill(ones, 1);
                    buffers.put(spec.name(), ones);
                }
                case BATCHES_TRACKED -> counters.put(spec.name(), new long[1]);
                case CONVOLUTION_WEIGHT, CONVOLUTION_BIAS, NORM_WEIGHT, NORM_BIAS, LINEAR_WEIGHT, LINEAR_BIAS -> {}
            }
        }
    }

    ParameterArena arena() {
        return arena;
    }

    long bytes() {
        long buffered =
                buffers.values().stream().mapToLong(buffer -> buffer.length).sum();
        return Float.BYTES * (2L * arena.values().length + buffered);
    }

    /// A copy of all that inference depends on.
    float[] snapshot() {
        int length = arena.values().length;
        for (float[] buffer : buffers.values()) {
            length += buffer.length;
        }
        float[] snapshot = Arrays.copyOf(arena.values(), length);
        int at = arena.values().length;
        for (float[] buffer : buffers.values()) {
            System.arraycopy(buffer, 0, snapshot, at, buffer.length);
            at += buffer.length;
        }
        return snapshot;
    }

    boolean isAsIn(float[] snapshot) {
        int at = arena.values().length;
        boolean same = Arrays.equals(arena.values(), 0, at, snapshot, 0, at);
        for (float[] buffer : buffers.values()) {
            same = same && Arrays.equals(buffer, 0, buffer.length, snapshot, at, at + buffer.length);
            at += buffer.length;
        }
        return same;
    }

    /// Where a parameter starts in the arena.
    int offset(String name) {
        return Objects.requireNonNull(offsets.get(name), name);
    }

    private float[] buffer(String name) {
        return Objects.requireNonNull(buffers.get(name), name);
    }

    NormState norm(String name) {
        return new NormState(name);
    }

    StateDict stateDict() {
        SequencedMap<String, Tensor> entries = new LinkedHashMap<>();
        for (ParameterSpec spec : specs) {
            String name = spec.name();
            if (spec.kind().isTrained()) {
                int from = offset(name);
                float[] values = Arrays.copyOfRange(arena.values(), from, from + Math.toIntExact(spec.elements()));
                entries.put(name, new Tensor.Floats(spec.shape(), values));
            } else if (spec.kind() == ParameterSpec.Kind.BATCHES_TRACKED) {
                long[] count = Objects.requireNonNull(counters.get(name), name);
                entries.put(name, new Tensor.Longs(spec.shape(), count.clone()));
            } else {
                entries.put(name, new Tensor.Floats(spec.shape(), buffer(name).clone()));
            }
        }
        return new StateDict(entries);
    }

    /// @throws IllegalArgumentException when the names or shapes are not exactly those of this network
    void load(StateDict state) {
        state.requireFit(specs);
        offsets.forEach((name, offset) -> {
            float[] values = state.floats(name);
            System.arraycopy(values, 0, arena.values(), offset, values.length);
        });
        buffers.forEach((name, buffer) -> System.arraycopy(state.floats(name), 0, buffer, 0, buffer.length));
        counters.forEach((name, counter) -> {
            if (state.entries().get(name) instanceof Tensor.Longs count) {
                counter[0] = count.values()[0];
            }
        });
    }
}
