package io.densenet.analysis;

import io.densenet.arch.Graph;
import io.densenet.arch.Node;
import io.densenet.arch.Op;
import io.densenet.arch.Shape;
import io.densenet.weights.StateDict;
import java.util.Arrays;

/// One image on its way through a DenseNet in evaluation, operation by operation in plain loops, and the
/// gradient of a logit on the way back: with the running statistics in every batch norm, as no training step
/// has it. Slow, but every map can be looked at, and the gradient at every map.
///
/// Maps are C × H × W, row-major.
public final class ReferencePass {
    private static final float[] NONE = {}; // a gradient that nothing has been added to

    private final Graph graph;
    private final StateDict state;
    private final float[][] maps;

    private ReferencePass(Graph graph, StateDict state, float[] image) {
        this.graph = graph;
        this.state = state;
        this.maps = new float[graph.nodes().size()][];
        maps[0] = image;
        for (int n = 1; n < maps.length; n++) {
            maps[n] = forward(graph.nodes().get(n));
        }
    }

    /// Runs a network.
    ///
    /// @param image C × H × W normalised values
    /// @throws IllegalArgumentException when the network has operations that no DenseNet has, the weights are
    ///     those of another one, or the image has another size
    public static ReferencePass of(Graph graph, StateDict state, float[] image) {
        state.requireFit(graph.stateDict());
        if (image.length != graph.input().elements()) {
            throw new IllegalArgumentException(
                    "%d values are not an image of %s".formatted(image.length, graph.input()));
        }
        return new ReferencePass(graph, state, image);
    }

    /// What the node at a position made.
    public float[] map(int node) {
        return maps[node];
    }

    public float[] logits() {
        return maps[maps.length - 1];
    }

    /// The gradient of the logit of a class with regard to what the node at a position made.
    public float[] gradient(int classIndex, int node) {
        float[][] gradients = new float[maps.length][];
        Arrays.fill(gradients, NONE);
        float[] one = new float[graph.numClasses()];
        one[classIndex] = 1;
        gradients[maps.length - 1] = one;
        for (int n = maps.length - 1; n > node; n--) {
            float[] gradient = gradients[n];
            if (gradient.length > 0) {
                backward(n, gradient, node, gradients);
                gradients[n] = NONE; // its memory is not needed any more
            }
        }
        return sum(gradients, node);
    }

    private float[] forward(Node node) {
        float[] x = maps[node.inputs().getFirst()];
        Shape in = shape(node.inputs().getFirst());
        float[] y = new float[Math.toIntExact(node.output().elements())];
        switch (node.op()) {
            case Op.Convolution c -> convolution(c, weight(node), in, x, node.output(), y, true);
            case Op.BatchNormalization b -> normalize(node, b, x, y);
            case Op.Relu _ -> {
                for (int i = 0; i < x.length; i++) {
                    y[i] = Math.max(x[i], 0);
                }
            }
            case Op.Dropout _ -> System.arraycopy(x, 0, y, 0, x.length);
            case Op.Concatenation _ -> {
                int at = 0;
                for (int input : node.inputs()) {
                    System.arraycopy(maps[input], 0, y, at, maps[input].length);
                    at += maps[input].length;
                }
            }
            case Op.MaxPooling p -> {
                int[] largest = largest(p, in, x, node.output());
                for (int i = 0; i < y.length; i++) {
                    y[i] = x[largest[i]];
                }
            }
            case Op.AveragePooling p -> average(p, in, x, node.output(), y, true);
            case Op.GlobalAveragePooling _ -> globalAverage((int) in.pixels(), x, y);
            case Op.Linear l -> linear(node, l, x, y);
            case Op.Input _,
                    Op.Sigmoid _,
                    Op.Complement _,
                    Op.Addition _,
                    Op.Product _,
                    Op.StochasticDepth _,
                    Op.Join _,
                    Op.ChannelPadding _,
                    Op.Flatten _ -> throw unsupported(node);
        }
        return y;
    }

