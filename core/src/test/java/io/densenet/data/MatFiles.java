package io.densenet.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.DeflaterOutputStream;

/// Small files in MATLAB's version 5, written after its published format. That this is the format is shown by
/// `svhn/`, which SciPy wrote.
public final class MatFiles {
    private final ByteOrder order;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /// An empty file.
    MatFiles(ByteOrder order) {
        this.order = order;
        ByteBuffer header = ByteBuffer.allocate(128).order(order);
        header.put(Arrays.copyOf("MATLAB 5.0 MAT-file, made by a test".getBytes(StandardCharsets.US_ASCII), 124));
        header.putShort((short) 0x0100).putShort((short) ('M' << 8 | 'I'));
        bytes.writeBytes(header.array());
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    /// Adds an array of unsigned 8-bit integers.
    MatFiles add(String name, int[] sizes, byte[] values, boolean compressed) throws IOException {
        return add(array(name, 9, sizes, element(2, values)), compressed);
    }

    /// Adds an array of doubles, stored as such.
    MatFiles add(String name, int[] sizes, double[] values, boolean compressed) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(values.length * Double.BYTES).order(order);
        Arrays.stream(values).forEach(content::putDouble);
        return add(array(name, 6, sizes, element(9, content.array())), compressed);
    }

    private MatFiles add(byte[] array, boolean compressed) throws IOException {
        if (!compressed) {
            bytes.writeBytes(array);
            return this;
        }
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(packed)) {
            deflater.write(array);
        }
        bytes.writeBytes(ByteBuffer.allocate(8)
                .order(order)
                .putInt(15)
                .putInt(packed.size())
                .array());
        packed.writeTo(bytes);
        return this;
    }

    private byte[] array(String name, int classNumber, int[] sizes, byte[] values) {
        ByteBuffer dimensions =
                ByteBuffer.allocate(sizes.length * Integer.BYTES).order(order);
        Arrays.stream(sizes).forEach(dimensions::putInt);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes(element(
                6, ByteBuffer.allocate(8).order(order).putInt(classNumber).array()));
        content.writeBytes(element(5, dimensions.array()));
        content.writeBytes(element(1, name.getBytes(StandardCharsets.US_ASCII)));
        content.writeBytes(values);
        return element(14, content.toByteArray());
    }

    /// Short elements go into their tag, others are padded to a multiple of 8.
    private byte[] element(int type, byte[] content) {
        boolean small = content.length > 0 && content.length <= 4;
        ByteBuffer element = ByteBuffer.allocate(small ? 8 : 8 + (content.length + 7) / 8 * 8)
                .order(order);
        if (small) {
            element.putInt(content.length << 16 | type);
        } else {
            element.putInt(type).putInt(content.length);
        }
        element.put(content);
        return element.array();
    }

    /// A file of SVHN: image i is of digit i mod 10 and has the same colour everywhere, red 10·digit, green
    /// 20·digit, blue 20·digit + 1, but for its pixel in row 1, column 2, which is 255, 0, 254.
    public static byte[] svhn(int images, boolean compressed) throws IOException {
        byte[] x = new byte[32 * 32 * 3 * images];
        byte[] y = new byte[images];
        for (int i = 0; i < images; i++) {
            int digit = i % 10;
            int[] colours = {10 * digit, 20 * digit, 20 * digit + 1};
            int[] pixel = {255, 0, 254};
            for (int c = 0; c < 3; c++) {
                int plane = (i * 3 + c) * 1024;
                Arrays.fill(x, plane, plane + 1024, (byte) colours[c]);
                x[plane + 2 * 32 + 1] = (byte) pixel[c];
            }
            y[i] = (byte) (digit == 0 ? 10 : digit);
        }
        return new MatFiles(ByteOrder.LITTLE_ENDIAN)
                .add("X", new int[] {32, 32, 3, images}, x, compressed)
                .add("y", new int[] {images, 1}, y, compressed)
                .bytes();
    }

    /// All of SVHN, small.
    public static void writeSvhn(Path folder, int train, int extra, int test) throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve("train_32x32.mat"), svhn(train, true));
        Files.write(folder.resolve("extra_32x32.mat"), svhn(extra, true));
        Files.write(folder.resolve("test_32x32.mat"), svhn(test, false));
    }
}
