package io.densenet.interop.pytorch;

import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.zip.CRC32;

/// The directory of a zip archive as PyTorch writes it: each entry at a place of its own, those that are
/// read without compression. Anything else is refused: two ways to read one archive are how hostile ones
/// hide.
///
///     entry       header, name, extra fields   data   perhaps a descriptor
///     directory   one record for each entry: name, place, size, checksum
///     end         zip64 record, zip64 locator   both only in some archives
///                 record                        how many entries, where the directory is
///
/// Reference: PKWARE, APPNOTE.TXT 6.3 (the format, no code).
final class ZipDirectory {
    static final int ENTRY = 0x04034b50;
    static final int RECORD = 0x02014b50;
    static final int END_64 = 0x06064b50;
    static final int LOCATOR_64 = 0x07064b50;
    static final int END = 0x06054b50;

    static final int ENTRY_BYTES = 30;
    static final int END_64_BYTES = 56;
    static final int LOCATOR_64_BYTES = 20;
    static final int END_BYTES = 22;

    /// The extra field with what does not fit 32 bits.
    static final int ZIP_64 = 1;

    static final int ABSENT_16 = 0xFFFF;
    static final long ABSENT_32 = 0xFFFF_FFFFL;

    private static final int MAXIMUM_ENTRIES = 100_000;
    private static final int LARGEST_BUFFER = 1 << 30;

    /// The only flags that change nothing here: descriptors behind the data, names in UTF-8.
    private static final int HARMLESS_FLAGS = 1 << 3 | 1 << 11;

    /// One entry.
    ///
    /// @param header where it begins
    /// @param begin  where its data begin
    /// @param size   of the data as they lie in the file
    /// @param isPlain whether they are neither compressed nor encrypted
    record Entry(String name, long header, long begin, long size, long checksum, boolean isPlain) {
        long end() {
            return begin + size;
        }
    }

    /// Where the directory lies.
    private record Place(long begin, long size, long count) {}

    private final Path file;
    private final MemorySegment bytes;
    private final SequencedMap<String, Entry> entries = new LinkedHashMap<>();

    private ZipDirectory(Path file, MemorySegment bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    /// @param bytes the whole file
    static ZipDirectory read(Path file, MemorySegment bytes) throws IOException {
        ZipDirectory directory = new ZipDirectory(file, bytes);
        directory.read();
        return directory;
    }

    SequencedMap<String, Entry> entries() {
        return entries;
    }

    Entry entry(String name) throws IOException {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new MalformedFileException(
                    file, "the archive has no entry %s: it is damaged".formatted(Input.printable(name)));
        }
        if (!entry.isPlain()) {
            throw new UnsupportedFormatException(
                    file,
                    "%s is compressed or encrypted, which PyTorch never does; unpack and pack it again without (zip -0)"
                            .formatted(Input.printable(name)));
        }
        return entry;
    }

    MemorySegment data(Entry entry) {
        return bytes.asSlice(entry.begin(), entry.size());
    }

    /// @throws MalformedFileException when the data have another CRC-32 than they were written with
    void requireChecksum(Entry entry) throws IOException {
        CRC32 crc = new CRC32();
        for (long from = entry.begin(); from < entry.end(); ) {
            long length = Math.min(LARGEST_BUFFER, entry.end() - from);
            ByteBuffer chunk = bytes.asSlice(from, length).asByteBuffer();
            crc.update(chunk);
            from += length;
        }
        if (crc.getValue() != entry.checksum()) {
            throw malformed(
                    entry.begin(),
                    "checksum of %s differs: the file is damaged, or was saved without checksums"
                            .formatted(Input.printable(entry.name())));
        }
    }

    private void read() throws IOException {
        Place place = place();
        if (place.count() > MAXIMUM_ENTRIES) {
            throw new UnsupportedFormatException(
                    file, "is an archive of more than %,d entries".formatted(MAXIMUM_ENTRIES));
        }
        Input in = input(place.begin(), place.begin() + place.size());
        for (long i = 0; i < place.count(); i++) {
            Entry entry = record(in);
            if (entries.put(entry.name(), entry) != null) {
                throw malformed(in.position(), "the entry %s comes twice".formatted(Input.printable(entry.name())));
            }
        }
        if (in.remaining() > 0) {
            throw malformed(in.position(), "the directory is longer than its %,d entries".formatted(place.count()));
        }
        long end = 0;
        for (Entry entry : entries.values().stream()
                .sorted(Comparator.comparingLong(Entry::header))
                .toList()) {
            if (entry.header() < end) {
                throw malformed(
                        entry.header(), "the entry %s overlaps another".formatted(Input.printable(entry.name())));
            }
            end = entry.end();
        }
        if (end > place.begin()) {
            throw malformed(place.begin(), "the last entry overlaps the directory");
        }
    }