    /// Adds to the gradients of what a node reads, as far as they are on the way to a node.
    private void backward(int position, float[] g, int goal, float[][] gradients) {
        Node node = graph.nodes().get(position);
        int input = node.inputs().getFirst();
        if (!(node.op() instanceof Op.Concatenation) && input < goal) {
            return;
        }
        float[] y = maps[position];
        Shape in = shape(input);
        switch (node.op()) {
            case Op.Convolution c -> convolution(c, weight(node), in, sum(gradients, input), node.output(), g, false);
            case Op.BatchNormalization b -> {
                float[] to = sum(gradients, input);
                float[] scale = scale(node, b);
                for (int i = 0; i < g.length; i++) {
                    to[i] += scale[(int) (i / in.pixels())] * g[i];
                }
            }
            case Op.Relu _ -> {
                float[] to = sum(gradients, input);
                for (int i = 0; i < g.length; i++) {
                    to[i] += y[i] > 0 ? g[i] : 0;
                }
            }
            case Op.Dropout _ -> add(g, 0, sum(gradients, input));
            case Op.Concatenation _ -> {
                int at = 0;
                for (int part : node.inputs()) {
                    if (part >= goal) {
                        add(g, at, sum(gradients, part));
                    }
                    at += maps[part].length;
                }
            }
            case Op.MaxPooling p -> {
                float[] to = sum(gradients, input);
                int[] largest = largest(p, in, maps[input], node.output());
                for (int i = 0; i < g.length; i++) {
                    to[largest[i]] += g[i];
                }
            }
            case Op.AveragePooling p -> average(p, in, sum(gradients, input), node.output(), g, false);
            case Op.GlobalAveragePooling _ -> {
                float[] to = sum(gradients, input);
                for (int i = 0; i < to.length; i++) {
                    to[i] += g[(int) (i / in.pixels())] / in.pixels();
                }
            }
            case Op.Linear l -> {
                float[] to = sum(gradients, input);
                for (int k = 0; k < l.outputs(); k++) {
                    addScaled(g[k], weight(node), k * l.inputs(), 1, to, 0, 1, l.inputs());
                }
            }
            case Op.Input _,
                    Op.Sigmoid _,
                    Op.Complement _,
                    Op.Addition _,
                    Op.Product _,
                    Op.StochasticDepth _,
                    Op.Join _,
                    Op.ChannelPadding _,
                    Op.Flatten _ -> throw unsupported(node);
        }
    }

    private static IllegalArgumentException unsupported(Node node) {
        return new IllegalArgumentException("%s: gradients of maps are worked out for DenseNets only, which have no %s"
                .formatted(node.name(), node.op().getClass().getSimpleName()));
    }

    private Shape shape(int node) {
        return graph.nodes().get(node).output();
    }

    private float[] weight(Node node) {
        return state.floats(node.name() + ".weight");
    }

    /// Where the gradients of a node are added up.
    private float[] sum(float[][] gradients, int node) {
        if (gradients[node].length == 0) {
            gradients[node] = new float[maps[node].length];
        }
        return gradients[node];
    }

    private static void add(float[] from, int at, float[] to) {
        for (int i = 0; i < to.length; i++) {
            to[i] += from[at + i];
        }
    }

    /// Forwards y += W x, backwards x += Wᵀ y: each weight joins shifted rows of one channel to rows of another.
    private static void convolution(
            Op.Convolution c, float[] weight, Shape in, float[] x, Shape out, float[] y, boolean forwards) {
        if (c.kernel() == 1 && c.stride() == 1 && in.height() > 1) { // a map is one long row then
            Shape flatIn = new Shape(in.channels(), 1, (int) in.pixels());
            convolution(c, weight, flatIn, x, new Shape(out.channels(), 1, (int) out.pixels()), y, forwards);
            return;
        }
        int kernel = c.kernel();
        for (int o = 0; o < out.channels(); o++) {
            for (int i = 0; i < in.channels(); i++) {
                for (int tap = 0; tap < kernel * kernel; tap++) {
                    float w = weight[(o * in.channels() + i) * kernel * kernel + tap];
                    int down = tap / kernel - c.padding();
                    int right = tap % kernel - c.padding();
                    int first = Math.max(0, Math.ceilDiv(-right, c.stride()));
                    int end = Math.min(out.width(), Math.ceilDiv(in.width() - right, c.stride()));
                    for (int line = 0; line < out.height(); line++) {
                        int from = line * c.stride() + down;
                        if (from < 0 || from >= in.height() || first >= end) {
                            continue;
                        }
                        int atX = (i * in.height() + from) * in.width() + first * c.stride() + right;
                        int atY = (o * out.height() + line) * out.width() + first;
                        if (forwards) {
                            addScaled(w, x, atX, c.stride(), y, atY, 1, end - first);
                        } else {
                            addScaled(w, y, atY, 1, x, atX, c.stride(), end - first);
                        }
                    }
                }
            }
        }
    }

