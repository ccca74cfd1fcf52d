package io.densenet.weights;

import io.densenet.error.MalformedFileException;
import java.io.IOException;
import java.nio.file.Path;
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
