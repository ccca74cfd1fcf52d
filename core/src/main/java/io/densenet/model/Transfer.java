package io.densenet.model;

import io.densenet.arch.ParameterSpec;
import io.densenet.weights.FirstConvolution;
import io.densenet.weights.StateDict;
import io.densenet.weights.Tensor;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

/// Trained weights as the beginning of another training, for other classes or images of other channels.
public final class Transfer {
    private Transfer() {}

    /// What became of the last layer.
    public enum LastLayer {
        /// The classes are the same.
        KEPT,
        /// The classes are the same in another order.
        REORDERED,
        /// There are other classes, so it begins anew.
        NEW
    }

    /// Fits weights to a network that differs in its classes and in the channels of its images at most.
    ///
    /// @param target what is to be trained
    /// @param fresh  its values at random, from which a new classifier takes its own
    /// @return its first weights
    /// @throws IllegalArgumentException when the networks differ in more than that
    public static StateDict of(ModelFile trained, ModelDescription target, StateDict fresh) {
        LastLayer lastLayer = lastLayer(trained.description().classNames(), target.classNames());
        Set<String> head = target.architecture().classifierParameters(target.inputShape());
        StateDict state = trained.state();
        SequencedMap<String, Tensor> entries = new LinkedHashMap<>();
        List<ParameterSpec> specs = target.graph().stateDict();
        for (ParameterSpec spec : specs) {
            String name = spec.name();
            Tensor old = state.entries().get(name);
            if (old == null) {
                throw new IllegalArgumentException(name + ": missing");
            }
            Tensor own = old;
            if (head.contains(name)) {
                own = switch (lastLayer) {
                    case KEPT -> old;
                    case REORDERED -> rows(state.floats(name), spec, order(trained, target));
                    case NEW -> fresh.entries().get(name);
                };
            } else if (spec.equals(specs.getFirst())) {
                own = firstConvolution(old, spec);
            }
            entries.put(name, own);
        }
        state.entries().forEach(entries::putIfAbsent); // what is left over makes it another network
        StateDict fitted = new StateDict(entries);
        List<String> differences = fitted.differencesFrom(specs);
        if (!differences.isEmpty()) {
            throw new IllegalArgumentException(differences.getFirst());
        }
        return fitted;
    }

    /// What becomes of the last layer.
    ///
    /// @param before names of the classes that it was trained for
    /// @param now    names of those that it is to be trained for
    public static LastLayer lastLayer(List<String> before, List<String> now) {
        if (before.equals(now)) {
            return LastLayer.KEPT;
        }
        boolean same = before.size() == now.size() && new HashSet<>(before).equals(new HashSet<>(now));
        return same && new HashSet<>(now).size() == now.size() ? LastLayer.REORDERED : LastLayer.NEW;
    }

    /// For each class of the target its number among the trained ones.
    private static List<Integer> order(ModelFile trained, ModelDescription target) {
        return target.classNames().stream()
                .map(trained.description().classNames()::indexOf)
                .toList();
    }

    private static Tensor rows(float[] values, ParameterSpec spec, List<Integer> order) {
        int row = values.length / order.size();
        float[] reordered = new float[values.length];
        for (int c = 0; c < order.size(); c++) {
            System.arraycopy(values, order.get(c) * row, reordered, c * row, row);
        }
        return new Tensor.Floats(spec.shape(), reordered);
    }

    /// The weight of the first convolution, for other channels where these are.
    private static Tensor firstConvolution(Tensor old, ParameterSpec spec) {
        boolean otherChannels = old.shape().size() == spec.shape().size()
                && !old.shape().equals(spec.shape())
                && old.shape().getFirst().equals(spec.shape().getFirst());
        return otherChannels && old instanceof Tensor.Floats weight
                ? FirstConvolution.adapt(weight, spec.shape().get(1))
                : old;
    }
}
