package io.densenet.arch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Puts a [Graph] together node by node and works out every shape.
public final class GraphBuilder {
    private final List<Node> nodes = new ArrayList<>();

    /// Begins with the input, which is node 0.
    public GraphBuilder(Shape image) {
        nodes.add(new Node("input", new Op.Input(), List.of(), image));
    }

    /// Adds a node that reads those at the given positions.
    ///
    /// @return the position of the new node
    /// @throws IllegalArgumentException when the operation does not fit the shapes that it is given
    public int add(String name, Op op, int... inputs) {
        List<Integer> positions = Arrays.stream(inputs).boxed().toList();
        List<Shape> shapes = positions.stream().map(this::shape).toList();
        nodes.add(new Node(name, op, positions, output(name, op, shapes)));
        return nodes.size() - 1;
    }

    /// What the node at a position makes.
    public Shape shape(int position) {
        return nodes.get(position).output();
    }

    /// The network, whose logits are what the last node makes, under cross-entropy.
    public Graph build() {
        return new Graph(nodes);
    }

    private static Shape output(String name, Op op, List<Shape> inputs) {
        Shape in = inputs.getFirst();
        return switch (op) {
            case Op.Input _ -> throw new IllegalArgumentException(name + ": only the first node is an input");
            case Op.Convolution c -> {
                requireChannels(name, c.inputChannels(), in);
                yield window(name, c.outputChannels(), in, c.kernel(), c.stride(), c.padding());
            }
            case Op.BatchNormalization n -> {
                requireChannels(name, n.channels(), in);
                yield in;
            }
            case Op.Relu _, Op.Dropout _, Op.Sigmoid _, Op.Complement _, Op.StochasticDepth _ -> in;
            case Op.Addition _, Op.Product _, Op.Join _ -> {
                for (Shape shape : inputs) {
                    if (!shape.equals(in)) {
                        throw new IllegalArgumentException("%s: cannot join %s and %s".formatted(name, in, shape));
                    }
                }
                yield in;
            }
            case Op.ChannelPadding p -> new Shape(p.outputChannels(), in.height(), in.width());
            case Op.Flatten _ -> new Shape(Math.toIntExact(in.elements()), 1, 1);
            case Op.Concatenation _ -> {
                int channels = 0;
                for (Shape shape : inputs) {
                    if (shape.height() != in.height() || shape.width() != in.width()) {
                        throw new IllegalArgumentException(
                                "%s: cannot concatenate %s and %s".formatted(name, in, shape));
                    }
                    channels += shape.channels();
                }
                yield new Shape(channels, in.height(), in.width());
            }
            case Op.MaxPooling p ->
                p.roundUp() ? roundedUp(in, p) : window(name, in.channels(), in, p.kernel(), p.stride(), p.padding());
            case Op.AveragePooling p -> window(name, in.channels(), in, p.kernel(), p.stride(), 0);
            case Op.GlobalAveragePooling _ -> new Shape(in.channels(), 1, 1);
            case Op.Linear l -> {
                requireChannels(name, l.inputs(), in);
                yield new Shape(l.outputs(), 1, 1);
            }
        };
    }

    private static void requireChannels(String name, int expected, Shape found) {
        if (found.channels() != expected) {
            throw new IllegalArgumentException(
                    "%s: expected %d input channels, found %s".formatted(name, expected, found));
        }
    }

    /// A last window may hang over the edge, but one that begins behind the image is left out.
    private static Shape roundedUp(Shape in, Op.MaxPooling p) {
        return new Shape(in.channels(), roundedUp(in.height(), p), roundedUp(in.width(), p));
    }

    private static int roundedUp(int side, Op.MaxPooling p) {
        int windows = Math.max(0, Math.ceilDiv(side + 2 * p.padding() - p.kernel(), p.stride())) + 1;
        return (windows - 1) * p.stride() >= side + p.padding() ? windows - 1 : windows;
    }

    private static Shape window(String name, int channels, Shape in, int kernel, int stride, int padding) {
        int height = in.height() + 2 * padding - kernel;
        int width = in.width() + 2 * padding - kernel;
        if (height < 0 || width < 0) {
            throw new IllegalArgumentException(
                    "%s: nothing is left of a %s map under a %d×%d window; the image is too small for this network"
                            .formatted(name, in, kernel, kernel));
        }
        return new Shape(channels, height / stride + 1, width / stride + 1);
    }
}