    private static void addScaled(
            float factor, float[] from, int at, int step, float[] to, int toAt, int toStep, int count) {
        if (step == 1 && toStep == 1) { // the JIT compiler makes vectors of this
            for (int i = 0; i < count; i++) {
                to[toAt + i] += factor * from[at + i];
            }
        } else {
            for (int i = 0; i < count; i++) {
                to[toAt + i * toStep] += factor * from[at + i * step];
            }
        }
    }

    /// γ/σ of each channel.
    private float[] scale(Node node, Op.BatchNormalization norm) {
        float[] gamma = weight(node);
        float[] variance = state.floats(node.name() + ".running_var");
        float[] scale = new float[gamma.length];
        for (int c = 0; c < scale.length; c++) {
            scale[c] =
                    (float) (gamma[c] / Math.sqrt(variance[c] + norm.settings().epsilon()));
        }
        return scale;
    }

    private void normalize(Node node, Op.BatchNormalization norm, float[] x, float[] y) {
        float[] scale = scale(node, norm);
        float[] mean = state.floats(node.name() + ".running_mean");
        float[] beta = state.floats(node.name() + ".bias");
        int pixels = (int) node.output().pixels();
        for (int c = 0; c < scale.length; c++) {
            for (int i = c * pixels; i < (c + 1) * pixels; i++) {
                y[i] = (x[i] - mean[c]) * scale[c] + beta[c];
            }
        }
    }

    /// Where the largest value of each window stands; of equal ones the first, as in PyTorch.
    private static int[] largest(Op.MaxPooling p, Shape in, float[] x, Shape out) {
        int[] largest = new int[Math.toIntExact(out.elements())];
        Arrays.fill(largest, -1);
        int at = 0;
        for (int c = 0; c < out.channels(); c++) {
            for (int line = 0; line < out.height(); line++) {
                for (int column = 0; column < out.width(); column++, at++) {
                    int top = line * p.stride() - p.padding();
                    int left = column * p.stride() - p.padding();
                    for (int i = Math.max(top, 0); i < Math.min(top + p.kernel(), in.height()); i++) {
                        for (int j = Math.max(left, 0); j < Math.min(left + p.kernel(), in.width()); j++) {
                            int candidate = (c * in.height() + i) * in.width() + j;
                            if (largest[at] < 0 || x[candidate] > x[largest[at]]) {
                                largest[at] = candidate;
                            }
                        }
                    }
                }
            }
        }
        return largest;
    }

    /// Forwards y += mean of x, backwards x += its share of y.
    private static void average(Op.AveragePooling p, Shape in, float[] x, Shape out, float[] y, boolean forwards) {
        float part = 1f / (p.kernel() * p.kernel());
        int at = 0;
        for (int c = 0; c < out.channels(); c++) {
            for (int line = 0; line < out.height(); line++) {
                for (int column = 0; column < out.width(); column++, at++) {
                    for (int tap = 0; tap < p.kernel() * p.kernel(); tap++) {
                        int i = line * p.stride() + tap / p.kernel();
                        int j = column * p.stride() + tap % p.kernel();
                        int from = (c * in.height() + i) * in.width() + j;
                        if (forwards) {
                            y[at] += part * x[from];
                        } else {
                            x[from] += part * y[at];
                        }
                    }
                }
            }
        }
    }

    private static void globalAverage(int pixels, float[] x, float[] y) {
        for (int c = 0; c < y.length; c++) {
            double sum = 0;
            for (int i = c * pixels; i < (c + 1) * pixels; i++) {
                sum += x[i];
            }
            y[c] = (float) (sum / pixels);
        }
    }

    private void linear(Node node, Op.Linear linear, float[] x, float[] y) {
        float[] weight = weight(node);
        float[] bias = state.floats(node.name() + ".bias");
        for (int k = 0; k < y.length; k++) {
            double sum = bias[k];
            for (int i = 0; i < linear.inputs(); i++) {
                sum += (double) weight[k * linear.inputs() + i] * x[i];
            }
            y[k] = (float) sum;
        }
    }
}
