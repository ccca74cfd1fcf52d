package io.densenet.interop.onnx;

import com.google.protobuf.CodedOutputStream;
import io.densenet.weights.Tensor;
import io.densenet.weights.TensorBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A message of protobuf that knows its length before it is written. Protobuf puts the length of a message
/// before it; so everything is written in one go, and the values of tensors straight from their arrays.
final class Message {
    /// Protobuf's wire type of texts, bytes and messages.
    private static final int LENGTH_DELIMITED = 2;

    private interface Part {
        void writeTo(CodedOutputStream out, TensorBytes bytes) throws IOException;
    }

    private final List<Part> parts = new ArrayList<>();
    private long size;

    /// Bytes that it takes, without its own length.
    long size() {
        return size;
    }

    /// @param bytes makes those of tensors
    void writeTo(CodedOutputStream out, TensorBytes bytes) throws IOException {
        for (Part part : parts) {
            part.writeTo(out, bytes);
        }
    }

    Message put(Field field, String text) {
        size += CodedOutputStream.computeStringSize(field.number(), text);
        parts.add((out, _) -> out.writeString(field.number(), text));
        return this;
    }

    /// An integer or a constant of an enumeration.
    Message put(Field field, long value) {
        size += CodedOutputStream.computeInt64Size(field.number(), value);
        parts.add((out, _) -> out.writeInt64(field.number(), value));
        return this;
    }

    Message put(Field field, float value) {
        size += CodedOutputStream.computeFloatSize(field.number(), value);
        parts.add((out, _) -> out.writeFloat(field.number(), value));
        return this;
    }

    Message put(Field field, Message inner) {
        return put(field, inner.size, inner::writeTo);
    }

    /// The values of a tensor, little-endian.
    Message put(Field field, Tensor tensor) {
        long length = switch (tensor) {
            case Tensor.Floats floats -> (long) Float.BYTES * floats.values().length;
            case Tensor.Longs longs -> (long) Long.BYTES * longs.values().length;
        };
        return put(field, length, (out, bytes) -> bytes.feed(tensor, out::write));
    }

    private Message put(Field field, long length, Part content) {
        size += CodedOutputStream.computeTagSize(field.number())
                + CodedOutputStream.computeUInt64SizeNoTag(length)
                + length;
        parts.add((out, bytes) -> {
            out.writeTag(field.number(), LENGTH_DELIMITED);
            out.writeUInt64NoTag(length);
            content.writeTo(out, bytes);
        });
        return this;
    }
}
