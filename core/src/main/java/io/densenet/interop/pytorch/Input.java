package io.densenet.interop.pytorch;

import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// A part of a file that is read from its beginning to its end; nothing is ever read behind that.
final class Input {
    /// A name of Python, or of a tensor, is shorter.
    private static final int LONGEST_LINE = 1000;

    private static final int LONGEST_SHOWN = 100;

    private final Path file;
    private final MemorySegment bytes;
    private final long end;
    private final ByteOrder order;
    private long position;

    /// @param bytes the whole file
    Input(Path file, MemorySegment bytes, long from, long end, ByteOrder order) {
        this.file = file;
        this.bytes = bytes;
        this.position = from;
        this.end = end;
        this.order = order;
    }

    Path file() {
        return file;
    }

    long position() {
        return position;
    }

    long remaining() {
        return end - position;
    }

    int unsignedByte() throws IOException {
        return Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, take(1)));
    }

    int unsignedShort() throws IOException {
        return Short.toUnsignedInt(bytes.get(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order), take(Short.BYTES)));
    }

    int signedInt() throws IOException {
        return bytes.get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(order), take(Integer.BYTES));
    }

    long unsignedInt() throws IOException {
        return Integer.toUnsignedLong(signedInt());
    }

    long signedLong() throws IOException {
        return bytes.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(order), take(Long.BYTES));
    }

    double bigEndianDouble() throws IOException {
        return bytes.get(ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN), take(Double.BYTES));
    }

    byte[] array(long length) throws IOException {
        return bytes.asSlice(take(length), length).toArray(ValueLayout.JAVA_BYTE);
    }

    void skip(long length) throws IOException {
        take(length);
    }

    /// Text of so many bytes in UTF-8.
    String text(long length) throws IOException {
        long at = position;
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(array(length)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw malformed(at, "expected text in UTF-8");
        }
    }

    /// Text up to a line feed, which is passed.
    String line() throws IOException {
        long most = Math.min(remaining(), LONGEST_LINE);
        for (long length = 0; length < most; length++) {
            if (bytes.get(ValueLayout.JAVA_BYTE, position + length) == '\n') {
                String line = text(length);
                take(1);
                return line;
            }
        }
        throw malformed(position, "expected a name that ends with its line");
    }

    private long take(long length) throws IOException {
        if (length < 0 || length > remaining()) {
            throw malformed(
                    position,
                    "expected %s bytes more, found %,d: the file is cut off or damaged"
                            .formatted(Long.toUnsignedString(length), remaining()));
        }
        long at = position;
        position += length;
        return at;
    }

    MalformedFileException malformed(long offset, String reason) {
        return new MalformedFileException(file, offset, reason);
    }

    UnsupportedFormatException unsupported(String reason) {
        return new UnsupportedFormatException(file, reason);
    }

    /// A name from a file, fit to be shown: on one line and not endless.
    static String printable(String name) {
        String shown = name.length() <= LONGEST_SHOWN ? name : name.substring(0, LONGEST_SHOWN) + "…";
        return shown.replaceAll("[\\p{Cntrl}\\u2028\\u2029\\u0085]", "�");
    }
}
