package io.densenet.arch;

import java.util.List;

/// A network as a list of operations in the order of execution, for engines that take any network. The
/// first node is the input, the last one gives the logits. Made by [GraphBuilder], which works out the
/// shapes.
///
/// Not for engines that know what a dense block is: those read [DenseNet].
///
/// @param loss       what training makes small
/// @param companions outputs within the network that training judges too (deep supervision); empty for most
public record Graph(List<Node> nodes, Loss loss, List<Companion> companions) {
    /// An output that has the same loss as the logits, and nothing to say once the network is trained.
    ///
    /// @param node   its position; it has as many channels as there are classes
    /// @param weight of its loss beside that of the logits
    public record Companion(int node, double weight) {}

    public Graph {
        nodes = List.copyOf(nodes);
        companions = List.copyOf(companions);
    }

    /// A network under cross-entropy, without companions.
    public Graph(List<Node> nodes) {
        this(nodes, Loss.CROSS_ENTROPY, List.of());
    }

    /// The DenseNet for images of the given shape.
    ///
    /// @throws IllegalArgumentException when the image has other channels than the stem, or is too small
    ///     for the network
    public static Graph of(DenseNet network, Shape image) {
        return DenseNetGraph.of(network, image);
    }

    public Shape input() {
        return nodes.getFirst().output();
    }

    public int numClasses() {
        return nodes.getLast().output().channels();
    }

    /// Parameters and buffers in the order of PyTorch's state dict.
    public List<ParameterSpec> stateDict() {
        return nodes.stream().flatMap(node -> node.parameters().stream()).toList();
    }

    /// Only what is trained, in the same order.
    public List<ParameterSpec> parameters() {
        return stateDict().stream().filter(spec -> spec.kind().isTrained()).toList();
    }
}
