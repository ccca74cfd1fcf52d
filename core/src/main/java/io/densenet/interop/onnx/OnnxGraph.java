package io.densenet.interop.onnx;

import io.densenet.arch.Graph;
import io.densenet.arch.Node;
import io.densenet.arch.Op;
import io.densenet.arch.ParameterSpec;
import io.densenet.arch.Shape;
import io.densenet.weights.StateDict;
import io.densenet.weights.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Makes ONNX' graph of ours: each operation one node, which has its name and makes a value of the same name.
///
/// Values have the shape N × C × H × W; behind a Flatten or Gemm N × C. Where H and W are left open, a node
/// that reads all pixels of a map at once cannot be written.
final class OnnxGraph {
    private final Graph graph;
    private final StateDict state;
    private final OnnxOptions options;
    private final List<Message> nodes = new ArrayList<>();
    private final List<Message> initializers = new ArrayList<>();
    private final List<Message> values = new ArrayList<>();

    /// By the position of a node in the graph, the name of what it makes.
    private final String[] made;

    /// Those of [#made] that have the shape N × C.
    private final Set<String> flat = new HashSet<>();

    /// Those of [#made] whose H and W do not depend on the image's.
    private final Set<String> ofFixedSize = new HashSet<>();

    private OnnxGraph(Graph graph, StateDict state, OnnxOptions options) {
        this.graph = graph;
        this.state = state;
        this.options = options;
        this.made = new String[graph.nodes().size()];
    }

    /// @throws IllegalArgumentException when the network does not end with logits, or reads images of one size
    ///     and is to read any
    static Message of(Graph graph, StateDict state, OnnxOptions options) {
        OnnxGraph writer = new OnnxGraph(graph, state, options);
        boolean[] needed = needed(graph);
        for (int i = 0; i < needed.length; i++) {
            if (needed[i]) {
                writer.add(i, graph.nodes().get(i));
            }
        }
        String last = writer.made[needed.length - 1];
        if (!last.equals(OnnxFile.OUTPUT)) {
            throw new IllegalArgumentException(
                    "%s: expected a network that ends with one value for each class, found %s"
                            .formatted(last, graph.nodes().getLast().op()));
        }
        return writer.message();
    }

    /// Which nodes the last one depends on: outputs that only training judges are not among them.
    private static boolean[] needed(Graph graph) {
        boolean[] needed = new boolean[graph.nodes().size()];
        needed[needed.length - 1] = true;
        for (int i = needed.length - 1; i >= 0; i--) {
            if (needed[i]) {
                graph.nodes().get(i).inputs().forEach(input -> needed[input] = true);
            }
        }
        return needed;
    }

    private Message message() {
        Message message = new Message();
        nodes.forEach(node -> message.put(Field.GRAPH_NODE, node));
        message.put(Field.GRAPH_NAME, options.name());
        initializers.forEach(tensor -> message.put(Field.GRAPH_INITIALIZER, tensor));
        message.put(Field.GRAPH_INPUT, Messages.value(OnnxFile.INPUT, imageDimensions()));
        message.put(
                Field.GRAPH_OUTPUT, Messages.value(OnnxFile.OUTPUT, List.of(Messages.dimension(graph.numClasses()))));
        values.forEach(value -> message.put(Field.GRAPH_VALUE, value));
        return message;
    }

    private List<Message> imageDimensions() {
        Message channels = Messages.dimension(graph.input().channels());
        return options.anySize()
                ? List.of(channels, Messages.dimension("height"), Messages.dimension("width"))
                : dimensions(graph.input());
    }

    private static List<Message> dimensions(Shape shape) {
        return List.of(
                Messages.dimension(shape.channels()),
                Messages.dimension(shape.height()),
                Messages.dimension(shape.width()));
    }

    private void add(int position, Node node) {
        List<String> read = node.inputs().stream().map(input -> made[input]).toList();
        String value = write(node, read);
        made[position] = value;
        for (ParameterSpec spec : node.parameters()) {
            if (spec.kind() != ParameterSpec.Kind.BATCHES_TRACKED) {
                Tensor tensor = new Tensor.Floats(spec.shape(), state.floats(spec.name()));
                initializers.add(Messages.tensor(spec.name(), tensor));
            }
        }
        if (read.stream().anyMatch(flat::contains)) {
            flat.add(value);
        }
        noteSize(node, value, read);
        if (!options.anySize() && value.equals(node.name()) && !flat.contains(value)) {
            values.add(Messages.value(value, dimensions(node.output())));
        }
    }

    private void noteSize(Node node, String value, List<String> read) {
        boolean pooled = node.op() instanceof Op.GlobalAveragePooling;
        boolean flattened = node.op() instanceof Op.Flatten || node.op() instanceof Op.Linear;
        boolean readsFixedSize = !read.isEmpty() && ofFixedSize.containsAll(read);
        if (options.anySize() && flattened && !readsFixedSize) {
            throw new IllegalArgumentException(
                    "%s: reads all pixels of a map, so this network reads images of one size, %s"
                            .formatted(node.name(), graph.input()));
        }
        if (pooled || readsFixedSize) {
            ofFixedSize.add(value);
        }
    }

