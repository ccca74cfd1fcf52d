package io.densenet.interop.pytorch;

import io.densenet.weights.Tensor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Writes the pickle of a state dict, in protocol 2 as PyTorch does: an `OrderedDict` of tensors, each with
/// a storage of its own, numbered from 0 in their order.
final class PickleWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private PickleWriter() {}

    static byte[] stateDict(SequencedMap<String, Tensor> tensors) {
        if (tensors.isEmpty()) {
            throw new IllegalArgumentException("a state dict needs a tensor");
        }
        PickleWriter writer = new PickleWriter();
        writer.code(0x80).code(2); // PROTO
        writer.emptyOrderedDict();
        writer.code('('); // MARK
        int storage = 0;
        for (Map.Entry<String, Tensor> named : tensors.entrySet()) {
            writer.text(named.getKey());
            writer.tensor(named.getValue(), storage++);
        }
        writer.code('u').code('.'); // SETITEMS, STOP
        return writer.out.toByteArray();
    }

    private void emptyOrderedDict() {
        global("collections", "OrderedDict");
        code(')').code('R'); // EMPTY_TUPLE, REDUCE
    }

    /// `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, backward_hooks)`
    private void tensor(Tensor tensor, int storage) {
        global("torch._utils", "_rebuild_tensor_v2");
        code('('); // MARK
        long count = switch (tensor) {
            case Tensor.Floats floats -> floats.values().length;
            case Tensor.Longs longs -> longs.values().length;
        };
        storage(tensor, storage, count);
        integer(0);
        integers(tensor.shape().stream().mapToLong(Integer::longValue).toArray());
        integers(strides(tensor.shape(), count));
        code(0x89); // NEWFALSE
        emptyOrderedDict();
        code('t').code('R'); // TUPLE, REDUCE
    }

    /// `('storage', class, key, place, number of elements)`
    private void storage(Tensor tensor, int key, long count) {
        code('('); // MARK
        text("storage");
        global(
                "torch",
                switch (tensor) {
                    case Tensor.Floats _ -> ElementType.FLOAT32.storageClass();
                    case Tensor.Longs _ -> ElementType.INT64.storageClass();
                });
        text(Integer.toString(key));
        text("cpu");
        integer(count);
        code('t').code('Q'); // TUPLE, BINPERSID
    }

    /// Last index fastest; any will do where there are no values.
    private static long[] strides(List<Integer> shape, long count) {
        long[] strides = new long[shape.size()];
        Arrays.fill(strides, 1);
        for (int i = shape.size() - 2; i >= 0 && count > 0; i--) {
            strides[i] = strides[i + 1] * shape.get(i + 1);
        }
        return strides;
    }

    private void integers(long[] values) {
        code('('); // MARK
        for (long value : values) {
            integer(value);
        }
        code('t'); // TUPLE
    }

    /// A number from 0 to 2^31 - 1: no array is longer.
    private void integer(long value) {
        code('J'); // BININT
        littleEndian(Math.toIntExact(value));
    }

    private void text(String text) {
        byte[] bytes = utf8(text);
        code('X'); // BINUNICODE
        littleEndian(bytes.length);
        out.writeBytes(bytes);
    }

    private void global(String module, String name) {
        code('c'); // GLOBAL
        out.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    private PickleWriter code(int code) {
        out.write(code);
        return this;
    }

    private void littleEndian(int value) {
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
    }

    private static byte[] utf8(String text) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    "'%s' holds half of a surrogate pair".formatted(Input.printable(text)), e);
        }
    }
}
