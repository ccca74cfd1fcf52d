package io.densenet.analysis;

import io.densenet.arch.FeaturePoint;
import io.densenet.arch.Graph;
import io.densenet.arch.Node;
import io.densenet.arch.Op;
import io.densenet.arch.Shape;
import io.densenet.weights.StateDict;
import java.util.List;

/// Where in an image a network finds what speaks for a class.
///
/// @param height of the map, not of the image
/// @param width  of the map
/// @param values H × W, row-major
public record ClassActivation(int height, int width, float[] values) {
    /// What the class activation map of a network is made of: the maps that global average pooling and a linear
    /// layer turn into logits. A DenseNet's is `features.relu5`.
    ///
    /// @throws IllegalArgumentException when the network does not end like that
    public static FeaturePoint source(Graph graph) {
        List<Node> nodes = graph.nodes();
        Node last = nodes.getLast();
        Node pooling = nodes.get(last.inputs().getFirst());
        if (!(last.op() instanceof Op.Linear) || !(pooling.op() instanceof Op.GlobalAveragePooling)) {
            throw new IllegalArgumentException(
                    "a class activation map needs a network that ends with global average pooling and one linear layer, and this one does not");
        }
        int node = pooling.inputs().getFirst();
        return new FeaturePoint(nodes.get(node).name(), node, nodes.get(node).output(), false);
    }

    /// The class activation map (Zhou et al. 2016, arXiv:1512.04150): Σₖ w_ck · f_k of each pixel, where f is
    /// what [#source] gives and w the weights of the linear layer. Exact: its mean plus the bias of the class is
    /// the logit.
    ///
    /// @param features N × C × H × W values of [#source]
    /// @param image    which of the N
    public static ClassActivation cam(Graph graph, StateDict state, float[] features, int image, int classIndex) {
        Shape shape = source(graph).output();
        float[] weight = state.floats(graph.nodes().getLast().name() + ".weight");
        double[] factors = new double[shape.channels()];
        for (int k = 0; k < factors.length; k++) {
            factors[k] = weight[classIndex * factors.length + k];
        }
        return new ClassActivation(
                shape.height(),
                shape.width(),
                weightedSum(factors, features, Math.toIntExact(image * shape.elements()), shape, false));
    }

    /// Grad-CAM at any point (Selvaraju et al. 2017, arXiv:1610.02391): the maps of the point, each weighed by
    /// the mean of the gradient of the logit with regard to it, added up; negative sums are 0.
    ///
    /// @throws IllegalArgumentException when the point has no pixels
    public static ClassActivation gradCam(ReferencePass pass, FeaturePoint point, int classIndex) {
        requirePixels(point);
        Shape shape = point.output();
        float[] gradient = pass.gradient(classIndex, point.node());
        int pixels = (int) shape.pixels();
        double[] factors = new double[shape.channels()];
        for (int i = 0; i < gradient.length; i++) {
            factors[i / pixels] += (double) gradient[i] / pixels;
        }
        return new ClassActivation(
                shape.height(), shape.width(), weightedSum(factors, pass.map(point.node()), 0, shape, true));
    }

    /// Refuses a point that has no pixels.
    ///
    /// @throws IllegalArgumentException when it has none
    public static void requirePixels(FeaturePoint point) {
        if (point.vector()) {
            throw new IllegalArgumentException("%s has no pixels to draw".formatted(point.shortName()));
        }
    }

    private static float[] weightedSum(double[] factors, float[] maps, int offset, Shape shape, boolean rectified) {
        int pixels = (int) shape.pixels();
        float[] values = new float[pixels];
        for (int p = 0; p < pixels; p++) {
            double sum = 0;
            for (int k = 0; k < factors.length; k++) {
                sum += factors[k] * maps[offset + k * pixels + p];
            }
            values[p] = (float) (rectified ? Math.max(sum, 0) : sum);
        }
        return values;
    }
}
