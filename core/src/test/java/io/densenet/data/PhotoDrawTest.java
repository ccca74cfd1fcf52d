package io.densenet.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.data.PhotoDraw.Change;
import io.densenet.data.PhotoDraw.Property;
import io.densenet.data.PhotoDraw.Window;
import io.densenet.random.RandomStream;
import io.densenet.random.RandomStream.Purpose;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PhotoDrawTest {
    private static final int DRAWS = 20_000;
    private static final List<PhotoDraw> DRAWN = IntStream.range(0, DRAWS)
            .mapToObj(i -> PhotoDrawTest.draw(1000, 800, i))
            .toList();

    /// Results by numpy and Pillow: core/src/test/scripts/make_photo_goldens.py.
    @ParameterizedTest
    @ValueSource(strings = {"window", "grown", "fallback"})
    void whatIsDrawnIsDoneAsNumpyDoesIt(String name) throws IOException {
        String[] fields = new String(TestImages.resource("photo/" + name + ".csv"), StandardCharsets.UTF_8)
                .strip()
                .split(",", -1);
        Image picture = TestImages.decoded("fit/" + fields[0] + ".png");
        int[] size = ints(fields[1]);
        double[] alphas = Arrays.stream(fields[4].split(" ", -1))
                .mapToDouble(Double::parseDouble)
                .toArray();
        PhotoDraw draw =
                new PhotoDraw(window(fields[2]), changes(fields[3]), PhotoDraw.light(alphas), fields[5].equals("True"));
        float[] out = new float[1 + 3 * size[0] * size[1]];
        Preprocessing preprocessing = new Preprocessing(
                3, size[0], size[1], new Normalization(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225)));
        draw.apply(picture, preprocessing, out, 1);
        ByteBuffer expected =
                ByteBuffer.wrap(TestImages.resource("photo/" + name + ".f32")).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(4 * (out.length - 1), expected.remaining());
        for (int i = 1; i < out.length; i++) {
            assertEquals(expected.getFloat(), out[i], 1e-5f, "value " + (i - 1));
        }
    }

    @Test
    void windowsHaveEightPercentToAllOfThePictureAndProportionsFromThreeToFour() {
        int upright = 0;
        double least = 1;
        double most = 0;
        int corners = 0;
        for (PhotoDraw draw : DRAWN) {
            Window window = draw.window();
            assertNotNull(window, "a picture of 1000x800 has room within ten draws");
            double area = (double) window.height() * window.width() / (1000 * 800);
            double proportion = (double) window.width() / window.height();
            assertTrue(area > 0.0795 && area <= 1, window::toString);
            assertTrue(proportion > 0.745 && proportion < 1.342, window::toString);
            assertTrue(window.top() >= 0 && window.top() + window.height() <= 1000, window::toString);
            assertTrue(window.left() >= 0 && window.left() + window.width() <= 800, window::toString);
            least = Math.min(least, area);
            most = Math.max(most, area);
            upright += proportion < 1 ? 1 : 0;
            corners += window.top() == 0 || window.left() + window.width() == 800 ? 1 : 0;
        }
        assertTrue(least < 0.082, "smallest area " + least);
        assertTrue(most > 0.97, "largest area " + most);
        assertTrue(upright > DRAWS / 2, "an upright picture has more room for upright windows: " + upright);
        assertTrue(corners > 0);
    }

    /// Of a square with so much room that every draw fits, the area is uniform: its mean is (0.08 + 0.5) / 2.
    @Test
    void areasAreUniform() {
        double sum = 0;
        int small = 0;
        for (int i = 0; i < DRAWS; i++) {
            Window window = draw(1000, 1000, i).window();
            double area = window == null ? 1 : window.height() * window.width() / 1e6;
            sum += area < 0.5 ? area : 0;
            small += area < 0.5 ? 1 : 0;
        }
        assertEquals(0.29, sum / small, 4 * 0.42 / Math.sqrt(12.0 * small));
    }

    @Test
    void aPictureWithoutRoomForAnyWindowIsTakenAsAWhole() {
        for (int i = 0; i < 100; i++) {
            assertNull(draw(10, 1000, i).window());
        }
    }

    @Test
    void coloursChangeInEveryOrderByFactorsAroundOne() {
        Map<List<Property>, Integer> orders = new HashMap<>();
        Map<Property, Double> sums = new EnumMap<>(Property.class);
        for (PhotoDraw draw : DRAWN) {
            orders.merge(draw.changes().stream().map(Change::property).toList(), 1, Integer::sum);
            for (Change change : draw.changes()) {
                assertTrue(change.factor() >= 0.6 && change.factor() < 1.4, change::toString);
                sums.merge(change.property(), change.factor(), Double::sum);
            }
        }
        assertEquals(6, orders.size());
        orders.values().forEach(count -> assertEquals(DRAWS / 6.0, count, 4 * Math.sqrt(DRAWS / 6.0)));
        sums.values().forEach(sum -> assertEquals(1, sum / DRAWS, 4 * 0.8 / Math.sqrt(12.0 * DRAWS)));
    }

    /// One standard deviation along the first axis alone adds −0.1 · 0.2175 · 0.5675 to red.
    @Test
    void lightChangesAlongTheAxesOfColour() {
        List<Double> along = PhotoDraw.light(0.1, 0, 0);
        assertEquals(-0.0123, along.get(0), 1e-4);
        assertEquals(-0.0127, along.get(2), 1e-4);
        double squares = 0;
        for (PhotoDraw draw : DRAWN) {
            squares += draw.light().getFirst() * draw.light().getFirst();
        }
        double variance =
                0.01 * (Math.pow(0.5675 * 0.2175, 2) + Math.pow(0.7192 * 0.0188, 2) + Math.pow(0.4009 * 0.0045, 2));
        assertEquals(1, squares / DRAWS / variance, 4 * Math.sqrt(2.0 / DRAWS));
    }

    @Test
    void halfOfThePicturesAreMirrored() {
        long mirrored = DRAWN.stream().filter(PhotoDraw::mirrored).count();
        assertEquals(DRAWS / 2.0, (double) mirrored, 2 * Math.sqrt(DRAWS));
    }

    @Test
    void theSameStreamGivesTheSamePictureAndGreyPicturesAreRefused() throws IOException {
        Image picture = TestImages.decoded("fit/wide.png");
        Transforms transforms = new Transforms(TestImages.unscaled(3, 8, 8));
        float[][] out = new float[3][3 * 64];
        for (int i = 0; i < 3; i++) {
            RandomStream random = RandomStream.of(7, Purpose.AUGMENTATION, 2, i / 2);
            transforms.apply(picture, Augmentation.ImageNet.OF_THE_PAPER, random, out[i], 0);
        }
        assertTrue(Arrays.equals(out[0], out[1]));
        assertTrue(!Arrays.equals(out[0], out[2]));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Transforms(TestImages.unscaled(1, 8, 8))
                        .apply(
                                picture,
                                Augmentation.ImageNet.OF_THE_PAPER,
                                RandomStream.of(7, Purpose.AUGMENTATION, 0, 0),
                                out[0],
                                0));
    }

    private static PhotoDraw draw(int height, int width, int number) {
        return PhotoDraw.of(
                Augmentation.ImageNet.OF_THE_PAPER, height, width, RandomStream.of(5, Purpose.AUGMENTATION, 0, number));
    }

    private static @Nullable Window window(String field) {
        if (field.isEmpty()) {
            return null;
        }
        int[] n = ints(field);
        return new Window(n[0], n[1], n[2], n[3]);
    }

    private static List<Change> changes(String field) {
        String[] words = field.split(" ", -1);
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < words.length; i += 2) {
            changes.add(
                    new Change(Property.valueOf(words[i].toUpperCase(Locale.ROOT)), Double.parseDouble(words[i + 1])));
        }
        return changes;
    }

    private static int[] ints(String field) {
        return Arrays.stream(field.split(" ", -1)).mapToInt(Integer::parseInt).toArray();
    }
}