    /// The end of the archive must be the end of the file: PyTorch leaves no comment.
    private Place place() throws IOException {
        long at = bytes.byteSize() - END_BYTES;
        Input in = input(Math.max(0, at), bytes.byteSize());
        if (at < 0 || in.signedInt() != END) {
            throw malformed(Math.max(0, at), "expected the end of a zip archive: the file is cut off or damaged");
        }
        in.skip(4 + 2); // numbers of disks, entries on this disk
        long count = in.unsignedShort();
        long size = in.unsignedInt();
        long begin = in.unsignedInt();
        if (in.unsignedShort() != 0) {
            throw malformed(at, "expected an archive without a comment");
        }
        long behind = at;
        long locator = at - LOCATOR_64_BYTES;
        if (locator >= 0 && input(locator, at).signedInt() == LOCATOR_64) {
            behind = locator - END_64_BYTES;
            Input located = input(locator + 8, at);
            if (behind < 0
                    || located.signedLong() != behind
                    || input(behind, locator).signedInt() != END_64) {
                throw malformed(locator, "expected the zip64 record just before its locator");
            }
            Input record = input(behind + 32, locator);
            long count64 = record.signedLong();
            long size64 = record.signedLong();
            long begin64 = record.signedLong();
            if ((count != ABSENT_16 && count != count64)
                    || (size != ABSENT_32 && size != size64)
                    || (begin != ABSENT_32 && begin != begin64)) {
                throw malformed(behind, "the two records at the end of the archive differ");
            }
            count = count64;
            size = size64;
            begin = begin64;
        }
        if (count < 0 || size < 0 || begin < 0 || begin > behind || size != behind - begin) {
            throw malformed(behind, "expected the directory of the archive before its end, of the length it claims");
        }
        return new Place(begin, size, count);
    }

    private Entry record(Input in) throws IOException {
        long at = in.position();
        if (in.signedInt() != RECORD) {
            throw malformed(at, "expected an entry of the archive's directory");
        }
        in.skip(4); // versions
        int flags = in.unsignedShort();
        int method = in.unsignedShort();
        in.skip(4); // time
        long checksum = in.unsignedInt();
        long compressed = in.unsignedInt();
        long size = in.unsignedInt();
        int nameLength = in.unsignedShort();
        int extraLength = in.unsignedShort();
        int commentLength = in.unsignedShort();
        in.skip(8); // disk, attributes
        long header = in.unsignedInt();
        String name = in.text(nameLength);
        requireHarmless(at, name);
        boolean isPlain = method == 0 && (flags & ~HARMLESS_FLAGS) == 0;
        List<Long> large = zip64(new ArrayList<>(List.of(size, compressed, header)), at, in, extraLength);
        in.skip(commentLength);
        if (isPlain && !large.get(0).equals(large.get(1))) {
            throw malformed(at, "%s: two sizes without compression".formatted(Input.printable(name)));
        }
        return locate(at, new Entry(name, large.get(2), 0, large.get(1), checksum, isPlain));
    }

    /// Nothing is ever unpacked, but names that lead elsewhere tell what kind of file this is.
    private void requireHarmless(long at, String name) throws IOException {
        if (name.startsWith("/")
                || name.contains("\\")
                || name.contains("\0")
                || Arrays.asList(name.split("/", -1)).contains("..")) {
            throw malformed(at, "%s: no name for an entry".formatted(Input.printable(name)));
        }
    }

    /// Puts the 64-bit numbers of the extra field in the place of those that do not fit.
    private List<Long> zip64(List<Long> numbers, long at, Input in, int extraLength) throws IOException {
        long end = in.position() + extraLength;
        if (extraLength > in.remaining()) {
            throw malformed(at, "an entry of the directory is cut off");
        }
        while (in.position() + 4 <= end) {
            int kind = in.unsignedShort();
            long next = in.position() + 2;
            next += in.unsignedShort();
            if (next > end) {
                throw malformed(at, "an extra field is longer than all of them");
            }
            for (int i = 0; kind == ZIP_64 && i < numbers.size(); i++) {
                if (numbers.get(i) == ABSENT_32 && in.position() + Long.BYTES <= next) {
                    numbers.set(i, in.signedLong());
                }
            }
            in.skip(next - in.position());
        }
        in.skip(end - in.position());
        return numbers;
    }

    /// Reads the entry's own header, which tells where the data begin.
    private Entry locate(long at, Entry entry) throws IOException {
        String shown = Input.printable(entry.name());
        long length = bytes.byteSize();
        if (entry.header() < 0 || entry.header() > length - ENTRY_BYTES) {
            throw malformed(at, shown + ": lies outside of the file");
        }
        Input in = input(entry.header(), length);
        int signature = in.signedInt();
        in.skip(ENTRY_BYTES - 4 - 4);
        int nameLength = in.unsignedShort();
        int extraLength = in.unsignedShort();
        if (signature != ENTRY
                || nameLength > in.remaining()
                || !in.text(nameLength).equals(entry.name())) {
            throw malformed(entry.header(), "expected the entry " + shown);
        }
        in.skip(extraLength);
        if (entry.size() < 0 || entry.size() > in.remaining()) {
            throw malformed(at, shown + ": ends behind the end of the file");
        }
        return new Entry(entry.name(), entry.header(), in.position(), entry.size(), entry.checksum(), entry.isPlain());
    }

    private Input input(long from, long end) {
        return new Input(file, bytes, from, end, ByteOrder.LITTLE_ENDIAN);
    }

    private MalformedFileException malformed(long offset, String reason) {
        return new MalformedFileException(file, offset, reason);
    }
}
