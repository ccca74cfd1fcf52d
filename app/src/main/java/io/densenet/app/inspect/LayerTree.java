package io.densenet.app.inspect;

import io.densenet.arch.Cost;
import io.densenet.arch.Graph;
import io.densenet.arch.Node;
import io.densenet.arch.Op;
import io.densenet.arch.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;

/// A network as a tree: stem, blocks, transitions and head at depth 1, their layers at depth 2, single
/// operations below. The costs of the children of a node add up to its own.
///
/// @param name          torchvision's path without `features.`, or `stem` and `head`
/// @param inputChannels channels that enter; behind a concatenation those that it makes
/// @param children      none for a single operation
record LayerTree(
        String name,
        String type,
        int inputChannels,
        Shape outputShape,
        long parameters,
        long multiplyAdds,
        List<LayerTree> children) {
    private static final String FEATURES = "features.";

    LayerTree {
        children = List.copyOf(children);
    }

    /// The parts of a network at depth 1.
    static List<LayerTree> of(Graph graph) {
        SequencedMap<String, List<LayerTree>> parts = new LinkedHashMap<>();
        List<Node> nodes = graph.nodes();
        boolean behindBlocks = false;
        for (Node node : nodes.subList(1, nodes.size())) {
            LayerTree operation = operation(node, nodes);
            int dot = operation.name.indexOf('.');
            behindBlocks |= dot >= 0;
            String part = dot >= 0 ? operation.name.substring(0, dot) : behindBlocks ? "head" : "stem";
            parts.computeIfAbsent(part, _ -> new ArrayList<>()).add(operation);
        }
        return parts.entrySet().stream()
                .map(part -> group(part.getKey(), layers(part.getKey(), part.getValue())))
                .toList();
    }

    /// The nodes at a depth, or above it where the tree ends: together they are the whole network.
    Stream<LayerTree> at(int depth) {
        return depth <= 1 || children.isEmpty()
                ? Stream.of(this)
                : children.stream().flatMap(child -> child.at(depth - 1));
    }

    /// Puts the operations of each dense layer together; what belongs to no layer stays single.
    private static List<LayerTree> layers(String part, List<LayerTree> operations) {
        SequencedMap<String, List<LayerTree>> byLayer = new LinkedHashMap<>();
        for (LayerTree operation : operations) {
            int dot = operation.name.indexOf('.', part.length() + 1);
            String layer = dot >= 0 ? operation.name.substring(0, dot) : operation.name;
            byLayer.computeIfAbsent(layer, _ -> new ArrayList<>()).add(operation);
        }
        return byLayer.entrySet().stream()
                .map(layer -> isSingle(layer) ? layer.getValue().getFirst() : group(layer.getKey(), layer.getValue()))
                .toList();
    }

    private static boolean isSingle(Map.Entry<String, List<LayerTree>> layer) {
        return layer.getValue().getFirst().name.equals(layer.getKey());
    }

    private static LayerTree group(String name, List<LayerTree> children) {
        String lastPart = name.substring(name.indexOf('.') + 1);
        String type = switch (lastPart.replaceAll("[0-9]+$", "")) {
            case "stem" -> "Stem";
            case "denseblock" -> "DenseBlock";
            case "denselayer" -> "DenseLayer";
            case "transition" -> "Transition";
            case "head" -> "Head";
            case "layer", "stage", "block" -> "Stage";
            case "", "highway" -> "Unit";
            case "column" -> "Column";
            default -> "Group";
        };
        return new LayerTree(
                name,
                type,
                children.getFirst().inputChannels,
                children.getLast().outputShape,
                children.stream().mapToLong(LayerTree::parameters).sum(),
                children.stream().mapToLong(LayerTree::multiplyAdds).sum(),
                children);
    }

    private static LayerTree operation(Node node, List<Node> nodes) {
        int inputChannels = node.op() instanceof Op.Concatenation
                ? node.output().channels()
                : nodes.get(node.inputs().getFirst()).output().channels();
        Cost cost = Cost.of(node);
        return new LayerTree(
                shortName(node.name()),
                type(node.op()),
                inputChannels,
                node.output(),
                cost.parameters(),
                cost.multiplyAdds(),
                List.of());
    }

    /// A path of torchvision without the `features.` that all but the classifier begin with.
    static String shortName(String path) {
        return path.startsWith(FEATURES) ? path.substring(FEATURES.length()) : path;
    }

    private static String type(Op op) {
        return switch (op) {
            case Op.Input _ -> "Input";
            case Op.Convolution c -> "Convolution " + window(c.kernel(), c.stride());
            case Op.BatchNormalization _ -> "BatchNorm";
            case Op.Relu _ -> "ReLU";
            case Op.Sigmoid _ -> "Sigmoid";
            case Op.Complement _ -> "1 - x";
            case Op.Addition _ -> "Addition";
            case Op.Product _ -> "Product";
            case Op.StochasticDepth d -> String.format(Locale.ROOT, "StochasticDepth %.3f", d.survival());
            case Op.Join j -> "Join" + (j.dropRate() > 0 ? ", drop-path " + j.dropRate() : "");
            case Op.ChannelPadding _ -> "ChannelPadding";
            case Op.Flatten _ -> "Flatten";
            case Op.Dropout d -> "Dropout " + d.rate();
            case Op.Concatenation _ -> "Concatenation";
            case Op.MaxPooling p -> "MaxPooling " + window(p.kernel(), p.stride());
            case Op.AveragePooling p -> "AveragePooling " + window(p.kernel(), p.stride());
            case Op.GlobalAveragePooling _ -> "GlobalAveragePooling";
            case Op.Linear _ -> "Linear";
        };
    }

    private static String window(int kernel, int stride) {
        return kernel + "x" + kernel + (stride == 1 ? "" : "/" + stride);
    }
}
