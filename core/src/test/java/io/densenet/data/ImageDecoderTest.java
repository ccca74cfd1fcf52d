package io.densenet.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Decoding against Pillow's results, made by core/src/test/scripts/make_image_fixtures.py.
class ImageDecoderTest {
    private static final Path NAME = Path.of("고양이.png");

    /// The anchor of all other tests with goldens, which are PNG files themselves.
    @Test
    void plainPngsHaveThePixelsThatPillowSaved() throws Exception {
        List<String> lines = new String(TestImages.resource("pillow.txt"), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertEquals(18, lines.size());
        for (String line : lines) {
            String file = line.substring(0, line.indexOf(' '));
            Image image = TestImages.decoded(file);
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(image.pixels());
            assertEquals(
                    line,
                    "%s %d %d %d %s"
                            .formatted(
                                    file,
                                    image.channels(),
                                    image.height(),
                                    image.width(),
                                    HexFormat.of().formatHex(digest)));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rgb.png",
                "grey.png",
                "rgb.bmp",
                "palette.png",
                "palette.gif",
                "black-and-white.png",
                "rgb-alpha.png",
                "grey-alpha.png",
                "palette-transparent.png",
                "grey-16.png"
            })
    void losslessFormatsEqualPillows(String file) throws IOException {
        Image expected = TestImages.decoded("images/decoded/" + file + ".png");
        Image found = TestImages.decoded("images/" + file);
        assertEquals(expected.channels(), found.channels());
        assertEquals(expected.height(), found.height());
        assertEquals(expected.width(), found.width());
        assertArrayEquals(expected.pixels(), found.pixels());
    }

    /// JPEG allows decoders to round differently; those of JDK 25 and Pillow 9.4.0 happen to agree on every
    /// pixel here.
    @ParameterizedTest
    @CsvSource({"colour-444.jpg, 3", "colour-420.jpg, 3", "progressive.jpg, 3", "grey.jpg, 1", "cmyk.jpg, 3"})
    void jpegsDifferFromPillowsByAtMostTwoLevels(String file, int channels) throws IOException {
        Image expected = TestImages.decoded("images/decoded/" + file + ".png");
        Image found = TestImages.decoded("images/" + file);
        assertEquals(channels, found.channels());
        assertEquals(expected.height(), found.height());
        assertEquals(expected.width(), found.width());
        int largest = 0;
        for (int i = 0; i < found.pixels().length; i++) {
            largest = Math.max(largest, Math.abs((expected.pixels()[i] & 0xFF) - (found.pixels()[i] & 0xFF)));
        }
        int difference = largest;
        assertTrue(difference <= 2, () -> file + " differs by " + difference);
    }

    @Test
    void whatIsNoPictureIsRefusedByName() {
        byte[] text = "This is not a picture.".getBytes(StandardCharsets.UTF_8);
        UnsupportedFormatException refused = assertThrows(UnsupportedFormatException.class, () -> decode(text));
        assertEquals("고양이.png: is no picture in a known format (JPEG, PNG, BMP, GIF)", refused.getMessage());
        assertThrows(UnsupportedFormatException.class, () -> decode(new byte[0]));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rgb.png", "colour-420.jpg", "grey.jpg", "rgb.bmp"})
    void aCutPictureIsRefusedByName(String file) throws IOException {
        byte[] content = TestImages.resource("images/" + file);
        byte[] half = Arrays.copyOf(content, content.length / 2);
        MalformedFileException refused = assertThrows(MalformedFileException.class, () -> decode(half));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("고양이.png: cannot be decoded"), refused::getMessage);
    }

    @Test
    void aHugePictureIsRefusedBeforeItIsDecoded() throws IOException {
        byte[] content = TestImages.resource("images/rgb.png");
        ByteBuffer.wrap(content).putInt(16, 30_000).putInt(20, 30_000); // width and height in the header
        UnsupportedFormatException refused = assertThrows(UnsupportedFormatException.class, () -> decode(content));
        assertEquals("고양이.png: is too large: 30,000 x 30,000 pixels, at most 89,478,485", refused.getMessage());
    }

    private static Image decode(byte[] content) throws IOException {
        return ImageDecoder.decode(new ByteArrayInputStream(content), NAME);
    }
}
