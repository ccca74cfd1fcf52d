package io.densenet.data;

import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/// The numeric arrays in a MATLAB file of version 5, which MATLAB writes with `save -v6` and, compressed,
/// with `-v7`.
///
///     file        116 bytes of text   8 of no interest   2 of version   2 that tell the byte order
///     element     4 bytes type   4 bytes length   content   padding to a multiple of 8
///     short one   2 bytes length and 2 bytes type in one number   up to 4 bytes of content
///     array       an element of elements: class and flags, sizes, name, values column by column
///     compressed  an element whose content is a zlib stream of one array, without padding
///
/// Opening a file looks at names and sizes only. Values are read as a stream, so that an array of a gigabyte
/// takes a gigabyte and no more, and no memory is taken that the file is too short to fill.
///
/// Reference: The MathWorks, "MAT-File Format", level 5 (the format, no code).
final class MatFile {
    private static final int HEADER = 128;
    private static final int TEXT = 116;
    private static final int TAG = 8;

    // types of elements
    private static final int INT8 = 1;
    private static final int UINT8 = 2;
    private static final int INT16 = 3;
    private static final int UINT16 = 4;
    private static final int INT32 = 5;
    private static final int UINT32 = 6;
    private static final int SINGLE = 7;
    private static final int DOUBLE = 9;
    private static final int INT64 = 12;
    private static final int UINT64 = 13;
    private static final int ARRAY = 14;
    private static final int COMPRESSED = 15;

    // classes of arrays
    private static final int UINT8_CLASS = 9;
    private static final int FIRST_NUMERIC_CLASS = 6;
    private static final int LAST_NUMERIC_CLASS = 15;
    private static final int COMPLEX = 1 << 11;
    private static final int LONGEST_DESCRIPTION = 4096; // of flags, sizes or a name
    private static final int BEST_COMPRESSION = 1032; // what deflate makes at most of one byte
    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

    private final Path path;
    private final ByteOrder order;
    private final List<Variable> variables;

    /// One array of the file.
    ///
    /// @param classNumber MATLAB's class of its values, such as 9 for unsigned 8-bit integers
    /// @param sizes       of each dimension; the first varies fastest
    /// @param at          where the content of its outermost element begins, in bytes
    /// @param length      of that content
    record Variable(
            String name,
            int classNumber,
            boolean isComplex,
            List<Integer> sizes,
            long at,
            long length,
            boolean isCompressed) {
        /// Number of values; more than any array holds becomes [Long#MAX_VALUE].
        long count() {
            long count = 1;
            for (int size : sizes) {
                count = count > LARGEST_ARRAY ? Long.MAX_VALUE : count * size;
            }
            return count > LARGEST_ARRAY ? Long.MAX_VALUE : count;
        }
    }

    private MatFile(Path path) throws IOException {
        this.path = path;
        try (InputStream stream = Files.newInputStream(path)) {
            order = byteOrder(path, stream.readNBytes(HEADER));
        }
        variables = List.copyOf(list());
    }

    /// Looks what is in a file.
    ///
    /// @throws MalformedFileException     when it is no MATLAB file, cut or damaged
    /// @throws UnsupportedFormatException when it is one of version 7.3, which is HDF5
    static MatFile open(Path path) throws IOException {
        return new MatFile(path);
    }

    private List<Variable> list() throws IOException {
        long size = Files.size(path);
        List<Variable> found = new ArrayList<>();
        for (long at = HEADER; at < size; ) {
            byte[] bytes = new byte[TAG];
            try (InputStream stream = from(path, at)) {
                if (stream.readNBytes(bytes, 0, TAG) < TAG) {
                    throw new MalformedFileException(path, at, "ends within the beginning of a variable");
                }
            }
            ByteBuffer tag = ByteBuffer.wrap(bytes).order(order);
            int type = tag.getInt();
            long length = Integer.toUnsignedLong(tag.getInt());
            if (type != ARRAY && type != COMPRESSED) {
                throw new MalformedFileException(path, at, "expected a variable, found an element of type " + type);
            }
            long left = size - at - TAG;
            if (length > left) {
                throw new MalformedFileException(
                        path, at, "is cut: a variable of %,d bytes begins here, %,d follow".formatted(length, left));
            }
            found.add(describe(at + TAG, length, type == COMPRESSED));
            at += TAG + (type == COMPRESSED ? length : padded(length));
        }
        return found;
    }

