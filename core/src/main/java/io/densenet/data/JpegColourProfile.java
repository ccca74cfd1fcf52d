package io.densenet.data;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;

/// Takes the colour profile (segments APP2 named `ICC_PROFILE`) out of a JPEG before it is decoded.
///
/// The reader would convert the colours of a camera's or a printer's profile to sRGB. Pillow's `convert` does
/// not, so networks have learned, and are asked in Python, with the colours as they are stored.
final class JpegColourProfile {
    private static final int START_OF_IMAGE = 0xD8;
    private static final int START_OF_SCAN = 0xDA;
    private static final int APP2 = 0xE2;
    private static final byte[] NAME = {'I', 'C', 'C', '_', 'P', 'R', 'O', 'F', 'I', 'L', 'E', 0};

    private JpegColourProfile() {}

    /// The same bytes without the profile; all of them when they are no JPEG.
    static InputStream removedFrom(InputStream stream) throws IOException {
        InputStream buffered = new BufferedInputStream(stream);
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        if (copy(buffered, head) == 0xFF && copy(buffered, head) == START_OF_IMAGE) {
            while (copySegment(buffered, head)) {
                // until the scan begins, or something that is no segment
            }
        }
        return new SequenceInputStream(new ByteArrayInputStream(head.toByteArray()), buffered);
    }

    /// Copies one byte, which is returned, −1 at the end.
    private static int copy(InputStream from, ByteArrayOutputStream to) throws IOException {
        int value = from.read();
        if (value >= 0) {
            to.write(value);
        }
        return value;
    }

    /// Whether there may be another segment behind it.
    private static boolean copySegment(InputStream from, ByteArrayOutputStream to) throws IOException {
        byte[] start = from.readNBytes(4); // 0xFF, marker, length of what follows and of itself
        int length = start.length < 4 ? 0 : (start[2] & 0xFF) << 8 | (start[3] & 0xFF);
        int marker = start.length < 4 ? START_OF_SCAN : start[1] & 0xFF;
        if (length < 2 || start[0] != (byte) 0xFF || marker == 0xFF || marker == START_OF_SCAN) {
            to.write(start);
            return false;
        }
        byte[] content = from.readNBytes(length - 2);
        boolean profile = marker == APP2 && Arrays.mismatch(content, NAME) == NAME.length;
        if (!profile) {
            to.write(start);
            to.write(content);
        }
        return content.length == length - 2;
    }
}
