package io.densenet.interop.pytorch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// An assembler for pickles, sound and hostile, and the two containers around them.
final class Pickles {
    static final String ORDERED_DICT = "ccollections\nOrderedDict\n";
    static final String REBUILD = "ctorch._utils\n_rebuild_tensor_v2\n";

    private Pickles() {}

    /// The instructions in protocol 2, as Latin-1: one character is one byte.
    static byte[] pickle(String instructions) {
        return ("\u0080\2" + instructions + ".").getBytes(StandardCharsets.ISO_8859_1);
    }

    static String text(String text) {
        return "X" + littleEndian(text.getBytes(StandardCharsets.UTF_8).length) + text;
    }

    static String whole(long value) {
        return value == (int) value ? "J" + littleEndian((int) value) : "\u008a\b" + littleEndian(value);
    }

    static String littleEndian(int value) {
        return littleEndian(value, Integer.BYTES);
    }

    static String littleEndian(long value) {
        return littleEndian(value, Long.BYTES);
    }

    private static String littleEndian(long value, int bytes) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < bytes; i++) {
            text.append((char) ((value >>> (i * Byte.SIZE)) & 0xFF));
        }
        return text.toString();
    }

    /// A dictionary with one entry.
    static String dict(String key, String value) {
        return "}" + text(key) + value + "s";
    }

    /// A reference to a storage of 32-bit floats in the zip container.
    static String storage(String key, long count) {
        return "(" + text("storage") + "ctorch\nFloatStorage\n" + text(key) + text("cpu") + whole(count) + "tQ";
    }

    /// A tensor of one storage, `0` of four floats.
    static String tensor(long offset, long[] sizes, long[] strides) {
        return tensor(storage("0", 4), offset, sizes, strides);
    }

    static String tensor(String storage, long offset, long[] sizes, long[] strides) {
        return REBUILD + "(" + storage + whole(offset) + tuple(sizes) + tuple(strides) + "\u0089" + ORDERED_DICT
                + ")RtR";
    }

    private static String tuple(long[] values) {
        StringBuilder tuple = new StringBuilder("(");
        for (long value : values) {
            tuple.append(whole(value));
        }
        return tuple.append("t").toString();
    }

    /// A call: the name, the arguments between MARK and TUPLE, REDUCE.
    static String call(String module, String name, String arguments) {
        return "c" + module + "\n" + name + "\n(" + arguments + "tR";
    }

    /// A sound zip container: the pickle, and the storage `0` with the floats 1 to 4.
    static byte[] zip(byte[] pickle) {
        SequencedMap<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("archive/data.pkl", pickle);
        entries.put("archive/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
        entries.put("archive/data/0", floats());
        return zip(entries);
    }

    /// The floats 1 to 4.
    static byte[] floats() {
        ByteBuffer floats = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        return floats.putFloat(1).putFloat(2).putFloat(3).putFloat(4).array();
    }

    static byte[] zip(Map<String, byte[]> entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            for (Map.Entry<String, byte[]> named : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(named.getKey());
                entry.setSize(named.getValue().length);
                CRC32 crc = new CRC32();
                crc.update(named.getValue());
                entry.setCrc(crc.getValue());
                zip.putNextEntry(entry);
                zip.write(named.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /// A legacy container: the object, whose storages have six items, and what stands behind it.
    static byte[] legacy(String object, String keys, byte[] storages) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(pickle("\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019"));
        bytes.writeBytes(pickle(whole(1001)));
        bytes.writeBytes(pickle(dict("little_endian", "\u0088")));
        bytes.writeBytes(pickle(object));
        bytes.writeBytes(pickle(keys));
        bytes.writeBytes(storages);
        return bytes.toByteArray();
    }
}
