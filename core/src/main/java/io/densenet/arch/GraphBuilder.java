package io.densenet.arch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Puts a [Graph] together node by node and works out every shape. Each method returns the position of the new node.
final class GraphBuilder {
    private final List<Node> nodes = new ArrayList<>();

    GraphBuilder(Shape image) {
        nodes.add(new Node("input", new Op.Input(), List.of(), image));
    }

    int add(String name, Op op, int... inputs) {
        List<Integer> positions = Arrays.stream(inputs).boxed().toList();
        List<Shape> shapes = positions.stream().map(this::shape).toList();
        nodes.add(new Node(name, op, positions, output(name, op, shapes)));
        return nodes.size() - 1;
    }

    Shape shape(int position) {
        return nodes.get(position).output();
    }

    Graph build() {
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
            case Op.Relu _, Op.Dropout _ -> in;
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
            case Op.MaxPooling p -> window(name, in.channels(), in, p.kernel(), p.stride(), p.padding());
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