    /// @return the name of what the node makes
    private String write(Node node, List<String> read) {
        String name = node.name();
        return switch (node.op()) {
            case Op.Input _ -> OnnxFile.INPUT;
            case Op.Convolution c ->
                node("Conv", name, with(read, node.parameters()), window(c.kernel(), c.stride(), c.padding()));
            case Op.BatchNormalization n -> {
                Message epsilon =
                        Messages.attribute("epsilon", (float) n.settings().epsilon());
                yield node("BatchNormalization", name, with(read, node.parameters()), List.of(epsilon));
            }
            case Op.Relu _ -> node("Relu", name, read);
            case Op.Sigmoid _ -> node("Sigmoid", name, read);
            case Op.Complement _ -> node("Sub", name, List.of(constant(name + ".one", 1), read.getFirst()));
            case Op.Addition _ -> node("Sum", name, read);
            case Op.Product _ -> product(name, read);
            case Op.Join _ -> node("Mean", name, read);
            case Op.StochasticDepth s ->
                node("Mul", name, List.of(read.getFirst(), constant(name + ".survival", (float) s.survival())));
            case Op.ChannelPadding p -> channelPadding(node, read.getFirst(), p.outputChannels());
            case Op.Flatten _ -> flat(node("Flatten", name, lastOr(name), read, List.of()));
            case Op.Dropout _ -> read.getFirst();
            case Op.Concatenation _ -> node("Concat", name, name, read, List.of(Messages.attribute("axis", 1)));
            case Op.MaxPooling p -> {
                List<Message> attributes = new ArrayList<>(window(p.kernel(), p.stride(), p.padding()));
                attributes.add(Messages.attribute("ceil_mode", p.roundUp() ? 1 : 0));
                yield node("MaxPool", name, read, attributes);
            }
            case Op.AveragePooling p -> node("AveragePool", name, read, window(p.kernel(), p.stride(), 0));
            case Op.GlobalAveragePooling _ -> node("GlobalAveragePool", name, read);
            case Op.Linear _ -> linear(node, read.getFirst());
        };
    }

    private String linear(Node node, String read) {
        String features = flat.contains(read) ? read : node("Flatten", node.name() + ".flat", List.of(read));
        return flat(node(
                "Gemm",
                node.name(),
                lastOr(node.name()),
                with(List.of(features), node.parameters()),
                List.of(Messages.attribute("transB", 1))));
    }

    /// ONNX multiplies two values at a time.
    private String product(String name, List<String> factors) {
        String product = factors.getFirst();
        for (int i = 1; i < factors.size(); i++) {
            String partial = i == factors.size() - 1 ? name : name + "." + i;
            product = node("Mul", partial, List.of(product, factors.get(i)));
        }
        return product;
    }

    private String channelPadding(Node node, String read, int channels) {
        int before = graph.nodes().get(node.inputs().getFirst()).output().channels();
        String pads = node.name() + ".pads";
        long[] atEachEnd = {0, 0, 0, 0, 0, channels - before, 0, 0}; // N, C, H, W in front, then behind
        initializers.add(Messages.tensor(pads, new Tensor.Longs(List.of(atEachEnd.length), atEachEnd)));
        return node("Pad", node.name(), List.of(read, pads));
    }

    private String constant(String name, float value) {
        initializers.add(Messages.tensor(name, new Tensor.Floats(List.of(), new float[] {value})));
        return name;
    }

    private static List<String> with(List<String> read, List<ParameterSpec> parameters) {
        List<String> inputs = new ArrayList<>(read);
        parameters.stream()
                .filter(spec -> spec.kind() != ParameterSpec.Kind.BATCHES_TRACKED)
                .map(ParameterSpec::name)
                .forEach(inputs::add);
        return inputs;
    }

    private static List<Message> window(int kernel, int stride, int padding) {
        return List.of(
                Messages.attribute("kernel_shape", kernel, kernel),
                Messages.attribute("strides", stride, stride),
                Messages.attribute("pads", padding, padding, padding, padding));
    }

    private String flat(String value) {
        flat.add(value);
        return value;
    }

    /// What the last node makes has the name of the output.
    private String lastOr(String name) {
        return name.equals(graph.nodes().getLast().name()) ? OnnxFile.OUTPUT : name;
    }

    private String node(String operation, String name, List<String> inputs) {
        return node(operation, name, name, inputs, List.of());
    }

    private String node(String operation, String name, List<String> inputs, List<Message> attributes) {
        return node(operation, name, name, inputs, attributes);
    }

    /// @return the name of what it makes
    private String node(String operation, String name, String output, List<String> inputs, List<Message> attributes) {
        Message node = new Message();
        inputs.forEach(input -> node.put(Field.NODE_INPUT, input));
        node.put(Field.NODE_OUTPUT, output).put(Field.NODE_NAME, name).put(Field.NODE_OPERATION, operation);
        attributes.forEach(attribute -> node.put(Field.NODE_ATTRIBUTE, attribute));
        nodes.add(node);
        return output;
    }
}
