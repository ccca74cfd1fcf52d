package io.densenet.interop;

import io.densenet.weights.DurableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Writes arrays of 32-bit floats as `.npy` files, format 1.0 of NumPy (NEP 1): a magic number, the version,
/// the length of a header that is a Python dictionary, then the values, little-endian, last index fastest.
public final class NumpyFile {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    private static final int HEADER_BYTES = 128; // with magic number and length; a multiple of 64
    private static final int VALUES_AT_ONCE = 1 << 16;

    private NumpyFile() {}

    /// Takes the rows of an array as they come, so that the whole need not fit into memory.
    @FunctionalInterface
    public interface Rows {
        /// Passes all rows on.
        ///
        /// @param sink hears of each next part
        void writeTo(Sink sink) throws IOException;
    }

    /// Where rows go.
    @FunctionalInterface
    public interface Sink {
        /// Takes the next rows.
        ///
        /// @param rows   how many
        /// @param values starts with their values; may be longer
        void add(int rows, float[] values) throws IOException;
    }

    /// Writes an array whole, or no file at all.
    ///
    /// @param shape of the array, first index first
    public static void write(Path file, List<Integer> shape, float[] values) throws IOException {
        write(file, shape.subList(1, shape.size()), sink -> sink.add(shape.getFirst(), values));
    }

    /// Writes an array that nobody knows the length of yet, whole or no file at all.
    ///
    /// @param rowShape of one row: the array's shape without the first index
    public static void write(Path file, List<Integer> rowShape, Rows rows) throws IOException {
        int valuesPerRow = rowShape.stream().reduce(1, Math::multiplyExact);
        DurableFile.write(file, channel -> {
            channel.position(HEADER_BYTES);
            int[] count = new int[1];
            rows.writeTo((added, values) -> {
                put(channel, values, Math.multiplyExact(added, valuesPerRow));
                count[0] += added;
            });
            channel.position(0);
            putAll(channel, header(count[0], rowShape));
        });
    }

    /// Padded with spaces, so that the values begin where a vector may.
    private static ByteBuffer header(int rows, List<Integer> rowShape) {
        String shape = Stream.concat(Stream.of(rows), rowShape.stream())
                .map(Object::toString)
                .collect(Collectors.joining(", ", "(", rowShape.isEmpty() ? ",)" : ")"));
        String text = "{'descr': '<f4', 'fortran_order': False, 'shape': %s, }".formatted(shape);
        int length = HEADER_BYTES - MAGIC.length - Short.BYTES;
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.put(MAGIC).putShort((short) length);
        header.put(text.getBytes(StandardCharsets.US_ASCII));
        while (header.remaining() > 1) {
            header.put((byte) ' ');
        }
        return header.put((byte) '\n').flip();
    }

    private static void put(FileChannel channel, float[] values, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * Math.min(length, VALUES_AT_ONCE))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int from = 0; from < length; from += VALUES_AT_ONCE) {
            int count = Math.min(VALUES_AT_ONCE, length - from);
            bytes.clear();
            bytes.asFloatBuffer().put(values, from, count);
            putAll(channel, bytes.limit(Float.BYTES * count));
        }
    }

    private static void putAll(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes); // one call may take only a part
        }
    }
}
