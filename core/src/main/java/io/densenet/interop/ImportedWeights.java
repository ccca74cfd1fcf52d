package io.densenet.interop;

import io.densenet.arch.BatchNorm;
import io.densenet.arch.DenseNet;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.Graph;
import io.densenet.arch.ParameterSpec;
import io.densenet.arch.Shape;
import io.densenet.weights.Initializer;
import io.densenet.weights.StateDict;
import io.densenet.weights.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Weights of a DenseNet that another program has named, under our names, with the network that they belong to.
/// Nothing is loaded by halves: either the network has all that it needs, or there is an error with the report.
///
/// @param config which DenseNet, found from the shapes where nobody says so
/// @param state  exactly what that network needs
/// @param report what was matched, renamed, passed over
/// @param hasNewClassifier whether there was none, so that a new one was put in, which knows nothing yet
public record ImportedWeights(DenseNetConfig config, StateDict state, LoadReport report, boolean hasNewClassifier) {
    private static final String CLASSIFIER = "classifier";
    private static final String WEIGHT = ".weight";
    private static final String BIAS = ".bias";
    private static final String LAST_NORM = "features.norm5.weight";

    /// Buffers that are no part of a network: torchxrayvision's thresholds, of which it makes probabilities.
    private static final List<String> PASSED_OVER = List.of("op_threshs");

    /// A tensor under the name that its file has for it.
    private record Entry(String name, Tensor tensor) {}

    /// Translates tensors and finds out which network they are.
    ///
    /// @param tensors    under the names of whoever saved them
    /// @param batchNorm  constants of the network's norms, which no tensor tells
    /// @param newClasses how many classes a new classifier is to tell apart if there is none; nothing to
    ///     refuse features without one
    /// @throws IllegalArgumentException when they are not a whole DenseNet; the message begins with the report
    public static ImportedWeights of(
            SequencedMap<String, Tensor> tensors, BatchNorm batchNorm, OptionalInt newClasses) {
        NamingScheme.Found names = NamingScheme.of(tensors.keySet())
                .orElseThrow(() -> new IllegalArgumentException(
                        "no tensor is named like those of a DenseNet, for example features.denseblock1.denselayer1.norm1.weight; the first here is %s"
                                .formatted(
                                        tensors.isEmpty()
                                                ? "none"
                                                : tensors.firstEntry().getKey())));
        SequencedMap<String, Entry> network = new LinkedHashMap<>(); // by our names
        List<Entry> rest = new ArrayList<>();
        tensors.forEach((name, tensor) -> {
            Entry entry = new Entry(name, tensor);
            names.translate(name)
                    .ifPresentOrElse(
                            ours -> {
                                Entry before = network.putIfAbsent(ours, entry);
                                if (before != null) {
                                    throw new IllegalArgumentException(
                                            "both %s and %s are %s".formatted(before.name(), name, ours));
                                }
                            },
                            () -> rest.add(entry));
        });
        network.entrySet().removeIf(entry -> {
            boolean unknown =
                    !entry.getKey().startsWith("features.") && !entry.getKey().startsWith(CLASSIFIER + ".");
            if (unknown) {
                rest.add(entry.getValue());
            }
            return unknown;
        });
        List<String> renamed = adoptHead(network, rest);
        boolean newClassifier = false;
        Entry norm = network.get(LAST_NORM);
        if (norm != null && !network.containsKey(CLASSIFIER + WEIGHT) && !network.containsKey(CLASSIFIER + BIAS)) {
            network.putAll(newClassifier(elements(norm.tensor()), newClasses));
            newClassifier = true;
        }
        return assemble(network, rest, names, renamed, batchNorm, newClassifier);
    }

