package io.densenet.weights;

import io.densenet.error.MalformedFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.List;
import java.util.SequencedMap;

/// What stands before the data of a safetensors file.
///
/// @param metadata   the strings of `__metadata__`, empty when there is none
/// @param entries    where each tensor lies, in the order of the header
/// @param dataOffset where the data section begins in the file
record SafetensorsHeader(SequencedMap<String, String> metadata, List<Entry> entries, long dataOffset) {
    /// Bytes before the header: its length.
    static final int LENGTH_BYTES = 8;

    static final int MAXIMUM_BYTES = 100_000_000;
    static final String METADATA_KEY = "__metadata__";

    /// One tensor; `begin` and `end` count from the start of the data section.
    record Entry(String name, DataType type, List<Long> shape, long begin, long end) {
        /// @throws ArithmeticException when that is more than a `long` holds
        private long bits() {
            return Math.multiplyExact(shape.stream().reduce(1L, Math::multiplyExact), type.bits());
        }
    }

    /// The entries in the order of their data.
    List<Entry> entriesByOffset() {
        return entries.stream()
                .sorted(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end))
                .toList();
    }

    /// SHA-256 of what this says, [Safetensors#HEADER_CHECKSUM_KEY] itself left out. Each metadatum gives a line
    /// in UTF-8 with key and value, each tensor one with name, type, shape and place, both in the order of the
    /// header and every string behind its length in bytes:
    ///
    ///     5 epoch 2 12
    ///     17 classifier.weight F32 [10, 342] 0 13680
    String sha256() {
        MessageDigest digest = Digests.sha256();
        metadata.forEach((key, value) -> {
            if (!key.equals(Safetensors.HEADER_CHECKSUM_KEY)) {
                feed(digest, "%s %s\n".formatted(counted(key), counted(value)));
            }
        });
        for (Entry entry : entries) {
            feed(
                    digest,
                    "%s %s %s %d %d\n"
                            .formatted(counted(entry.name()), entry.type(), entry.shape(), entry.begin(), entry.end()));
        }
        return Digests.hex(digest);
    }

    private static String counted(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length + " " + text;
    }

    private static void feed(MessageDigest digest, String line) {
        digest.update(line.getBytes(StandardCharsets.UTF_8));
    }

    /// Checks that this is what the writer wrote, where the writer left a checksum.
    void requireChecksum(Path file) throws IOException {
        boolean ofData = metadata.containsKey(Safetensors.CHECKSUM_KEY);
        boolean ofHeader = metadata.containsKey(Safetensors.HEADER_CHECKSUM_KEY);
        if (ofData != ofHeader) {
            throw new MalformedFileException(
                    file,
                    LENGTH_BYTES,
                    "one of the two checksums %s and %s is missing from the header: the file is damaged"
                            .formatted(Safetensors.CHECKSUM_KEY, Safetensors.HEADER_CHECKSUM_KEY));
        }
        if (ofHeader && !sha256().equals(metadata.get(Safetensors.HEADER_CHECKSUM_KEY))) {
            throw new MalformedFileException(file, LENGTH_BYTES, "checksum of the header differs: the file is damaged");
        }
    }

    /// Checks that every tensor is as long as its shape says, and that together they fill the data section
    /// without holes and overlaps.
    void requireSoundLayout(Path file, long fileLength) throws IOException {
        long end = 0;
        for (Entry entry : entriesByOffset()) {
            String name = HeaderParser.printable(entry.name());
            if (entry.begin() != end) {
                throw new MalformedFileException(
                        file,
                        dataOffset,
                        "%s: its data begin at %,d of the data section, expected %,d; there must be no holes and no overlaps"
                                .formatted(name, entry.begin(), end));
            }
            requireSize(file, entry, name);
            end = entry.end();
        }
        long held = fileLength - dataOffset;
        if (end != held) {
            throw new MalformedFileException(
                    file,
                    dataOffset,
                    "the tensors need %,d bytes of data, the file holds %,d: %s"
                            .formatted(end, held, end > held ? "it is cut off" : "something follows them"));
        }
    }

    private void requireSize(Path file, Entry entry, String name) throws IOException {
        long bits;
        try {
            bits = entry.bits();
        } catch (ArithmeticException e) {
            throw new MalformedFileException(
                    file, dataOffset, "%s: the shape %s is larger than any file".formatted(name, entry.shape()));
        }
        if (bits % Byte.SIZE != 0 || entry.end() - entry.begin() != bits / Byte.SIZE) {
            throw new MalformedFileException(
                    file,
                    dataOffset,
                    "%s: shape %s of %s takes %,d bits, its data_offsets %,d to %,d hold %,d bytes"
                            .formatted(
                                    name,
                                    entry.shape(),
                                    entry.type(),
                                    bits,
                                    entry.begin(),
                                    entry.end(),
                                    entry.end() - entry.begin()));
        }
    }
}
