package io.densenet.interop.keras;

import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import io.densenet.weights.Tensor;
import io.jhdf.Constants;
import io.jhdf.GlobalHeap;
import io.jhdf.HdfFile;
import io.jhdf.ObjectHeader;
import io.jhdf.Superblock;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Link;
import io.jhdf.api.Node;
import io.jhdf.dataset.DatasetBase;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.FloatingPoint;
import io.jhdf.object.datatype.StringData;
import io.jhdf.object.datatype.VariableLength;
import io.jhdf.object.message.AttributeInfoMessage;
import io.jhdf.object.message.DataLayout;
import io.jhdf.object.message.LinkInfoMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// As much of an HDF5 file as Keras uses, read by jhdf. jhdf believes what a file says of itself;
/// whatever takes memory is therefore compared with the file's length here before jhdf is asked for it,
/// and what Keras does not use is refused: links to other files, compressed values, groups and attributes
/// behind an index.
final class Hdf5 {
    /// Of an attribute: the format's own limit.
    private static final long MOST_ATTRIBUTE_BYTES = 1 << 16;

    private static final long MOST_TEXT_BYTES = 1 << 20;
    private static final int LONGEST_SHOWN = 100;
    private static final int NAMES_SHOWN = 5;

    private final Path file;
    private final HdfFile hdf;
    private final long length;
    private long values; // read up to now

    private Hdf5(Path file, HdfFile hdf, long length) {
        this.file = file;
        this.hdf = hdf;
        this.length = length;
    }

    /// Something that is read out of a file.
    interface Reader<T> {
        T read(Hdf5 hdf5) throws IOException;
    }

