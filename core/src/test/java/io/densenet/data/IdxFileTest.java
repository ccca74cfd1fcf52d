package io.densenet.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.densenet.error.MalformedFileException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxFileTest {
    private static final List<String> CLASSES = List.of("no", "yes");

    @TempDir
    private Path folder;

    @Test
    void plainFilesAreRead() throws IOException {
        assertTwoImages(read(images(), labels(1, 0)));
    }

    @Test
    void compressedFilesAreToldByTheirContent() throws IOException {
        assertTwoImages(read(gzip(images()), gzip(labels(1, 0))));
    }

    @Test
    void aWrongMagicNumberIsRefused() {
        assertMalformed(
                "images: expected the magic number 00000803, found 00000801 (offset 0)", labels(1, 0), labels(1, 0));
    }

    @Test
    void aCutFileIsRefused() {
        assertMalformed(
                "images: expected 12 bytes of values after the header, found 11",
                Arrays.copyOf(images(), images().length - 1),
                labels(1, 0));
        assertMalformed("images: ends too early: no complete header", Arrays.copyOf(images(), 6), labels(1, 0));
    }

    @Test
    void moreThanTheHeaderSaysIsRefused() {
        assertMalformed(
                "labels: expected the end of the file, found more (offset 10)",
                images(),
                Arrays.copyOf(labels(1, 0), 11));
    }

    @Test
    void aHugeCountIsRefusedBeforeMemoryIsSpent() {
        byte[] huge = ByteBuffer.wrap(images()).putInt(4, Integer.MAX_VALUE).array();
        assertMalformed(
                "images: expected at most 2,147,483,639 bytes of values, the header says more (offset 4)",
                huge,
                labels(1, 0));
        byte[] negative = ByteBuffer.wrap(images()).putInt(4, -1).array();
        assertMalformed("images: expected a positive size, found -1 (offset 4)", negative, labels(1, 0));
    }

    @Test
    void aCutCompressedFileIsRefused() throws IOException {
        byte[] whole = gzip(images());
        assertMalformed(
                "images: ends too early: Unexpected end of ZLIB input stream",
                Arrays.copyOf(whole, whole.length - 12),
                labels(1, 0));
    }

    @Test
    void aDamagedCompressedFileIsRefused() throws IOException {
        byte[] damaged = gzip(images());
        damaged[damaged.length - 8] ^= 1; // the checksum
        assertMalformed("images: is damaged, gzip says: Corrupt GZIP trailer", damaged, labels(1, 0));
    }

    @Test
    void aLabelWithoutClassIsRefused() {
        DatasetException refused = assertThrows(DatasetException.class, () -> read(images(), labels(1, 2)));
        assertEquals("labels: image 1 has label 2, expected 0 to 1", withoutFolder(refused));
    }

    @Test
    void differentNumbersOfImagesAndLabelsAreRefused() {
        DatasetException refused = assertThrows(DatasetException.class, () -> read(images(), labels(1, 0, 1)));
        assertEquals("images has 2 images, labels has 3 labels; are they of the same set?", withoutFolder(refused));
    }

    private static void assertTwoImages(InMemoryDataset dataset) {
        assertEquals(2, dataset.size());
        assertEquals(1, dataset.label(0));
        assertEquals(0, dataset.label(1));
        Image second = dataset.image(1);
        assertEquals(1, second.channels());
        assertEquals(2, second.height());
        assertEquals(3, second.width());
        assertArrayEquals(new byte[] {7, 8, 9, 10, 11, (byte) 200}, second.pixels());
        assertEquals(CLASSES, dataset.classNames());
    }

    private void assertMalformed(String message, byte[] images, byte[] labels) {
        MalformedFileException refused = assertThrows(MalformedFileException.class, () -> read(images, labels));
        assertEquals(message, withoutFolder(refused));
    }

    private String withoutFolder(Exception exception) {
        return String.valueOf(exception.getMessage()).replace(folder + "/", "");
    }

    private InMemoryDataset read(byte[] images, byte[] labels) throws IOException {
        Path imageFile = Files.write(folder.resolve("images"), images);
        Path labelFile = Files.write(folder.resolve("labels"), labels);
        return IdxFile.read(imageFile, labelFile, CLASSES);
    }

    static byte[] images() {
        return ByteBuffer.allocate(16 + 12)
                .putInt(0x803)
                .putInt(2)
                .putInt(2)
                .putInt(3)
                .put(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, (byte) 200})
                .array();
    }

    static byte[] labels(int... values) {
        ByteBuffer buffer = ByteBuffer.allocate(8 + values.length).putInt(0x801).putInt(values.length);
        for (int value : values) {
            buffer.put((byte) value);
        }
        return buffer.array();
    }

    static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream stream = new GZIPOutputStream(bytes)) {
            stream.write(content);
        }
        return bytes.toByteArray();
    }
}
