package io.densenet.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Resizing against Pillow's results, made by core/src/test/scripts/make_image_fixtures.py.
class ResizeTest {
    @ParameterizedTest(name = "{0} to {1}x{2}")
    @CsvSource({
        "colour, 32, 32",
        "colour, 74, 106",
        "colour, 37, 20",
        "colour, 11, 53",
        "colour, 1, 1",
        "colour, 5, 64",
        "grey, 32, 32",
        "grey, 14, 14",
        "grey, 56, 29",
        "grey, 28, 27",
        "tall, 32, 32",
        "tall, 7, 7",
        "tall, 64, 8"
    })
    void everyPixelEqualsPillows(String name, int height, int width) throws IOException {
        assertPillows("resize", name, height, width, Interpolation.BILINEAR);
        assertPillows("resize/bicubic", name, height, width, Interpolation.BICUBIC);
        assertPillows("resize/nearest", name, height, width, Interpolation.NEAREST);
    }

    private static void assertPillows(String folder, String name, int height, int width, Interpolation interpolation)
            throws IOException {
        Image resized = Resize.to(TestImages.decoded("resize/" + name + ".png"), height, width, interpolation);
        Image expected = TestImages.decoded("%s/%s-%dx%d.png".formatted(folder, name, height, width));
        assertEquals(expected.channels(), resized.channels());
        assertEquals(height, resized.height());
        assertEquals(width, resized.width());
        assertArrayEquals(expected.pixels(), resized.pixels());
    }

    @Test
    void anImageOfTheRightSizeStaysAsItIs() throws IOException {
        Image image = TestImages.decoded("resize/grey.png");
        assertSame(image, Resize.to(image, 28, 28, Interpolation.BICUBIC));
    }

    @Test
    void aUniformImageStaysUniform() {
        byte[] pixels = new byte[40 * 30];
        Arrays.fill(pixels, (byte) 255);
        Image resized = Resize.to(new Image(1, 40, 30, pixels), 17, 63, Interpolation.BICUBIC);
        for (byte pixel : resized.pixels()) {
            assertEquals(255, pixel & 0xFF);
        }
    }

    @Test
    void aSizeOfZeroIsRefused() {
        Image image = new Image(1, 1, 1, new byte[1]);
        assertThrows(IllegalArgumentException.class, () -> Resize.to(image, 0, 5, Interpolation.BILINEAR));
    }
}
