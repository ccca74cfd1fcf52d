package io.densenet.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.densenet.data.View.Place;
import io.densenet.random.RandomStream;
import io.densenet.random.RandomStream.Purpose;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FitTest {
    /// 256 for 224 is 366 for 320; what has no short side is as it was.
    @Test
    void anotherSizeOfInputKeepsTheProportionOfTheShortSide() {
        Fit side = new Fit.ShortSide(256, Interpolation.BILINEAR, Fit.HalfPixel.EVEN);
        assertEquals(new Fit.ShortSide(366, Interpolation.BILINEAR, Fit.HalfPixel.EVEN), side.scaled(320, 224));
        assertEquals(side, side.scaled(224, 224));
        assertEquals(new Fit.Stretch(), new Fit.Stretch().scaled(320, 224));
    }

    @Test
    void greyHasTheMeanOfTheColoursNormalisation() {
        Normalization colours = new Normalization(List.of(0.1, 0.2, 0.6), List.of(0.2, 0.3, 0.4));
        Normalization grey = colours.withChannels(1);
        assertEquals(0.3, grey.mean().getFirst(), 1e-12);
        assertEquals(0.3, grey.deviation().getFirst(), 1e-12);
        assertEquals(3, grey.withChannels(3).channels());
        assertEquals(colours, colours.withChannels(3));
    }

    /// Against Pillow, both files made by core/src/test/scripts/make_image_fixtures.py.
    @ParameterizedTest(name = "{0}: short side {1}, {2} pixels of it")
    @CsvSource({"wide, 32, 28, 3", "high, 16, 9, 3", "square, 37, 32, 1"})
    void theShortSideIsScaledAndTheWindowsAreCutAsPillowDoesIt(String name, int side, int size, int channels)
            throws IOException {
        Image image = TestImages.decoded("fit/" + name + ".png");
        Preprocessing preprocessing =
                TestImages.unscaled(channels, size, size).withFit(new Fit.ShortSide(side, Interpolation.BICUBIC));
        Transforms transforms = new Transforms(preprocessing);
        float[] centre = new float[transforms.valuesPerImage()];
        transforms.apply(image, centre, 0);
        assertPixels(TestImages.decoded("fit/%s-%dx%d.png".formatted(name, side, size)), centre, 0);

        List<View> views = new ArrayList<>();
        for (boolean mirrored : new boolean[] {false, true}) {
            for (Place place : Place.values()) {
                views.add(new View(place, mirrored));
            }
        }
        float[] ten = new float[10 * transforms.valuesPerImage()];
        transforms.apply(image, views, ten, 0);
        Image expected = TestImages.decoded("fit/%s-%dx%d-ten.png".formatted(name, side, size));
        for (int i = 0; i < 10; i++) {
            int from = i * transforms.valuesPerImage();
            float[] one = Arrays.copyOfRange(ten, from, from + transforms.valuesPerImage());
            assertPixels(expected, one, i * size);
        }
    }

    /// `values` are the planes of a window that lies in `expected` from row `top` on.
    private static void assertPixels(Image expected, float[] values, int top) {
        int channels = expected.channels();
        int width = expected.width();
        int height = values.length / channels / width;
        for (int c = 0; c < channels; c++) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    int pixel = expected.pixels()[((top + y) * width + x) * channels + c] & 0xFF;
                    assertEquals(pixel, values[(c * height + y) * width + x], 1e-3f, "row " + (top + y));
                }
            }
        }
    }

    @Test
    void aStretchedImageLooksTheSameThroughEveryWindow() {
        Image image = new Image(1, 2, 2, new byte[] {1, 2, 3, 4});
        Transforms transforms = new Transforms(TestImages.unscaled(1, 2, 2));
        float[] out = new float[8];
        transforms.apply(image, List.of(new View(Place.BOTTOM_RIGHT, false), new View(Place.CENTRE, true)), out, 0);
        assertArrayEquals(new float[] {1, 2, 3, 4, 2, 1, 4, 3}, out, 1e-4f);
    }

    @Test
    void theShortSideOfThePaperIs256For224() {
        assertEquals(new Fit.ShortSide(256, Interpolation.BICUBIC), Fit.ShortSide.of(224, Fit.PART_OF_THE_PAPER));
        assertEquals(256, Fit.ShortSide.of(224, 0.875).pixels());
        assertEquals(35, Fit.ShortSide.of(32, 0.9).pixels());
        for (double part : new double[] {0, -1, 1.1, Double.NaN, 1e-9}) {
            assertThrows(IllegalArgumentException.class, () -> Fit.ShortSide.of(224, part));
        }
    }

    @Test
    void aShortSideThatIsTooShortForTheWindowIsRefused() {
        Preprocessing preprocessing = TestImages.unscaled(1, 8, 10);
        assertThrows(
                IllegalArgumentException.class,
                () -> preprocessing.withFit(new Fit.ShortSide(9, Interpolation.BICUBIC)));
    }

    /// A line of 100,000 pixels would otherwise become a picture of 256 by 25,600,000.
    @Test
    void aLineOfPixelsDoesNotFillTheMemory() {
        Image line = new Image(1, 1, 100_000, new byte[100_000]);
        Preprocessing preprocessing =
                TestImages.unscaled(1, 224, 224).withFit(new Fit.ShortSide(256, Interpolation.BICUBIC));
        Image scaled = Transforms.scaled(line, preprocessing);
        assertEquals(List.of(256, 8192), List.of(scaled.height(), scaled.width()));
    }

    @Test
    void paddingIsBlackWhenThatIsWanted() {
        Normalization normalization = new Normalization(List.of(0.5), List.of(0.1));
        Transforms transforms = new Transforms(new Preprocessing(1, 2, 2, normalization));
        Image white = new Image(1, 2, 2, new byte[] {-1, -1, -1, -1});
        Set<Float> values = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            float[] out = new float[4];
            transforms.apply(
                    white,
                    new Augmentation.Standard(1, Augmentation.PadColour.BLACK),
                    RandomStream.of(3, Purpose.AUGMENTATION, 0, i),
                    out,
                    0);
            for (float value : out) {
                values.add(value);
            }
        }
        assertEquals(Set.of(-5f, 5f), values);
    }
}