    private static Map<String, Entry> newClassifier(int features, OptionalInt newClasses) {
        int classes = newClasses.orElseThrow(
                () -> new IllegalArgumentException(
                        "there is no classifier.weight, only features (in Keras: include_top=False); name the classes that a new classifier is to learn, as convert --classes FILE does"));
        List<ParameterSpec> specs = List.of(
                new ParameterSpec(CLASSIFIER + WEIGHT, ParameterSpec.Kind.LINEAR_WEIGHT, List.of(classes, features)),
                new ParameterSpec(CLASSIFIER + BIAS, ParameterSpec.Kind.LINEAR_BIAS, List.of(classes)));
        return Initializer.initialize(specs, 0, Initializer.Fan.OUT).entries().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> new Entry(entry.getKey(), entry.getValue())));
    }

    private static int elements(Tensor tensor) {
        return switch (tensor) {
            case Tensor.Floats floats -> floats.values().length;
            case Tensor.Longs longs -> longs.values().length;
        };
    }

    /// Takes the linear layer that reads the features for the classifier, when there is just one and none is
    /// called that: who builds a network around torchvision's features names it as he likes.
    private static List<String> adoptHead(Map<String, Entry> network, List<Entry> rest) {
        Entry norm = network.get(LAST_NORM);
        if (network.containsKey(CLASSIFIER + WEIGHT) || norm == null) {
            return List.of();
        }
        List<Integer> features = norm.tensor().shape();
        Map<String, Entry> byName = rest.stream().collect(Collectors.toMap(Entry::name, entry -> entry));
        List<String> heads = rest.stream()
                .filter(entry -> entry.name().endsWith(WEIGHT))
                .filter(entry -> entry.tensor().shape().size() == 2
                        && entry.tensor().shape().subList(1, 2).equals(features))
                .map(entry -> entry.name().substring(0, entry.name().length() - WEIGHT.length()))
                .filter(name -> byName.containsKey(name + BIAS))
                .toList();
        if (heads.size() != 1) {
            return List.of();
        }
        for (String kind : List.of(WEIGHT, BIAS)) {
            Entry entry = byName.get(heads.getFirst() + kind);
            if (entry != null) {
                rest.remove(entry);
                network.put(CLASSIFIER + kind, entry);
            }
        }
        return List.of(heads.getFirst() + " → " + CLASSIFIER);
    }

    private static ImportedWeights assemble(
            Map<String, Entry> network,
            List<Entry> rest,
            NamingScheme.Found names,
            List<String> renamed,
            BatchNorm batchNorm,
            boolean newClassifier) {
        DenseNetConfig config = new ArchitectureFromShapes(network.entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey,
                                entry -> entry.getValue().tensor().shape())))
                .infer(batchNorm);
        SequencedMap<String, Tensor> state = new LinkedHashMap<>();
        List<String> missing = new ArrayList<>();
        List<String> misshapen = new ArrayList<>();
        int counters = 0;
        for (ParameterSpec spec : specs(config)) {
            Entry entry = network.remove(spec.name());
            boolean counter = spec.kind() == ParameterSpec.Kind.BATCHES_TRACKED;
            if (entry == null && counter) {
                state.put(spec.name(), new Tensor.Longs(List.of(), new long[1]));
                counters++;
            } else if (entry == null) {
                missing.add(spec.name());
            } else if (entry.tensor().shape().equals(spec.shape())
                    && entry.tensor() instanceof Tensor.Longs == counter) {
                state.put(spec.name(), entry.tensor());
            } else {
                misshapen.add("%s: expected %s, found %s"
                        .formatted(entry.name(), spec.shape(), entry.tensor().shape()));
            }
        }
        List<String> unexpected = Stream.concat(rest.stream(), network.values().stream())
                .map(Entry::name)
                .filter(name -> !PASSED_OVER.contains(name.substring(name.lastIndexOf('.') + 1)))
                .toList();
        LoadReport report = new LoadReport(
                names.scheme(),
                names.prefix(),
                state.size() - counters - (newClassifier ? 2 : 0),
                renamed,
                counters,
                missing,
                unexpected,
                misshapen);
        if (!report.isComplete()) {
            throw new IllegalArgumentException(String.join("; ", report.sentences()));
        }
        return new ImportedWeights(config, new StateDict(state), report, newClassifier);
    }

    private static List<ParameterSpec> specs(DenseNetConfig config) {
        int side = config.isForImageNet() ? 224 : 32; // no parameter depends on it
        return Graph.of(DenseNet.of(config), new Shape(config.inputChannels(), side, side))
                .stateDict();
    }
}
