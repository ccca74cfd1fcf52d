package io.densenet.torch;

import io.densenet.arch.Graph;
import io.densenet.arch.Node;
import io.densenet.arch.ParameterSpec;
import io.densenet.engine.ParameterArena;
import io.densenet.weights.StateDict;
import io.densenet.weights.Tensor.Floats;
import io.densenet.weights.Tensor.Longs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/// Parameters and running statistics of a network. The truth about the parameters is the arena on the Java
/// heap, that about the running statistics is here.
///
/// All parameters lie in one flat tensor on the CPU, which one copy fills from the arena. What operations
/// read are views of it, or copies where device or layout differ. Parameters are 0, running means 0 and
/// running variances 1 until [#load(StateDict)].
final class TorchParameters implements AutoCloseable {
    /// One parameter.
    ///
    /// @param slice its part of the flat tensor
    /// @param leaf  the same values where operations read them; gradients are taken with respect to it
    private record Parameter(ParameterArena.View view, Tensor slice, Tensor leaf) {}

    private final List<ParameterSpec> specs;
    private final ParameterArena arena;
    private final List<Tensor> owned = new ArrayList<>();
    private final Tensor flat;
    private final List<Parameter> parameters = new ArrayList<>();
    private final Map<String, Tensor> runningStatistics = new LinkedHashMap<>();
    private final Map<String, Long> batchesTracked = new LinkedHashMap<>();
    private final Map<String, Tensor> byName = new HashMap<>();

    TorchParameters(Graph graph, TorchOptions options) {
        specs = graph.stateDict();
        arena = new ParameterArena(graph.parameters());
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            flat = own(torch.zeros(arena.values().length));
            for (ParameterArena.View view : arena.views()) {
                Tensor slice = flat.narrow(0, view.offset(), view.length())
                        .view(shape(view.spec()))
                        .detach();
                Tensor leaf = Tensors.placed(slice, options).detach();
                leaf.set_requires_grad(!options.frozen().holds(view.spec().name()));
                parameters.add(new Parameter(view, own(slice), own(leaf)));
                byName.put(view.spec().name(), leaf);
            }
            for (ParameterSpec spec : specs) {
                switch (spec.kind()) {
                    case RUNNING_MEAN -> addStatistic(spec, torch.zeros(shape(spec)), options);
                    case RUNNING_VARIANCE -> addStatistic(spec, torch.ones(shape(spec)), options);
                    case BATCHES_TRACKED -> batchesTracked.put(spec.name(), 0L);
                    case CONVOLUTION_WEIGHT, CONVOLUTION_BIAS, NORM_WEIGHT, NORM_BIAS, LINEAR_WEIGHT, LINEAR_BIAS -> {}
                }
            }
        } catch (RuntimeException | Error e) { // too little memory, for example
            close();
            throw e;
        }
    }

    /// Takes a tensor out of the hands of the pointer scope; [#close()] frees it.
    private Tensor own(Tensor tensor) {
        owned.add(tensor.retainReference());
        return tensor;
    }

    private void addStatistic(ParameterSpec spec, Tensor initial, TorchOptions options) {
        Tensor statistic = own(Tensors.placed(initial, options));
        runningStatistics.put(spec.name(), statistic);
        byName.put(spec.name(), statistic);
    }

    private static long[] shape(ParameterSpec spec) {
        return spec.shape().stream().mapToLong(Integer::longValue).toArray();
    }

    ParameterArena arena() {
        return arena;
    }

    /// A parameter or running statistic by its full name.
    Tensor get(String name) {
        return Objects.requireNonNull(byName.get(name), name);
    }

    /// Brings the arena's values to where operations read them.
    void upload() {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Tensors.put(arena.values(), flat);
            for (Parameter parameter : parameters) {
                if (!parameter.leaf().is_alias_of(parameter.slice())) {
                    parameter.leaf().copy_(parameter.slice());
                }
            }
        }
    }

    /// Adds scale times the gradient of a scalar to the arena's gradients. That of a parameter which took
    /// no part in the step is 0; frozen ones have none. The caller's scope owns what this makes.
    void addGradients(Tensor loss, double scale) {
        List<Parameter> trained = parameters.stream()
                .filter(parameter -> parameter.leaf().requires_grad())
                .toList();
        TensorVector leaves =
                new TensorVector(trained.stream().map(Parameter::leaf).toArray(Tensor[]::new));
        TensorVector gradients = torch.grad(
                new TensorVector(loss),
                leaves,
                new TensorVector(),
                new BoolOptional(),
                /*create_graph=*/ false,
                /*allow_unused=*/ true);
        float[] sum = arena.gradients();
        for (int p = 0; p < trained.size(); p++) {
            if (!gradients.get(p).defined()) {
                continue;
            }
            int offset = trained.get(p).view().offset();
            float[] gradient = Tensors.floats(gradients.get(p));
            for (int i = 0; i < gradient.length; i++) {
                sum[offset + i] += (float) (scale * gradient[i]);
            }
        }
    }

    /// Counts a batch that a node has seen, if the node counts.
    void countBatch(Node node) {
        batchesTracked.computeIfPresent(node.name() + ".num_batches_tracked", (_, count) -> count + 1);
    }

    StateDict stateDict() {
        SequencedMap<String, io.densenet.weights.Tensor> entries = new LinkedHashMap<>();
        int parameter = 0; // the arena lies in the same order
        try (var _ = new PointerScope()) {
            for (ParameterSpec spec : specs) {
                String name = spec.name();
                if (spec.kind().isTrained()) {
                    ParameterArena.View view = arena.views().get(parameter++);
                    float[] values = Arrays.copyOfRange(arena.values(), view.offset(), view.end());
                    entries.put(name, new Floats(spec.shape(), values));
                } else if (spec.kind() == ParameterSpec.Kind.BATCHES_TRACKED) {
                    entries.put(name, new Longs(spec.shape(), new long[] {batchesTracked.getOrDefault(name, 0L)}));
                } else {
                    entries.put(name, new Floats(spec.shape(), Tensors.floats(get(name))));
                }
            }
        }
        return new StateDict(entries);
    }

    void load(StateDict state) {
        state.requireFit(specs);
        for (ParameterArena.View view : arena.views()) {
            float[] values = state.floats(view.spec().name());
            System.arraycopy(values, 0, arena.values(), view.offset(), values.length);
        }
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            runningStatistics.forEach((name, statistic) -> {
                float[] values = state.floats(name);
                statistic.copy_(Tensors.of(values, values.length));
            });
        }
        batchesTracked.replaceAll((name, _) -> switch (state.entries().get(name)) {
            case Longs count -> count.values()[0];
            case Floats _ -> throw new AssertionError(name);
            case null -> throw new AssertionError(name);
        });
    }

    @Override
    public void close() {
        owned.forEach(Tensor::close);
    }
}