    private static ByteOrder byteOrder(Path path, byte[] header) throws IOException {
        String text = new String(header, 0, Math.min(TEXT, header.length), StandardCharsets.ISO_8859_1);
        if (text.startsWith("MATLAB 7.3 MAT-file")) {
            throw new UnsupportedFormatException(
                    path,
                    "is a MATLAB file of version 7.3, which is HDF5; expected version 5: load it in MATLAB and"
                            + " save('FILE', '-v7', ...)");
        }
        if (header.length < HEADER || !text.startsWith("MATLAB 5.0 MAT-file")) {
            throw new MalformedFileException(path, 0, "expected a MATLAB file of version 5, found something else");
        }
        return switch (header[HEADER - 2] << 8 | header[HEADER - 1]) {
            case 'I' << 8 | 'M' -> ByteOrder.LITTLE_ENDIAN;
            case 'M' << 8 | 'I' -> ByteOrder.BIG_ENDIAN;
            default ->
                throw new MalformedFileException(path, HEADER - 2L, "expected the mark MI or IM of the byte order");
        };
    }

    /// The array of that name.
    ///
    /// @throws DatasetException when there is none
    Variable variable(String name) throws DatasetException {
        return variables.stream()
                .filter(variable -> variable.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new DatasetException("%s: expected a variable named %s, found %s"
                        .formatted(
                                path,
                                name,
                                variables.isEmpty()
                                        ? "none"
                                        : variables.stream().map(Variable::name).collect(Collectors.joining(", ")))));
    }

    /// The values of an array of unsigned 8-bit integers, first dimension fastest.
    ///
    /// @throws MalformedFileException when the file is damaged, or the array holds something else
    byte[] bytes(Variable variable) throws IOException {
        return reading(variable, elements -> {
            elements.skipDescription();
            long count = requireReadable(variable);
            if (variable.classNumber != UINT8_CLASS) {
                throw malformed(
                        variable,
                        "expected unsigned 8-bit integers (class %d), found class %d"
                                .formatted(UINT8_CLASS, variable.classNumber));
            }
            Tag tag = elements.tag();
            if (tag.type != UINT8 || tag.length != count) {
                throw malformed(
                        variable,
                        "expected %,d values of type %d, found %,d bytes of type %d"
                                .formatted(count, UINT8, tag.length, tag.type));
            }
            byte[] values = elements.content(tag, (int) count);
            elements.end(tag);
            return values;
        });
    }

    /// The values of an array of whole numbers, however MATLAB stored them.
    ///
    /// @throws MalformedFileException when the file is damaged, or a value is no whole number of 32 bits
    int[] integers(Variable variable) throws IOException {
        return reading(variable, elements -> {
            elements.skipDescription();
            long count = requireReadable(variable);
            Tag tag = elements.tag();
            int width = width(variable, tag.type);
            if (tag.length != count * width || tag.length > LARGEST_ARRAY) {
                throw malformed(
                        variable,
                        "expected %,d values of %d bytes, found %,d bytes".formatted(count, width, tag.length));
            }
            ByteBuffer content =
                    ByteBuffer.wrap(elements.content(tag, (int) tag.length)).order(order);
            elements.end(tag);
            int[] values = new int[(int) count];
            for (int i = 0; i < values.length; i++) {
                double value = next(content, tag.type);
                values[i] = (int) value;
                if (values[i] != value) {
                    throw malformed(variable, "value %,d is %s, expected a whole number".formatted(i, value));
                }
            }
            return values;
        });
    }

    private int width(Variable variable, int type) throws MalformedFileException {
        return switch (type) {
            case INT8, UINT8 -> 1;
            case INT16, UINT16 -> 2;
            case INT32, UINT32, SINGLE -> 4;
            case DOUBLE, INT64, UINT64 -> 8;
            default -> throw malformed(variable, "its values are of the unknown type " + type);
        };
    }

    private static double next(ByteBuffer content, int type) {
        return switch (type) {
            case INT8 -> content.get();
            case UINT8 -> content.get() & 0xFF;
            case INT16 -> content.getShort();
            case UINT16 -> content.getShort() & 0xFFFF;
            case INT32 -> content.getInt();
            case UINT32 -> Integer.toUnsignedLong(content.getInt());
            case SINGLE -> content.getFloat();
            case DOUBLE -> content.getDouble();
            default -> content.getLong();
        };
    }

    /// Gives the number of values when the file is long enough to hold them.
    private long requireReadable(Variable variable) throws MalformedFileException {
        if (variable.classNumber < FIRST_NUMERIC_CLASS
                || variable.classNumber > LAST_NUMERIC_CLASS
                || variable.isComplex) {
            throw malformed(variable, "expected plain numbers, found class %d".formatted(variable.classNumber));
        }
        long most = variable.isCompressed ? variable.length * BEST_COMPRESSION : variable.length;
        long count = variable.count();
        if (count > most) {
            throw malformed(
                    variable,
                    "its sizes %s are more than %,d bytes can hold".formatted(variable.sizes, variable.length));
        }
        return count;
    }

    private MalformedFileException malformed(Variable variable, String reason) {
        return new MalformedFileException(path, variable.at, "variable %s: %s".formatted(variable.name, reason));
    }

