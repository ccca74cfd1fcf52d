package io.densenet.weights;

import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a file from some place on, in order, one buffer after another, and hashes what it reads.
final class DataSection {
    /// Largest array that every Java virtual machine can make.
    private static final long MAXIMUM_ELEMENTS = Integer.MAX_VALUE - 8;

    private final Path file;
    private final FileChannel channel;
    private final long start;
    private final ByteBuffer buffer = TensorBytes.newBuffer();
    private final @Nullable MessageDigest digest;
    private long position;

    /// @param hash whether [#requireChecksum] will be asked
    DataSection(Path file, FileChannel channel, long start, boolean hash) {
        this.file = file;
        this.channel = channel;
        this.start = start;
        this.digest = hash ? Digests.sha256() : null;
        this.position = start;
    }

    /// The next bytes: as many as asked for or as fit the buffer, which the next call fills anew.
    ByteBuffer next(long wanted) throws IOException {
        buffer.clear().limit((int) Math.min(wanted, buffer.capacity()));
        while (buffer.hasRemaining()) {
            int count = channel.read(buffer, position);
            if (count < 0) {
                throw new MalformedFileException(file, position, "the file ends here while it is being read");
            }
            position += count;
        }
        buffer.flip();
        if (digest != null) {
            digest.update(buffer.duplicate());
        }
        return buffer;
    }

    /// Reads the tensor that lies at the present position.
    Tensor read(SafetensorsHeader.Entry entry) throws IOException {
        return switch (entry.type()) {
            case F32, F64, F16, BF16 -> new Tensor.Floats(shape(entry), floats(entry.type(), elements(entry)));
            case I64 -> new Tensor.Longs(shape(entry), longs(elements(entry)));
            case BOOL, F4, F6_E2M3, F6_E3M2, U8, I8, F8_E5M2, F8_E4M3, F8_E8M0, I16, U16, I32, U32, C64, U64 ->
                throw unsupported(entry, "holds %s; F32, F64, F16, BF16 and I64 are read".formatted(entry.type()));
        };
    }

    /// @throws MalformedFileException when what was read has another SHA-256
    void requireChecksum(String expected) throws IOException {
        if (digest == null || !Digests.hex(digest).equals(expected)) {
            throw new MalformedFileException(file, start, "checksum of the data section differs: the file is damaged");
        }
    }

    private float[] floats(DataType type, int count) throws IOException {
        float[] values = new float[count];
        int bytes = type.bits() / Byte.SIZE;
        for (int from = 0; from < count; ) {
            ByteBuffer chunk = next((long) (count - from) * bytes);
            int to = from + chunk.remaining() / bytes;
            if (type == DataType.F32) {
                chunk.asFloatBuffer().get(values, from, to - from);
            } else {
                for (int i = from; i < to; i++) {
                    values[i] = toFloat(type, chunk);
                }
            }
            from = to;
        }
        return values;
    }

    private static float toFloat(DataType type, ByteBuffer bytes) {
        return switch (type) {
            case F16 -> Float.float16ToFloat(bytes.getShort());
            case BF16 -> Float.intBitsToFloat(bytes.getShort() << Short.SIZE);
            case F64 -> (float) bytes.getDouble();
            default -> throw new IllegalArgumentException(type + " is not converted");
        };
    }

    private long[] longs(int count) throws IOException {
        long[] values = new long[count];
        for (int from = 0; from < count; ) {
            ByteBuffer chunk = next((long) (count - from) * Long.BYTES);
            int read = chunk.remaining() / Long.BYTES;
            chunk.asLongBuffer().get(values, from, read);
            from += read;
        }
        return values;
    }

    private int elements(SafetensorsHeader.Entry entry) throws IOException {
        long elements = (entry.end() - entry.begin()) * Byte.SIZE / entry.type().bits();
        if (elements > MAXIMUM_ELEMENTS) {
            throw unsupported(entry, "has %,d values, more than a Java array holds".formatted(elements));
        }
        return (int) elements;
    }

    private List<Integer> shape(SafetensorsHeader.Entry entry) throws IOException {
        if (entry.shape().stream().anyMatch(size -> size > Integer.MAX_VALUE)) {
            throw unsupported(entry, "has the shape %s, larger than 2^31 - 1".formatted(entry.shape()));
        }
        return entry.shape().stream().map(Long::intValue).toList();
    }

    private UnsupportedFormatException unsupported(SafetensorsHeader.Entry entry, String reason) {
        return new UnsupportedFormatException(file, HeaderParser.printable(entry.name()) + " " + reason);
    }
}
