package io.densenet.bench;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.densenet.arch.Graph;
import io.densenet.arch.Node;
import io.densenet.arch.Op;
import io.densenet.arch.ParameterSpec;
import io.densenet.arch.Shape;
import io.densenet.weights.StateDict;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// A network with its weights as an ONNX model (onnx.proto of ONNX 1.12: IR version 8, operator set 17),
/// for inference with any number of images.
///
/// One ONNX node for each operation of the graph, as an export of PyTorch would have them: nothing is
/// folded or fused, which is the runtime's business. Dropout does nothing in inference and is left out.
/// Only what ONNX Runtime needs to run it, so neither documentation nor intermediate shapes; and only
/// below protobuf's 2 GB.
final class OnnxModel {
    static final String INPUT = "images";
    static final String OUTPUT = "logits";

    private static final int IR_VERSION = 8;
    private static final int OPERATOR_SET = 17;

    /// Numbers of fields in onnx.proto.
    private enum Field {
        MODEL_IR_VERSION(1),
        MODEL_PRODUCER(2),
        MODEL_GRAPH(7),
        MODEL_OPERATOR_SET(8),
        OPERATOR_SET_VERSION(2),
        GRAPH_NODE(1),
        GRAPH_NAME(2),
        GRAPH_INITIALIZER(5),
        GRAPH_INPUT(11),
        GRAPH_OUTPUT(12),
        NODE_INPUT(1),
        NODE_OUTPUT(2),
        NODE_NAME(3),
        NODE_OPERATION(4),
        NODE_ATTRIBUTE(5),
        ATTRIBUTE_NAME(1),
        ATTRIBUTE_FLOAT(2),
        ATTRIBUTE_INT(3),
        ATTRIBUTE_INTS(8),
        ATTRIBUTE_TYPE(20),
        TENSOR_DIMENSION(1),
        TENSOR_TYPE(2),
        TENSOR_NAME(8),
        TENSOR_RAW(9),
        VALUE_NAME(1),
        VALUE_TYPE(2),
        TYPE_TENSOR(1),
        TENSOR_ELEMENT(1),
        TENSOR_SHAPE(2),
        SHAPE_DIMENSION(1),
        DIMENSION_VALUE(1),
        DIMENSION_NAME(2);

        private final int number;

        Field(int number) {
            this.number = number;
        }
    }

    private static final int FLOAT_ELEMENTS = 1;
    private static final int FLOAT_ATTRIBUTE = 1;
    private static final int INT_ATTRIBUTE = 2;
    private static final int INTS_ATTRIBUTE = 7;

    /// What fills a message.
    private interface Content {
        void write(CodedOutputStream out) throws IOException;
    }

    private final Graph graph;
    private final StateDict state;
    private final List<ByteString> nodes = new ArrayList<>();

    /// Names of what the nodes of the graph make.
    private final List<String> values = new ArrayList<>();

    private OnnxModel(Graph graph, StateDict state) {
        this.graph = graph;
        this.state = state;
    }

    /// The model as the bytes of an `.onnx` file.
    ///
    /// @throws IllegalArgumentException when the weights are those of another network
    static byte[] bytes(Graph graph, StateDict state) {
        state.requireFit(graph.stateDict());
        if (!(graph.nodes().getLast().op() instanceof Op.Linear)) {
            throw new IllegalArgumentException("%s: only networks that end with a linear classifier are written as ONNX"
                    .formatted(graph.nodes().getLast().name()));
        }
        OnnxModel model = new OnnxModel(graph, state);
        graph.nodes().forEach(model::add);
        ByteString body = model.graph();
        return message(out -> {
                    out.writeInt64(Field.MODEL_IR_VERSION.number, IR_VERSION);
                    out.writeString(Field.MODEL_PRODUCER.number, "densenet");
                    out.writeBytes(Field.MODEL_GRAPH.number, body);
                    out.writeBytes(
                            Field.MODEL_OPERATOR_SET.number,
                            message(set -> set.writeInt64(Field.OPERATOR_SET_VERSION.number, OPERATOR_SET)));
                })
                .toByteArray();
    }

    private ByteString graph() {
        Shape image = graph.input();
        return message(out -> {
            for (ByteString node : nodes) {
                out.writeBytes(Field.GRAPH_NODE.number, node);
            }
            out.writeString(Field.GRAPH_NAME.number, "densenet");
            for (ParameterSpec spec : graph.stateDict()) {
                if (spec.kind() != ParameterSpec.Kind.BATCHES_TRACKED) {
                    out.writeBytes(Field.GRAPH_INITIALIZER.number, tensor(spec));
                }
            }
            out.writeBytes(
                    Field.GRAPH_INPUT.number, value(INPUT, List.of(image.channels(), image.height(), image.width())));
            out.writeBytes(Field.GRAPH_OUTPUT.number, value(OUTPUT, List.of(graph.numClasses())));
        });
    }

