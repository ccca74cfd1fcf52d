package io.densenet.data;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteOrder;
import javax.imageio.stream.ImageInputStream;

/// Finds the [Orientation] that a camera noted in a JPEG (segment APP1), a PNG (chunk `eXIf`) or a TIFF file.
///
/// It reads one number of the first EXIF block and nothing else, takes no memory, and believes no length: a
/// block that is broken says nothing, and the picture stays as it is stored. Orientation that is given only in
/// XMP is not looked for.
///
/// Sources: CIPA DC-008 (EXIF), TIFF 6.0 section 2, ISO 10918-1 annex B, PNG third edition §11.3.3.
final class ExifOrientation {
    private static final int TAG = 0x0112;
    private static final int UNSIGNED_SHORT = 3;
    private static final int BYTES_OF_AN_ENTRY = 12;

    private static final int JPEG = 0xFFD8;
    private static final int START_OF_SCAN = 0xDA;
    private static final int END_OF_IMAGE = 0xD9;
    private static final int APP1 = 0xE1;
    private static final byte[] EXIF = {'E', 'x', 'i', 'f', 0, 0};

    private static final long PNG = 0x89504E470D0A1A0AL;
    private static final int CHUNK_EXIF = 0x65584966;
    private static final int CHUNK_END = 0x49454E44;
    private static final int BYTES_AROUND_A_CHUNK = 12;

    private static final int TIFF_BIG_ENDIAN = 0x4D4D002A;
    private static final int TIFF_LITTLE_ENDIAN = 0x49492A00;

    private ExifOrientation() {}

    /// Reads from the beginning and comes back to it.
    static Orientation of(ImageInputStream input) throws IOException {
        try {
            input.seek(0);
            input.setByteOrder(ByteOrder.BIG_ENDIAN);
            return find(input);
        } catch (EOFException cut) {
            return Orientation.UPRIGHT;
        } finally {
            input.setByteOrder(ByteOrder.BIG_ENDIAN);
            input.seek(0);
        }
    }

    private static Orientation find(ImageInputStream input) throws IOException {
        long start = input.readLong();
        if (start >>> 48 == JPEG) {
            return inJpeg(input);
        }
        if (start == PNG) {
            return inPng(input);
        }
        int mark = (int) (start >>> 32);
        return mark == TIFF_BIG_ENDIAN || mark == TIFF_LITTLE_ENDIAN
                ? inTiff(input, 0, Long.MAX_VALUE)
                : Orientation.UPRIGHT;
    }

    private static Orientation inJpeg(ImageInputStream input) throws IOException {
        input.seek(2);
        while (input.readUnsignedByte() == 0xFF) {
            int marker = input.readUnsignedByte();
            while (marker == 0xFF) { // fill bytes
                marker = input.readUnsignedByte();
            }
            if (marker == START_OF_SCAN || marker == END_OF_IMAGE) {
                break;
            }
            long at = input.getStreamPosition();
            long end = at + Math.max(2, input.readUnsignedShort());
            if (marker == APP1 && isExif(input)) {
                return inTiff(input, input.getStreamPosition(), end);
            }
            seek(input, end);
        }
        return Orientation.UPRIGHT;
    }

    private static boolean isExif(ImageInputStream input) throws IOException {
        for (byte expected : EXIF) {
            if (input.readByte() != expected) {
                return false;
            }
        }
        return true;
    }

    /// Also behind the pixels, where the chunk may stand.
    private static Orientation inPng(ImageInputStream input) throws IOException {
        while (true) {
            long at = input.getStreamPosition();
            long length = input.readUnsignedInt();
            int chunk = input.readInt();
            if (chunk == CHUNK_EXIF) {
                return inTiff(input, at + 8, at + 8 + length);
            }
            if (chunk == CHUNK_END) {
                return Orientation.UPRIGHT;
            }
            seek(input, at + BYTES_AROUND_A_CHUNK + length);
        }
    }

    /// @param start of the TIFF block, which its offsets are counted from
    /// @param end   behind it
    private static Orientation inTiff(ImageInputStream input, long start, long end) throws IOException {
        seek(input, start);
        switch (input.readInt()) {
            case TIFF_BIG_ENDIAN -> input.setByteOrder(ByteOrder.BIG_ENDIAN);
            case TIFF_LITTLE_ENDIAN -> input.setByteOrder(ByteOrder.LITTLE_ENDIAN);
            default -> {
                return Orientation.UPRIGHT;
            }
        }
        long directory = start + input.readUnsignedInt();
        seek(input, directory);
        int entries = input.readUnsignedShort();
        for (int i = 0; i < entries; i++) {
            long entry = directory + 2 + (long) i * BYTES_OF_AN_ENTRY;
            if (entry + BYTES_OF_AN_ENTRY > end) {
                break;
            }
            seek(input, entry);
            if (input.readUnsignedShort() == TAG) {
                boolean number = input.readUnsignedShort() == UNSIGNED_SHORT && input.readUnsignedInt() == 1;
                return number ? Orientation.of(input.readUnsignedShort()) : Orientation.UPRIGHT;
            }
        }
        return Orientation.UPRIGHT;
    }

    /// Only to where there is something: several bytes asked for from far behind the end confuse the stream.
    private static void seek(ImageInputStream input, long position) throws IOException {
        input.seek(position);
        input.readByte();
        input.seek(position);
    }
}
