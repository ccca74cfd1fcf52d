package io.densenet.analysis;

import io.densenet.arch.Graph;
import io.densenet.arch.Node;
import io.densenet.arch.Op;
import io.densenet.data.ImageBatch;
import io.densenet.engine.ParameterArena;
import io.densenet.engine.Step;
import io.densenet.engine.TrainableClassifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What gradient arrives at each layer of a network, and how far the layer is from the loss (§1 and §5,
/// "Implicit deep supervision").
///
/// @param loss   of the batch that was measured
/// @param layers convolutions and linear layers in the order of execution
public record GradientFlow(double loss, List<Layer> layers) {
    /// One convolution or linear layer.
    ///
    /// @param name         torchvision's path
    /// @param position     from 1, in the order of execution
    /// @param weights      how many it has, without biases
    /// @param gradientNorm L2 norm of the gradient of its weights
    /// @param weightNorm   L2 norm of its weights. In front of a batch norm the gradient shrinks as the
    ///                     weights grow, and only gradientNorm · weightNorm does not depend on their scale
    /// @param layersToLoss convolutions and linear layers on the shortest way from the loss back to this
    ///                     one, itself not counted: 0 for the classifier, and at most the classifier and
    ///                     the transitions for the 3×3 convolution of a dense layer
    public record Layer(
            String name, int position, long weights, double gradientNorm, double weightNorm, int layersToLoss) {}

    public GradientFlow {
        layers = List.copyOf(layers);
    }

    /// One forward and backward pass over a batch. Leaves the gradients in the arena and moves the running
    /// statistics.
    ///
    /// @param classifier with the weights to be measured, a network of `graph`
    public static GradientFlow measure(Graph graph, TrainableClassifier classifier, ImageBatch batch, Step step) {
        ParameterArena arena = classifier.parameters();
        arena.zeroGradients();
        double loss = classifier.gradients(batch, step).loss();
        int[] distances = layersToLoss(graph);
        List<Layer> layers = new ArrayList<>();
        for (int n = 0; n < graph.nodes().size(); n++) {
            Node node = graph.nodes().get(n);
            if (hasWeights(node)) {
                ParameterArena.View view = view(arena, node.name() + ".weight");
                layers.add(new Layer(
                        node.name(),
                        layers.size() + 1,
                        view.length(),
                        norm(arena.gradients(), view),
                        norm(arena.values(), view),
                        distances[n]));
            }
        }
        return new GradientFlow(loss, layers);
    }

    /// Convolutions and linear layers on the shortest way from the last node, or a companion, back to each node,
    /// that node not counted.
    static int[] layersToLoss(Graph graph) {
        List<Node> nodes = graph.nodes();
        int[] distances = new int[nodes.size()];
        Arrays.fill(distances, nodes.size()); // further than any
        distances[nodes.size() - 1] = 0;
        for (Graph.Companion companion : graph.companions()) {
            distances[companion.node()] = 0;
        }
        for (int n = nodes.size() - 1; n > 0; n--) { // a node stands behind all that it reads
            int through = distances[n] + (hasWeights(nodes.get(n)) ? 1 : 0);
            for (int input : nodes.get(n).inputs()) {
                distances[input] = Math.min(distances[input], through);
            }
        }
        return distances;
    }

    private static boolean hasWeights(Node node) {
        return node.op() instanceof Op.Convolution || node.op() instanceof Op.Linear;
    }

    private static ParameterArena.View view(ParameterArena arena, String name) {
        return arena.views().stream()
                .filter(view -> view.spec().name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name + ": the classifier is of another network"));
    }

    private static double norm(float[] values, ParameterArena.View view) {
        double squares = 0;
        for (int i = view.offset(); i < view.end(); i++) {
            squares += (double) values[i] * values[i];
        }
        return Math.sqrt(squares);
    }
}