    /// Opens a file, reads something out of it, closes it.
    ///
    /// @throws MalformedFileException when jhdf stumbles over it, whatever it throws then
    static <T> T read(Path file, ByteBuffer bytes, Reader<T> reader) throws IOException {
        try {
            requireWhole(file, bytes.slice().order(ByteOrder.LITTLE_ENDIAN));
        } catch (RuntimeException e) {
            throw malformed(file, e);
        }
        try (HdfFile hdf = HdfFile.fromByteBuffer(bytes)) {
            return reader.read(new Hdf5(file, hdf, bytes.capacity()));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (RuntimeException | StackOverflowError e) { // the latter when parts of the file contain themselves
            throw malformed(file, e);
        }
    }

    private static void requireWhole(Path file, ByteBuffer bytes) throws IOException {
        long end = Superblock.readSuperblock(bytes).getEndOfFileAddress();
        if (end > bytes.capacity()) {
            throw new MalformedFileException(file, "is cut off: has %,d bytes of %,d".formatted(bytes.capacity(), end));
        }
    }

    private static MalformedFileException malformed(Path file, Throwable thrown) {
        return new MalformedFileException(file, "damaged, or no HDF5 file after all: " + innermost(thrown));
    }

    private static String innermost(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        return printable(message == null ? cause.getClass().getSimpleName() : message);
    }

    /// Names and messages may hold anything that is in the file.
    static String printable(@Nullable String text) {
        String shown = String.valueOf(text);
        String cut = shown.length() > LONGEST_SHOWN ? shown.substring(0, LONGEST_SHOWN) + "…" : shown;
        return cut.codePoints()
                .map(point -> Character.isISOControl(point) ? '?' : point)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    Group root() throws IOException {
        requireWithoutIndex(hdf);
        return hdf;
    }

    /// Part of a group by its name.
    Optional<Node> child(Group group, String name) throws IOException {
        Node node = group.getChild(name);
        if (node == null) {
            return Optional.empty();
        }
        requireWithoutIndex(node);
        return Optional.of(node);
    }

    /// All parts of a group.
    List<Node> children(Group group) throws IOException {
        List<Node> children = new ArrayList<>(group.getChildren().values());
        for (Node node : children) {
            requireWithoutIndex(node);
        }
        return children;
    }

    /// What is called so in a group, in whose name each slash leads to a group within.
    ///
    /// @throws MalformedFileException when there is none
    Node descendant(Group group, String path) throws IOException {
        Node node = group;
        for (String name : path.split("/", -1)) {
            Group parent = asGroup(node);
            node = child(parent, name)
                    .orElseThrow(() -> new MalformedFileException(
                            file,
                            "%s names %s, which is not there".formatted(printable(group.getPath()), printable(path))));
        }
        return node;
    }

    Group asGroup(Node node) {
        if (node instanceof Group group) {
            return group;
        }
        throw new UncheckedIOException(
                new MalformedFileException(file, "%s: expected a group".formatted(printable(node.getPath()))));
    }

    Dataset asDataset(Node node) throws IOException {
        if (node instanceof Dataset dataset) {
            return dataset;
        }
        throw new MalformedFileException(file, "%s: expected values".formatted(printable(node.getPath())));
    }

    /// Links could lead into other files; an index (Keras makes none) claims a number of entries for
    /// which jhdf takes memory at once.
    private void requireWithoutIndex(Node node) throws IOException {
        if (node instanceof Link) {
            throw new UnsupportedFormatException(file, "%s is a link".formatted(printable(node.getPath())));
        }
        ObjectHeader header = ObjectHeader.readObjectHeader(hdf.getHdfBackingStorage(), node.getAddress());
        boolean indexed = header.getMessagesOfType(LinkInfoMessage.class).stream()
                        .anyMatch(message -> message.getBTreeNameIndexAddress() != Constants.UNDEFINED_ADDRESS)
                || header.getMessagesOfType(AttributeInfoMessage.class).stream()
                        .anyMatch(message -> message.getFractalHeapAddress() != Constants.UNDEFINED_ADDRESS);
        if (indexed) {
            throw new UnsupportedFormatException(
                    file,
                    "%s is stored behind an index, which Keras does not do; save it again with Keras, or copy it with h5py.File(name, \"w\")"
                            .formatted(printable(node.getPath())));
        }
    }

    /// The texts of an attribute, and those of `name0`, `name1`, …, into which Keras cuts a long one;
    /// empty when there is none.
    List<String> strings(Group group, String name) throws IOException {
        Attribute attribute = group.getAttribute(name);
        if (attribute != null) {
            return strings(group, attribute);
        }
        List<String> all = new ArrayList<>();
        for (int part = 0; group.getAttribute(name + part) != null; part++) {
            all.addAll(strings(group, group.getAttribute(name + part)));
        }
        return all;
    }

    private List<String> strings(Group group, Attribute attribute) throws IOException {
        if (attribute.getSize() == 0) {
            return List.of();
        }
        String where = printable(group.getPath()) + " " + printable(attribute.getName());
        long[] shape = attribute.getDimensionsAsLong();
        if (shape.length != 1 || shape[0] > MOST_ATTRIBUTE_BYTES || attribute.getSizeInBytes() > MOST_ATTRIBUTE_BYTES) {
            throw new MalformedFileException(
                    file, "%s: expected a list of texts, found the shape %s".formatted(where, Arrays.toString(shape)));
        }
        List<String> strings = switch (attribute.getDataType()) {
            case StringData _ when attribute.getData() instanceof String[] texts -> List.of(texts);
            case VariableLength type when type.isVariableLengthString() -> texts(where, attribute.getBuffer());
            default ->
                throw new UnsupportedFormatException(
                        file,
                        "%s: expected a list of texts, found %s".formatted(where, nameOf(attribute.getDataType())));
        };
        for (String string : strings) {
            if (string.isEmpty() || string.codePoints().anyMatch(Character::isISOControl)) {
                throw new MalformedFileException(file, "%s: %s is no name".formatted(where, printable(string)));
            }
        }
        return strings;
    }

    /// Texts of different lengths: for each its length, and the place and number of its bytes in a heap. jhdf
    /// would copy the same bytes as often as they are named.
    private List<String> texts(String where, ByteBuffer references) throws IOException {
        List<String> texts = new ArrayList<>();
        ByteBuffer bytes = references.order(ByteOrder.LITTLE_ENDIAN);
        Map<Long, GlobalHeap> heaps = new HashMap<>();
        long total = 0;
        while (bytes.hasRemaining()) {
            int size = bytes.getInt();
            long address = bytes.getLong();
            GlobalHeap heap = heaps.get(address);
            if (heap == null) {
                heap = new GlobalHeap(hdf.getHdfBackingStorage(), address);
                heaps.put(address, heap);
            }
            ByteBuffer text = heap.getObjectData(bytes.getInt());
            total += text.remaining();
            if (size < 0 || size > text.remaining() || total > MOST_TEXT_BYTES) {
                throw new MalformedFileException(file, where + ": its texts are longer than what holds them");
            }
            texts.add(StandardCharsets.UTF_8.decode(text.slice(0, size)).toString());
        }
        return texts;
    }

    private static String nameOf(DataType type) {
        return type.getClass().getSimpleName();
    }

    /// The first names in a group.
    String contents(Group group) {
        List<String> names = group.getChildren().keySet().stream()
                .limit(NAMES_SHOWN)
                .map(Hdf5::printable)
                .toList();
        return names.isEmpty() ? "nothing" : names.stream().collect(Collectors.joining(", "));
    }

    /// The values of a dataset, last index fastest.
    Tensor.Floats floats(Dataset dataset) throws IOException {
        String where = printable(dataset.getPath());
        if (!(dataset.getDataType() instanceof FloatingPoint type)) {
            throw new UnsupportedFormatException(
                    file,
                    "%s holds %s, expected floating-point numbers".formatted(where, nameOf(dataset.getDataType())));
        }
        if (!(dataset instanceof DatasetBase stored) || dataset.getDataLayout() == DataLayout.CHUNKED) {
            throw new UnsupportedFormatException(
                    file,
                    where + " is stored in chunks or compressed, which Keras does not do; save it again with Keras");
        }
        List<Integer> shape = shape(where, dataset.getDimensionsAsLong());
        int count = count(where, shape, type.getSize());
        if (dataset.isEmpty()) {
            throw new MalformedFileException(file, where + " has no values");
        }
        ByteBuffer bytes = stored.getDataBuffer();
        if (bytes.remaining() < (long) count * type.getSize()) {
            throw new MalformedFileException(
                    file, "%s: %,d bytes cannot hold the shape %s".formatted(where, bytes.remaining(), shape));
        }
        float[] floats = new float[count];
        switch (Format.of(type)) {
            case HALF -> {
                for (int i = 0; i < count; i++) {
                    floats[i] = Float.float16ToFloat(bytes.getShort());
                }
            }
            case SINGLE -> bytes.asFloatBuffer().get(floats);
            case DOUBLE -> {
                for (int i = 0; i < count; i++) {
                    floats[i] = (float) bytes.getDouble();
                }
            }
            case OTHER ->
                throw new UnsupportedFormatException(
                        file, "%s holds floats of %d bytes of an unusual kind".formatted(where, type.getSize()));
        }
        return new Tensor.Floats(shape, floats);
    }

    /// IEEE 754's formats.
    private enum Format {
        HALF,
        SINGLE,
        DOUBLE,
        OTHER;

        static Format of(FloatingPoint type) {
            List<Integer> bits = List.of(
                    type.getSize(), (int) type.getExponentSize(), (int) type.getMantissaSize(), type.getExponentBias());
            if (bits.equals(List.of(2, 5, 10, 15))) {
                return HALF;
            }
            if (bits.equals(List.of(4, 8, 23, 127))) {
                return SINGLE;
            }
            return bits.equals(List.of(8, 11, 52, 1023)) ? DOUBLE : OTHER;
        }
    }

    private List<Integer> shape(String where, long[] dimensions) throws IOException {
        for (long size : dimensions) {
            if (size < 1 || size > length) {
                throw new MalformedFileException(
                        file,
                        "%s: no file of %,d bytes holds the shape %s"
                                .formatted(where, length, Arrays.toString(dimensions)));
            }
        }
        return Arrays.stream(dimensions).mapToObj(size -> (int) size).toList();
    }

    /// How many values the shape has; several names for the same values count as often.
    private int count(String where, List<Integer> shape, int bytesEach) throws IOException {
        long count = 1;
        for (int size : shape) {
            count *= size; // both below 2³¹
            if (count > length) {
                break;
            }
        }
        values += count;
        if (count * Math.max(1, bytesEach) > length || values > length) {
            throw new MalformedFileException(
                    file, "%s: no file of %,d bytes holds the shape %s".formatted(where, length, shape));
        }
        return (int) count;
    }
}