    private void add(Node node) {
        String name = node.name();
        List<String> read = node.inputs().stream().map(values::get).toList();
        values.add(
                switch (node.op()) {
                    case Op.Input _ -> INPUT;
                    case Op.Convolution c -> {
                        List<String> inputs = new ArrayList<>(List.of(read.getFirst(), name + ".weight"));
                        if (c.bias()) {
                            inputs.add(name + ".bias");
                        }
                        yield node("Conv", name, inputs, window(c.kernel(), c.stride(), c.padding()));
                    }
                    case Op.BatchNormalization n -> {
                        List<String> inputs = List.of(
                                read.getFirst(),
                                name + ".weight",
                                name + ".bias",
                                name + ".running_mean",
                                name + ".running_var");
                        yield node("BatchNormalization", name, inputs, List.of(number("epsilon", (float)
                                n.settings().epsilon())));
                    }
                    case Op.Relu _ -> node("Relu", name, read, List.of());
                    case Op.Sigmoid _ -> node("Sigmoid", name, read, List.of());
                    case Op.Addition _ -> node("Sum", name, read, List.of());
                    case Op.Product _ -> node("Mul", name, read, List.of());
                    case Op.Join _ -> node("Mean", name, read, List.of());
                    case Op.Flatten _, Op.Complement _, Op.StochasticDepth _, Op.ChannelPadding _ ->
                        throw new IllegalArgumentException(
                                "%s: %s is not written as ONNX here; measure this network with --engines torch"
                                        .formatted(name, node.op()));
                    case Op.Dropout _ -> read.getFirst();
                    case Op.Concatenation _ -> node("Concat", name, read, List.of(integer("axis", 1)));
                    case Op.MaxPooling p -> {
                        List<ByteString> attributes = new ArrayList<>(window(p.kernel(), p.stride(), p.padding()));
                        attributes.add(integer("ceil_mode", p.roundUp() ? 1 : 0));
                        yield node("MaxPool", name, read, attributes);
                    }
                    case Op.AveragePooling p -> node("AveragePool", name, read, window(p.kernel(), p.stride(), 0));
                    case Op.GlobalAveragePooling _ -> node("GlobalAveragePool", name, read, List.of());
                    case Op.Linear _ -> {
                        String flat = node("Flatten", name + ".flat", read, List.of(integer("axis", 1)));
                        List<String> inputs = List.of(flat, name + ".weight", name + ".bias");
                        yield node("Gemm", name, OUTPUT, inputs, List.of(integer("transB", 1)));
                    }
                });
    }

    private static List<ByteString> window(int kernel, int stride, int padding) {
        return List.of(
                integers("kernel_shape", kernel, kernel),
                integers("strides", stride, stride),
                integers("pads", padding, padding, padding, padding));
    }

    /// @return the name of what it makes, its own
    private String node(String operation, String name, List<String> inputs, List<ByteString> attributes) {
        return node(operation, name, name, inputs, attributes);
    }

    private String node(
            String operation, String name, String output, List<String> inputs, List<ByteString> attributes) {
        nodes.add(message(out -> {
            for (String input : inputs) {
                out.writeString(Field.NODE_INPUT.number, input);
            }
            out.writeString(Field.NODE_OUTPUT.number, output);
            out.writeString(Field.NODE_NAME.number, name);
            out.writeString(Field.NODE_OPERATION.number, operation);
            for (ByteString attribute : attributes) {
                out.writeBytes(Field.NODE_ATTRIBUTE.number, attribute);
            }
        }));
        return output;
    }

    private static ByteString number(String name, float value) {
        return message(out -> {
            out.writeString(Field.ATTRIBUTE_NAME.number, name);
            out.writeFloat(Field.ATTRIBUTE_FLOAT.number, value);
            out.writeInt32(Field.ATTRIBUTE_TYPE.number, FLOAT_ATTRIBUTE);
        });
    }

    private static ByteString integer(String name, long value) {
        return message(out -> {
            out.writeString(Field.ATTRIBUTE_NAME.number, name);
            out.writeInt64(Field.ATTRIBUTE_INT.number, value);
            out.writeInt32(Field.ATTRIBUTE_TYPE.number, INT_ATTRIBUTE);
        });
    }

    private static ByteString integers(String name, long... values) {
        return message(out -> {
            out.writeString(Field.ATTRIBUTE_NAME.number, name);
            for (long value : values) {
                out.writeInt64(Field.ATTRIBUTE_INTS.number, value);
            }
            out.writeInt32(Field.ATTRIBUTE_TYPE.number, INTS_ATTRIBUTE);
        });
    }

    private ByteString tensor(ParameterSpec spec) {
        float[] floats = state.floats(spec.name());
        ByteBuffer raw = ByteBuffer.allocate(Float.BYTES * floats.length).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(floats);
        return message(out -> {
            for (int size : spec.shape()) {
                out.writeInt64(Field.TENSOR_DIMENSION.number, size);
            }
            out.writeInt32(Field.TENSOR_TYPE.number, FLOAT_ELEMENTS);
            out.writeString(Field.TENSOR_NAME.number, spec.name());
            out.writeBytes(Field.TENSOR_RAW.number, ByteString.copyFrom(raw.array()));
        });
    }

    /// A float tensor of any number of images.
    private static ByteString value(String name, List<Integer> sizes) {
        ByteString shape = message(out -> {
            out.writeBytes(Field.SHAPE_DIMENSION.number, message(n -> n.writeString(Field.DIMENSION_NAME.number, "N")));
            for (int size : sizes) {
                out.writeBytes(
                        Field.SHAPE_DIMENSION.number, message(d -> d.writeInt64(Field.DIMENSION_VALUE.number, size)));
            }
        });
        ByteString tensor = message(out -> {
            out.writeInt32(Field.TENSOR_ELEMENT.number, FLOAT_ELEMENTS);
            out.writeBytes(Field.TENSOR_SHAPE.number, shape);
        });
        return message(out -> {
            out.writeString(Field.VALUE_NAME.number, name);
            out.writeBytes(Field.VALUE_TYPE.number, message(type -> type.writeBytes(Field.TYPE_TENSOR.number, tensor)));
        });
    }

    private static ByteString message(Content content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            content.write(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail that way
        }
        return ByteString.copyFrom(bytes.toByteArray());
    }
}
