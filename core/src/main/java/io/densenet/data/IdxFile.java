package io.densenet.data;

import io.densenet.error.MalformedFileException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// The IDX format of MNIST and its family: one file of grey 8-bit images, one of labels, each as it is or
/// compressed with gzip (told by content, not by name).
///
///     images   0x00000803  count  height  width  count × height × width bytes
///     labels   0x00000801  count                 count bytes
///
/// Numbers are big-endian, 32 bits. Reference: the page of MNIST, "File formats for the MNIST database".
public final class IdxFile {
    private static final int IMAGES = 0x00000803;
    private static final int LABELS = 0x00000801;

    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

    private IdxFile() {}

    /// Reads images and their labels.
    ///
    /// @throws MalformedFileException when a file breaks the format, is cut, or is longer than it says
    /// @throws DatasetException       when the two files do not belong together or to these classes
    public static InMemoryDataset read(Path images, Path labels, List<String> classNames) throws IOException {
        try (InputStream imageStream = Files.newInputStream(images);
                InputStream labelStream = Files.newInputStream(labels)) {
            return read(imageStream, images, labelStream, labels, classNames);
        }
    }

    /// Reads from streams that need not be files; the paths are only names for messages.
    static InMemoryDataset read(
            InputStream imageStream, Path images, InputStream labelStream, Path labels, List<String> classNames)
            throws IOException {
        Content imageContent = content(imageStream, images, IMAGES, 3);
        Content labelContent = content(labelStream, labels, LABELS, 1);
        int count = imageContent.sizes[0];
        if (count != labelContent.sizes[0]) {
            throw new DatasetException("%s has %,d images, %s has %,d labels; are they of the same set?"
                    .formatted(images, count, labels, labelContent.sizes[0]));
        }
        int[] classes = new int[count];
        for (int i = 0; i < count; i++) {
            classes[i] = labelContent.values[i] & 0xFF;
            if (classes[i] >= classNames.size()) {
                throw new DatasetException("%s: image %,d has label %d, expected 0 to %d"
                        .formatted(labels, i, classes[i], classNames.size() - 1));
            }
        }
        int height = imageContent.sizes[1];
        int width = imageContent.sizes[2];
        return new InMemoryDataset(1, height, width, imageContent.values, classes, classNames);
    }

    private record Content(int[] sizes, byte[] values) {}

    private static Content content(InputStream stream, Path file, int magic, int dimensions) throws IOException {
        try {
            InputStream plain = unpacked(stream);
            int found = nextInt(plain);
            if (found != magic) {
                throw new MalformedFileException(
                        file, 0, "expected the magic number %08x, found %08x".formatted(magic, found));
            }
            int[] sizes = new int[dimensions];
            long length = 1;
            for (int i = 0; i < dimensions; i++) {
                sizes[i] = nextInt(plain);
                if (sizes[i] <= 0) {
                    throw new MalformedFileException(file, 4L + 4L * i, "expected a positive size, found " + sizes[i]);
                }
                length = Math.min(length * sizes[i], Integer.MAX_VALUE); // stays far from overflow
            }
            if (length > LARGEST_ARRAY) {
                throw new MalformedFileException(
                        file, 4, "expected at most %,d bytes of values, the header says more".formatted(LARGEST_ARRAY));
            }
            byte[] values = plain.readNBytes((int) length);
            int header = 4 + 4 * dimensions;
            if (values.length < length) {
                throw new MalformedFileException(
                        file,
                        "expected %,d bytes of values after the header, found %,d".formatted(length, values.length));
            }
            if (plain.read() != -1) {
                throw new MalformedFileException(file, header + length, "expected the end of the file, found more");
            }
            return new Content(sizes, values);
        } catch (EOFException cut) {
            throw new MalformedFileException(file, "ends too early: " + cut.getMessage());
        } catch (ZipException broken) {
            throw new MalformedFileException(file, "is damaged, gzip says: " + broken.getMessage());
        }
    }

    private static InputStream unpacked(InputStream stream) throws IOException {
        InputStream buffered = new BufferedInputStream(stream);
        buffered.mark(2);
        boolean compressed = buffered.read() == 0x1F && buffered.read() == 0x8B;
        buffered.reset();
        return compressed ? new GZIPInputStream(buffered, 1 << 16) : buffered;
    }

    private static int nextInt(InputStream stream) throws IOException {
        byte[] bytes = stream.readNBytes(Integer.BYTES);
        if (bytes.length < Integer.BYTES) {
            throw new EOFException("no complete header");
        }
        return ByteBuffer.wrap(bytes).getInt();
    }
}
