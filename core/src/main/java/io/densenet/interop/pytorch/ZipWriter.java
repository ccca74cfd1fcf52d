package io.densenet.interop.pytorch;

import io.densenet.weights.Tensor;
import io.densenet.weights.TensorBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/// Writes a zip archive as PyTorch does: nothing compressed, the data of each entry at a multiple of 64
/// bytes, so that they can be mapped into memory. All sizes stand in zip64 fields, so that there is one way
/// for small and large.
final class ZipWriter {
    private static final int ALIGNMENT = 64;
    private static final int EXTRA_HEADER = 4;

    /// PyTorch's mark of padding, `FB`.
    private static final short PADDING = 'F' | 'B' << 8;

    private static final short VERSION = 45; // the first with zip64
    private static final short DATE = 1 << 5 | 1; // 1 January 1980, the first there is

    private record Entry(String name, long header, long size, int checksum) {}

    /// Hands out the data of an entry, buffer after buffer.
    private interface Data {
        void feed(TensorBytes.Sink<IOException> sink) throws IOException;
    }

    private final FileChannel out;
    private final TensorBytes bytes = new TensorBytes();
    private final List<Entry> entries = new ArrayList<>();

    ZipWriter(FileChannel out) {
        this.out = out;
    }

    void add(String name, String content) throws IOException {
        add(name, content.getBytes(StandardCharsets.US_ASCII));
    }

    void add(String name, byte[] content) throws IOException {
        add(name, content.length, sink -> sink.accept(ByteBuffer.wrap(content)));
    }

    /// The values alone, in little-endian order.
    void add(String name, Tensor tensor) throws IOException {
        long size = switch (tensor) {
            case Tensor.Floats floats -> (long) Float.BYTES * floats.values().length;
            case Tensor.Longs longs -> (long) Long.BYTES * longs.values().length;
        };
        add(name, size, sink -> bytes.feed(tensor, sink));
    }

    private void add(String name, long size, Data data) throws IOException {
        CRC32 crc = new CRC32();
        data.feed(crc::update);
        Entry entry = new Entry(name, out.position(), size, (int) crc.getValue());
        entries.add(entry);
        writeFully(header(entry));
        data.feed(this::writeFully);
    }

    /// Writes the directory. Nothing may follow.
    void finish() throws IOException {
        long begin = out.position();
        for (Entry entry : entries) {
            writeFully(record(entry));
        }
        long end = out.position();
        int size = ZipDirectory.END_64_BYTES + ZipDirectory.LOCATOR_64_BYTES + ZipDirectory.END_BYTES;
        writeFully(littleEndian(size)
                .putInt(ZipDirectory.END_64)
                .putLong(ZipDirectory.END_64_BYTES - 12) // what follows
                .putShort(VERSION)
                .putShort(VERSION)
                .putInt(0) // this disk
                .putInt(0) // the disk of the directory
                .putLong(entries.size())
                .putLong(entries.size())
                .putLong(end - begin)
                .putLong(begin)
                .putInt(ZipDirectory.LOCATOR_64)
                .putInt(0)
                .putLong(end)
                .putInt(1) // number of disks
                .putInt(ZipDirectory.END)
                .putInt(0) // this disk, the disk of the directory
                .putShort((short) ZipDirectory.ABSENT_16)
                .putShort((short) ZipDirectory.ABSENT_16)
                .putInt((int) ZipDirectory.ABSENT_32)
                .putInt((int) ZipDirectory.ABSENT_32)
                .putShort((short) 0) // no comment
                .flip());
    }

    private ByteBuffer header(Entry entry) {
        byte[] name = entry.name().getBytes(StandardCharsets.US_ASCII);
        int zip64 = EXTRA_HEADER + 2 * Long.BYTES;
        long unpadded = entry.header() + ZipDirectory.ENTRY_BYTES + name.length + zip64 + EXTRA_HEADER;
        int padding = (int) Math.floorMod(-unpadded, (long) ALIGNMENT);
        ByteBuffer header =
                littleEndian((int) (unpadded - entry.header()) + padding).putInt(ZipDirectory.ENTRY);
        common(header, entry, name.length)
                .putShort((short) (zip64 + EXTRA_HEADER + padding))
                .put(name)
                .putShort((short) ZipDirectory.ZIP_64)
                .putShort((short) (2 * Long.BYTES))
                .putLong(entry.size())
                .putLong(entry.size())
                .putShort(PADDING)
                .putShort((short) padding);
        for (int i = 0; i < padding; i++) {
            header.put((byte) 'Z');
        }
        return header.flip();
    }

    private static ByteBuffer record(Entry entry) {
        byte[] name = entry.name().getBytes(StandardCharsets.US_ASCII);
        int extra = EXTRA_HEADER + 3 * Long.BYTES;
        ByteBuffer record = littleEndian(46 + name.length + extra)
                .putInt(ZipDirectory.RECORD)
                .putShort(VERSION);
        return common(record, entry, name.length)
                .putShort((short) extra)
                .putShort((short) 0) // no comment
                .putShort((short) 0) // disk
                .putShort((short) 0) // attributes
                .putInt(0)
                .putInt((int) ZipDirectory.ABSENT_32)
                .put(name)
                .putShort((short) ZipDirectory.ZIP_64)
                .putShort((short) (3 * Long.BYTES))
                .putLong(entry.size())
                .putLong(entry.size())
                .putLong(entry.header())
                .flip();
    }

    /// What the header of an entry and its record in the directory have in common.
    private static ByteBuffer common(ByteBuffer buffer, Entry entry, int nameLength) {
        return buffer.putShort(VERSION)
                .putShort((short) 0) // flags
                .putShort((short) 0) // stored as it is
                .putShort((short) 0) // time
                .putShort(DATE)
                .putInt(entry.checksum())
                .putInt((int) ZipDirectory.ABSENT_32)
                .putInt((int) ZipDirectory.ABSENT_32)
                .putShort((short) nameLength);
    }

    private static ByteBuffer littleEndian(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void writeFully(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            out.write(buffer);
        }
    }
}