    private Variable describe(long at, long length, boolean compressed) throws IOException {
        Variable unknown = new Variable("", 0, false, List.of(), at, length, compressed);
        return reading(unknown, elements -> {
            int[] flags = elements.numbers(UINT32);
            int[] sizes = elements.numbers(INT32);
            if (flags.length != 2 || sizes.length < 2) {
                throw new EOFException("no complete description");
            }
            List<Integer> all = new ArrayList<>();
            for (int size : sizes) {
                if (size < 0) {
                    throw new MalformedFileException(path, at, "a variable has the size " + size);
                }
                all.add(size);
            }
            byte[] name = elements.description(INT8);
            return new Variable(
                    new String(name, StandardCharsets.ISO_8859_1),
                    flags[0] & 0xFF,
                    (flags[0] & COMPLEX) != 0,
                    List.copyOf(all),
                    at,
                    length,
                    compressed);
        });
    }

    /// What is to be done with the elements of an array.
    private interface Reading<T> {
        T read(Elements elements) throws IOException;
    }

    private <T> T reading(Variable variable, Reading<T> reading) throws IOException {
        try (InputStream raw = from(path, variable.at);
                InputStream plain = variable.isCompressed ? new InflaterInputStream(raw) : raw) {
            Elements elements = new Elements(plain, variable.isCompressed);
            if (variable.isCompressed) {
                Tag tag = elements.tag();
                if (tag.type != ARRAY) {
                    throw new MalformedFileException(
                            path, variable.at, "expected an array, found an element of type " + tag.type);
                }
            }
            return reading.read(elements);
        } catch (EOFException cut) {
            throw new MalformedFileException(path, variable.at, "a variable ends too early: " + cut.getMessage());
        } catch (ZipException broken) {
            throw new MalformedFileException(path, variable.at, "is damaged, zlib says: " + broken.getMessage());
        }
    }

    private static InputStream from(Path path, long offset) throws IOException {
        InputStream stream = Files.newInputStream(path);
        try {
            stream.skipNBytes(offset);
            return new BufferedInputStream(stream, 1 << 16);
        } catch (IOException e) {
            stream.close();
            throw e;
        }
    }

    private static long padded(long length) {
        return (length + TAG - 1) / TAG * TAG;
    }

    /// The beginning of an element.
    ///
    /// @param inTag the content when it is so short that it lies in the tag itself; empty otherwise
    private record Tag(int type, long length, byte[] inTag) {
        long padding() {
            return inTag.length > 0 ? 0 : padded(length) - length;
        }
    }

    /// The elements of one array, one after the other.
    private final class Elements {
        private final InputStream stream;
        private final boolean isCompressed;

        Elements(InputStream stream, boolean isCompressed) {
            this.stream = stream;
            this.isCompressed = isCompressed;
        }

        Tag tag() throws IOException {
            ByteBuffer bytes = ByteBuffer.wrap(exactly(TAG)).order(order);
            int first = bytes.getInt();
            int shortLength = first >>> 16;
            if (shortLength == 0) {
                return new Tag(first, Integer.toUnsignedLong(bytes.getInt()), new byte[0]);
            }
            byte[] inTag = new byte[4];
            bytes.get(inTag);
            return new Tag(first & 0xFFFF, shortLength, inTag);
        }

        byte[] content(Tag tag, int length) throws IOException {
            if (tag.inTag.length == 0) {
                return exactly(length);
            }
            if (length > tag.inTag.length) {
                throw new EOFException("%d bytes in an element for 4".formatted(length));
            }
            return Arrays.copyOf(tag.inTag, length);
        }

        /// A part of what describes an array.
        byte[] description(int type) throws IOException {
            Tag tag = tag();
            if (tag.type != type || tag.length > LONGEST_DESCRIPTION) {
                throw new EOFException("%,d bytes of type %d where up to %,d of type %d belong"
                        .formatted(tag.length, tag.type, LONGEST_DESCRIPTION, type));
            }
            byte[] content = content(tag, (int) tag.length);
            exactly((int) tag.padding());
            return content;
        }

        int[] numbers(int type) throws IOException {
            ByteBuffer content = ByteBuffer.wrap(description(type)).order(order);
            int[] numbers = new int[content.remaining() / Integer.BYTES];
            content.asIntBuffer().get(numbers);
            return numbers;
        }

        void skipDescription() throws IOException {
            numbers(UINT32);
            numbers(INT32);
            description(INT8);
        }

        /// Nothing may follow the values. Asking for it makes zlib compare its checksum.
        void end(Tag values) throws IOException {
            exactly((int) values.padding());
            if (isCompressed && stream.read() != -1) {
                throw new EOFException("more follows its values");
            }
        }

        private byte[] exactly(int length) throws IOException {
            byte[] bytes = new byte[length];
            int found = stream.readNBytes(bytes, 0, length);
            if (found < length) {
                throw new EOFException("expected %,d bytes more, found %,d".formatted(length, found));
            }
            return bytes;
        }
    }
}
