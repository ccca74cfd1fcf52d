package io.densenet.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// One picture of each kind against what Pillow makes of it; files made by
/// core/src/test/scripts/make_picture_fixtures.py.
class PictureKindsTest {
    private static final Path NAME = Path.of("그림.png");
    private static final int CUTS = 100;
    private static final long MOST_BYTES_OF_A_REFUSAL = 4L << 20; // the picture would take 2,500 times as many

    @ParameterizedTest
    @ValueSource(
            strings = {
                "grey-1-bit.png",
                "grey-2-bit.png",
                "grey-4-bit.png",
                "grey-8-bit.png",
                "grey-16-bit.png",
                "grey-alpha-8-bit.png",
                "grey-transparent-level.png",
                "palette-1-bit.png",
                "palette-2-bit.png",
                "palette-4-bit.png",
                "palette-8-bit.png",
                "palette-of-greys.png",
                "palette-transparent.png",
                "rgb-8-bit.png",
                "rgb-alpha-8-bit.png",
                "rgb-transparent-colour.png",
                "gamma-and-profile.png",
                "orientation-8.png",
                "palette.gif",
                "interlaced.gif",
                "transparent.gif",
                "grey.gif",
                "rgb.bmp",
                "palette.bmp",
                "grey.bmp",
                "black-and-white.bmp"
            })
    void whatLosesNothingIsDecodedAsByPillow(String file) throws IOException {
        assertEquals(0, difference(file));
    }

    /// Pillow takes the upper byte of colour with 16 bits, here they are divided by 257.
    @ParameterizedTest
    @ValueSource(strings = {"rgb-16-bit.png", "rgb-alpha-16-bit.png", "grey-alpha-16-bit.png"})
    void sixteenBitsDifferFromPillowsUpperByteByOneLevel(String file) throws IOException {
        assertTrue(difference(file) <= 1, file);
    }

