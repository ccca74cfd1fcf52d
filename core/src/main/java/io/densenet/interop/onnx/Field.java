package io.densenet.interop.onnx;

/// Fields of the messages in `onnx.proto` (github.com/onnx/onnx, ONNX 1.12) by their numbers: those that are
/// written here.
enum Field {
    MODEL_IR_VERSION(1),
    MODEL_PRODUCER_NAME(2),
    MODEL_PRODUCER_VERSION(3),
    MODEL_GRAPH(7),
    MODEL_OPERATOR_SET(8),
    MODEL_METADATA(14),

    OPERATOR_SET_DOMAIN(1),
    OPERATOR_SET_VERSION(2),

    METADATA_KEY(1),
    METADATA_VALUE(2),

    GRAPH_NODE(1),
    GRAPH_NAME(2),
    GRAPH_INITIALIZER(5),
    GRAPH_INPUT(11),
    GRAPH_OUTPUT(12),
    GRAPH_VALUE(13),

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

    int number() {
        return number;
    }
}
