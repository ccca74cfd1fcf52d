package io.densenet.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.random.RandomStream;
import io.densenet.random.RandomStream.Purpose;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TransformsTest {
    @Test
    void settingsThatNoImageCanHaveAreRefused() {
        Normalization grey = new Normalization(List.of(0.5), List.of(1.0));
        Normalization two = new Normalization(List.of(0.5, 0.5), List.of(1.0, 1.0));
        assertThrows(IllegalArgumentException.class, () -> new Preprocessing(1, 0, 8, grey));
        assertThrows(IllegalArgumentException.class, () -> new Preprocessing(1, 8, -1, grey));
        assertThrows(IllegalArgumentException.class, () -> new Preprocessing(3, 8, 8, grey));
        assertThrows(IllegalArgumentException.class, () -> new Preprocessing(2, 8, 8, two));
        assertThrows(IllegalArgumentException.class, () -> new Augmentation.Standard(-1));
        assertThrows(IllegalArgumentException.class, () -> new Normalization(List.of(Double.NaN), List.of(1.0)));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Normalization(List.of(0.5), List.of(Double.POSITIVE_INFINITY)));
    }

    private static final Augmentation STANDARD = new Augmentation.Standard(1);

    @Test
    void pixelsBecomePlanesOfNormalisedValues() {
        Normalization normalization = new Normalization(List.of(0.5, 0.25, 0.0), List.of(0.5, 0.25, 2.0));
        Image image = new Image(3, 1, 2, bytes(255, 0, 51, 0, 255, 102));
        float[] out = new float[8];
        new Transforms(new Preprocessing(3, 1, 2, normalization)).apply(image, out, 1);
        assertArrayEquals(new float[] {0, 1, -1, -1, 3, 0.1f, 0.2f, 0}, out, 1e-7f);
    }

    @Test
    void whatANetworkSeesIsShownInTheImagesOwnPixels() {
        Normalization grey = new Normalization(List.of(0.5), List.of(1.0));
        Preprocessing stretched = new Preprocessing(1, 2, 2, grey);
        Image wide = new Image(1, 2, 6, bytes(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
        assertSame(wide, new Transforms(stretched).seen(wide));
        Image square = new Transforms(stretched.withFit(new Fit.Square(Interpolation.BILINEAR))).seen(wide);
        assertArrayEquals(bytes(3, 4, 9, 10), square.pixels());
        // 2 of 4 pixels of the scaled short side are 1 of the 2 that there are
        Image middle = new Transforms(stretched.withFit(Fit.ShortSide.of(2, 0.5))).seen(wide);
        assertEquals(List.of(1, 1), List.of(middle.height(), middle.width()));
        assertArrayEquals(bytes(3), middle.pixels());
    }

    @Test
    void greyIsRepeatedForEveryChannel() {
        Image image = new Image(1, 1, 2, bytes(7, 200));
        assertArrayEquals(new float[] {7, 200, 7, 200, 7, 200}, prepared(image, 3, 1, 2), 1e-4f);
    }

    @Test
    void coloursAreMixedAsPillowMixesThem() {
        // Image.fromarray(...).convert("L") of Pillow 9.4.0
        Image image =
                new Image(3, 1, 6, bytes(255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 10, 20, 30, 200, 100, 50));
        assertArrayEquals(new float[] {76, 150, 29, 255, 18, 124}, prepared(image, 1, 1, 6), 1e-4f);
    }

    @Test
    void twoChannelsAreRefused() {
        Image image = new Image(2, 1, 1, new byte[2]);
        assertThrows(IllegalArgumentException.class, () -> prepared(image, 3, 1, 1));
    }

    @Test
    void anImageOfAnotherSizeIsResized() {
        Image image = new Image(1, 2, 2, bytes(100, 100, 100, 100));
        assertArrayEquals(new float[] {100}, prepared(image, 1, 1, 1), 1e-4f);
    }

    @Test
    void withoutAugmentationNoRandomNumberIsDrawn() {
        RandomStream random = RandomStream.of(1, Purpose.AUGMENTATION, 0, 0);
        float[] out = new float[4];
        Image image = new Image(1, 2, 2, bytes(1, 2, 3, 4));
        new Transforms(TestImages.unscaled(1, 2, 2)).apply(image, new Augmentation.None(), random, out, 0);
        assertArrayEquals(new float[] {1, 2, 3, 4}, out, 1e-4f);
        assertEquals(RandomStream.of(1, Purpose.AUGMENTATION, 0, 0).nextInt(), random.nextInt());
    }

    /// All 2 × 3 × 3 results for a 2 × 2 image with one pixel of padding, written out by hand through the
    /// definition: mirror, put zeros around, cut a window out.
    @Test
    void standardAugmentationMirrorsPadsAndCropsEachWayEquallyOften() {
        int[][] plain = {{0, 0, 0, 0}, {0, 1, 2, 0}, {0, 3, 4, 0}, {0, 0, 0, 0}};
        int[][] mirrored = {{0, 0, 0, 0}, {0, 2, 1, 0}, {0, 4, 3, 0}, {0, 0, 0, 0}};
        Set<List<Integer>> expected = new HashSet<>();
        for (int[][] padded : List.of(plain, mirrored)) {
            for (int y = 0; y < 3; y++) {
                for (int x = 0; x < 3; x++) {
                    expected.add(List.of(padded[y][x], padded[y][x + 1], padded[y + 1][x], padded[y + 1][x + 1]));
                }
            }
        }
        assertTrue(expected.size() >= 14); // corners with one pixel left coincide
        Map<List<Integer>, Integer> counts = new HashMap<>();
        Transforms transforms = new Transforms(TestImages.unscaled(1, 2, 2));
        Image image = new Image(1, 2, 2, bytes(1, 2, 3, 4));
        int draws = 9_000;
        for (int i = 0; i < draws; i++) {
            float[] out = new float[4];
            transforms.apply(image, STANDARD, RandomStream.of(3, Purpose.AUGMENTATION, 0, i), out, 0);
            counts.merge(
                    List.of(Math.round(out[0]), Math.round(out[1]), Math.round(out[2]), Math.round(out[3])),
                    1,
                    Integer::sum);
        }
        assertEquals(expected, counts.keySet());
        for (List<Integer> whole : List.of(List.of(1, 2, 3, 4), List.of(2, 1, 4, 3))) {
            assertEquals(draws / 18.0, counts.getOrDefault(whole, 0), 4 * Math.sqrt(draws / 18.0));
        }
    }

    @Test
    void paddingIsZeroAfterNormalisation() {
        Normalization normalization = new Normalization(List.of(0.5), List.of(0.1));
        Transforms transforms = new Transforms(new Preprocessing(1, 2, 2, normalization));
        Image white = new Image(1, 2, 2, bytes(255, 255, 255, 255));
        Set<Float> values = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            float[] out = new float[4];
            transforms.apply(white, STANDARD, RandomStream.of(3, Purpose.AUGMENTATION, 0, i), out, 0);
            for (float value : out) {
                values.add(value);
            }
        }
        assertEquals(Set.of(0f, 5f), values);
    }

    private static float[] prepared(Image image, int channels, int height, int width) {
        float[] out = new float[channels * height * width];
        new Transforms(TestImages.unscaled(channels, height, width)).apply(image, out, 0);
        return out;
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