    /// JPEG allows decoders to round differently; those of JDK 25 and Pillow 9.4.0 happen to agree on every
    /// pixel of these. None may turn red into blue: the orders and transforms of colours are what is tested.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ycc.jpg",
                "subsampled.jpg",
                "progressive.jpg",
                "grey.jpg",
                "rgb.jpg",
                "swapped-profile.jpg",
                "cmyk.jpg",
                "cmyk-unmarked.jpg",
                "ycck.jpg"
            })
    void jpegsOfEveryColourSpaceDifferFromPillowsByAtMostTwoLevels(String file) throws IOException {
        assertTrue(difference(file) <= 2, file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "after-xmp"})
    void picturesAreTurnedAsPillowsExifTransposeTurnsThem(String orientation) throws IOException {
        assertTrue(difference("orientation-%s.jpg".formatted(orientation)) <= 2, orientation);
    }

    /// The greatest one of a level, both turned into RGB.
    private static int difference(String file) throws IOException {
        Image expected = Transforms.withChannels(TestImages.decoded("kinds/decoded/" + file + ".png"), 3);
        Image found = Transforms.withChannels(TestImages.decoded("kinds/" + file), 3);
        assertEquals(expected.height(), found.height());
        assertEquals(expected.width(), found.width());
        int largest = 0;
        for (int i = 0; i < found.pixels().length; i++) {
            largest = Math.max(largest, Math.abs((expected.pixels()[i] & 0xFF) - (found.pixels()[i] & 0xFF)));
        }
        return largest;
    }

    /// Turning twice must not be confused with not turning: the fixtures would not show it if they were alike.
    @Test
    void theEightOrientationsAreEightDifferentPictures() throws IOException {
        Image stored = TestImages.decoded("kinds/orientation-1.jpg");
        for (Orientation one : Orientation.values()) {
            for (Orientation other : Orientation.values()) {
                boolean alike = Arrays.equals(
                        one.upright(stored).pixels(), other.upright(stored).pixels());
                assertEquals(one == other, alike, one + " and " + other);
            }
        }
    }

    /// Where only the end is missing, behind the last pixel, the picture may be whole. It is never another one.
    @Timeout(20)
    @ParameterizedTest
    @ValueSource(
            strings = {
                "grey-1-bit.png",
                "grey-16-bit.png",
                "palette-transparent.png",
                "rgb-alpha-8-bit.png",
                "orientation-8.png",
                "interlaced.gif",
                "transparent.gif",
                "rgb.bmp",
                "palette.bmp",
                "subsampled.jpg",
                "progressive.jpg",
                "swapped-profile.jpg",
                "cmyk.jpg",
                "ycck.jpg",
                "orientation-6.jpg"
            })
    void aCutPictureGivesOneClearErrorOrIsWhole(String file) throws IOException {
        byte[] content = TestImages.resource("kinds/" + file);
        Image whole = decode(content);
        int refused = 0;
        for (int cut = 0; cut < CUTS; cut++) {
            int length = (int) ((long) content.length * cut / CUTS);
            try {
                assertArrayEquals(
                        whole.pixels(), decode(Arrays.copyOf(content, length)).pixels());
            } catch (MalformedFileException | UnsupportedFormatException expected) {
                String line = String.valueOf(expected.getMessage());
                assertTrue(line.startsWith("그림.png: "), line);
                assertFalse(line.contains("\n") || line.contains("null"), line);
                refused++;
            } catch (IOException | RuntimeException wrong) {
                fail("%d of %d bytes".formatted(length, content.length), wrong);
            }
        }
        assertTrue(refused > CUTS / 2, "refused only " + refused);
    }

    /// File, byte order, position of the width and the height, and of these how many bytes they have.
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "rgb-8-bit.png, BIG_ENDIAN, 16, 20, 4",
        "ycc.jpg, BIG_ENDIAN, 0, 0, 2",
        "progressive.jpg, BIG_ENDIAN, 0, 0, 2",
        "cmyk.jpg, BIG_ENDIAN, 0, 0, 2",
        "palette.gif, LITTLE_ENDIAN, 0, 0, 2"
    })
    void aHeaderThatLiesAboutTheSizeTakesNoMemory(String file, String order, int width, int height, int bytes)
            throws IOException, JMException {
        byte[] content = TestImages.resource("kinds/" + file);
        int[] at = width > 0 ? new int[] {width, height} : positions(content);
        ByteBuffer header =
                ByteBuffer.wrap(content).order(order.startsWith("B") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        for (int position : at) {
            if (bytes == 4) {
                header.putInt(position, 60_000);
            } else {
                header.putShort(position, (short) 60_000);
            }
        }
        long before = allocatedBytes();
        UnsupportedFormatException refused = assertThrows(UnsupportedFormatException.class, () -> decode(content));
        long taken = allocatedBytes() - before;
        assertEquals("그림.png: is too large: 60,000 x 60,000 pixels, at most 89,478,485", refused.getMessage());
        assertTrue(taken < MOST_BYTES_OF_A_REFUSAL, () -> "took %,d bytes".formatted(taken));
    }

    /// All that this thread has ever asked for; the JDK's own extension of the bean, which is no API of a module here.
    private static long allocatedBytes() throws JMException {
        Object[] thread = {Thread.currentThread().threadId()};
        return (Long) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME),
                        "getThreadAllocatedBytes",
                        thread,
                        new String[] {"long"});
    }

    /// More than 2³¹ pixels the JDK's reader refuses itself.
    @Test
    void aBmpThatLiesAboutTheSizeTakesNoMemory() throws IOException {
        byte[] content = TestImages.resource("kinds/palette.bmp");
        ByteBuffer.wrap(content)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(18, 20_000)
                .putInt(22, 20_000);
        UnsupportedFormatException refused = assertThrows(UnsupportedFormatException.class, () -> decode(content));
        assertEquals("그림.png: is too large: 20,000 x 20,000 pixels, at most 89,478,485", refused.getMessage());
        ByteBuffer.wrap(content)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(18, 60_000)
                .putInt(22, 60_000);
        assertThrows(MalformedFileException.class, () -> decode(content));
    }

    /// Of width and height, behind the marker of the frame (JPEG) or the image (GIF).
    private static int[] positions(byte[] content) {
        boolean gif = content[0] == 'G';
        int at = gif ? 13 + 3 * (2 << (content[10] & 7)) : 2;
        if (gif) {
            while (content[at] != 0x2C) { // an extension: its sub-blocks end with an empty one
                at += 2;
                while (content[at] != 0) {
                    at += 1 + (content[at] & 0xFF);
                }
                at++;
            }
            return new int[] {at + 5, at + 7};
        }
        while ((content[at + 1] & 0xFF) != 0xC0 && (content[at + 1] & 0xFF) != 0xC2) {
            at += 2 + ((content[at + 2] & 0xFF) << 8 | (content[at + 3] & 0xFF));
        }
        return new int[] {at + 5, at + 7};
    }

    private static Image decode(byte[] content) throws IOException {
        return ImageDecoder.decode(new ByteArrayInputStream(content), NAME);
    }
}
