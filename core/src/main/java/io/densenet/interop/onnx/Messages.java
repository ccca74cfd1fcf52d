package io.densenet.interop.onnx;

import io.densenet.weights.Tensor;
import java.util.List;

/// The small messages of which a graph is made.
final class Messages {
    /// Constants of `TensorProto.DataType`.
    private static final int FLOATS = 1;

    private static final int LONGS = 7;

    /// Constants of `AttributeProto.AttributeType`.
    private static final int FLOAT_ATTRIBUTE = 1;

    private static final int INT_ATTRIBUTE = 2;
    private static final int INTS_ATTRIBUTE = 7;

    /// What the number of images is called.
    private static final String BATCH = "batch";

    private Messages() {}

    static Message attribute(String name, float value) {
        return new Message()
                .put(Field.ATTRIBUTE_NAME, name)
                .put(Field.ATTRIBUTE_FLOAT, value)
                .put(Field.ATTRIBUTE_TYPE, FLOAT_ATTRIBUTE);
    }

    static Message attribute(String name, int value) {
        return new Message()
                .put(Field.ATTRIBUTE_NAME, name)
                .put(Field.ATTRIBUTE_INT, value)
                .put(Field.ATTRIBUTE_TYPE, INT_ATTRIBUTE);
    }

    static Message attribute(String name, int... values) {
        Message attribute = new Message().put(Field.ATTRIBUTE_NAME, name);
        for (int value : values) {
            attribute.put(Field.ATTRIBUTE_INTS, value);
        }
        return attribute.put(Field.ATTRIBUTE_TYPE, INTS_ATTRIBUTE);
    }

    static Message tensor(String name, Tensor tensor) {
        Message message = new Message();
        tensor.shape().forEach(size -> message.put(Field.TENSOR_DIMENSION, size));
        int type = switch (tensor) {
            case Tensor.Floats _ -> FLOATS;
            case Tensor.Longs _ -> LONGS;
        };
        return message.put(Field.TENSOR_TYPE, type).put(Field.TENSOR_NAME, name).put(Field.TENSOR_RAW, tensor);
    }

    /// A value of 32-bit floats for any number of images.
    ///
    /// @param dimensions behind the number of images
    static Message value(String name, List<Message> dimensions) {
        Message shape = new Message().put(Field.SHAPE_DIMENSION, dimension(BATCH));
        dimensions.forEach(dimension -> shape.put(Field.SHAPE_DIMENSION, dimension));
        Message tensor = new Message().put(Field.TENSOR_ELEMENT, FLOATS).put(Field.TENSOR_SHAPE, shape);
        return new Message()
                .put(Field.VALUE_NAME, name)
                .put(Field.VALUE_TYPE, new Message().put(Field.TYPE_TENSOR, tensor));
    }

    static Message dimension(int size) {
        return new Message().put(Field.DIMENSION_VALUE, size);
    }

    /// One that is open, under the name that it has everywhere.
    static Message dimension(String name) {
        return new Message().put(Field.DIMENSION_NAME, name);
    }
}
