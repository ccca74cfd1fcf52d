package io.densenet.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.error.MalformedFileException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SvhnFileTest {
    private static final List<String> DIGITS =
            IntStream.range(0, 10).mapToObj(Integer::toString).toList();
    private static final int[] SIZES = {32, 32, 3, 2};

    @TempDir
    private Path folder;

    /// The files are SciPy's, the pictures Pillow's: core/src/test/scripts/make_svhn_fixtures.py.
    @ParameterizedTest
    @ValueSource(strings = {"compressed", "plain"})
    void whatScipyWroteIsReadAsItWasMeant(String kind) throws IOException {
        SvhnFile file = SvhnFile.open(resource(kind + ".mat"), DIGITS);
        assertEquals(4, file.size());
        assertEquals(
                List.of(1, 9, 0, 5),
                IntStream.range(0, 4).map(file::label).boxed().toList());
        for (int i = 0; i < file.size(); i++) {
            Image expected = TestImages.decoded("svhn/image-%d.png".formatted(i));
            assertEquals(3, expected.channels());
            assertArrayEquals(expected.pixels(), file.image(i).pixels(), "image " + i);
        }
    }

    @Test
    void rowsComeBeforeColumnsAndColours() throws IOException {
        SvhnFile file = SvhnFile.open(write(MatFiles.svhn(12, true)), DIGITS);
        byte[] pixels = file.image(11).pixels(); // of the digit 1
        assertEquals(1, file.label(11));
        assertArrayEquals(new byte[] {10, 20, 21, 10, 20, 21}, Arrays.copyOf(pixels, 6));
        int special = (32 + 2) * 3;
        assertArrayEquals(new byte[] {(byte) 255, 0, (byte) 254, 10}, Arrays.copyOfRange(pixels, special, special + 4));
    }

    @Test
    void labelsMayBeDoublesAndTheFileOfTheOtherByteOrder() throws IOException {
        byte[] bytes = new MatFiles(ByteOrder.BIG_ENDIAN)
                .add("y", new int[] {2, 1}, new double[] {10, 3}, true)
                .add("more", new int[] {1, 1}, new double[] {0.5}, false)
                .add("X", SIZES, new byte[2 * 3072], false)
                .bytes();
        SvhnFile file = SvhnFile.open(write(bytes), DIGITS);
        assertEquals(0, file.label(0));
        assertEquals(3, file.label(1));
        assertEquals(3072, file.image(1).pixels().length);
    }

    @Test
    void trainingImagesAreThoseOfTrainAndThenThoseOfExtra() throws IOException {
        MatFiles.writeSvhn(folder.resolve("svhn"), 3, 5, 4);
        DatasetSplits splits = Datasets.open("svhn", new DatasetPlaces(folder, folder, List.of()), 224);
        assertEquals(
                List.of(0, 1, 2, 0, 1, 2, 3, 4),
                IntStream.range(0, 8).map(splits.train()::label).boxed().toList());
        assertEquals(10 * 4, splits.train().image(7).pixels()[0]);
        assertNotNull(splits.test());
        assertEquals(4, splits.test().size());
        assertEquals(new Normalization(List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0)), splits.normalization());
    }

    /// Whoever only tests does not wait for 1.6 GB, and does not need the memory.
    @Test
    void damageAmongTheImagesIsToldByTheFirstOneThatIsAskedFor() throws IOException {
        byte[] bytes = MatFiles.svhn(200, true);
        bytes[300] ^= 1; // X takes more than that, y stands behind it
        SvhnFile file = SvhnFile.open(write(bytes), DIGITS);
        assertEquals(200, file.size());
        DatasetException refused = assertThrows(DatasetException.class, () -> file.image(0));
        assertTrue(message(refused).startsWith(folder + "/a.mat: "), refused::getMessage);
        assertTrue(message(refused).endsWith("; delete it and say --download to fetch it again"), refused::getMessage);
    }

    @Test
    void aMissingFileIsNamed() throws IOException {
        MatFiles.writeSvhn(folder.resolve("svhn"), 3, 5, 4);
        Files.delete(folder.resolve("svhn/extra_32x32.mat"));
        DatasetPlaces places = new DatasetPlaces(folder, folder.resolve("cache"), List.of());
        DatasetException refused = assertThrows(DatasetException.class, () -> Datasets.open("svhn", places, 224));
        assertEquals(
                folder.resolve("svhn")
                        + ": has some files of svhn, but not extra_32x32.mat; --download fetches what is missing",
                message(refused));
    }

    @Test
    void aFileOfVersion73IsRefusedWithTheWayToConvertIt() throws IOException {
        byte[] bytes = Arrays.copyOf("MATLAB 7.3 MAT-file, Platform: GLNXA64".getBytes(StandardCharsets.US_ASCII), 600);
        MatFiles.writeSvhn(folder.resolve("svhn"), 3, 5, 4);
        Files.write(folder.resolve("svhn/train_32x32.mat"), bytes);
        DatasetPlaces places = new DatasetPlaces(folder, folder.resolve("cache"), List.of());
        DatasetException refused = assertThrows(DatasetException.class, () -> Datasets.open("svhn", places, 224));
        assertEquals(
                folder.resolve("svhn/train_32x32.mat")
                        + ": is a MATLAB file of version 7.3, which is HDF5; expected version 5: load it in MATLAB and"
                        + " save('FILE', '-v7', ...); or delete it and say --download",
                message(refused));
    }

    @Test
    void whatIsNotSvhnIsRefusedAndTheDifferenceIsNamed() throws IOException {
        byte[] images = new byte[2 * 3072];
        byte[] labels = {1, 2};
        int[] two = {2, 1};
        assertRefused("a.mat: expected a variable named X, found x, y", mat("x", SIZES, images, "y", two, labels));
        assertRefused("a.mat: expected a variable named X, found none", new MatFiles(ByteOrder.LITTLE_ENDIAN));
        assertRefused("a.mat: expected a variable named y, found X, Y", mat("X", SIZES, images, "Y", two, labels));
        assertRefused(
                "a.mat: expected X of the sizes [32, 32, 3, N], found [3, 32, 32, 2]",
                mat("X", new int[] {3, 32, 32, 2}, images, "y", two, labels));
        assertRefused(
                "a.mat: has 2 images in X, but 3 labels in y",
                mat("X", SIZES, images, "y", new int[] {3, 1}, new byte[] {1, 2, 3}));
        assertRefused(
                "a.mat: image 1 has label 11, expected 1 to 10", mat("X", SIZES, images, "y", two, new byte[] {1, 11}));
        assertRefused(
                "a.mat: image 0 has label 0, expected 1 to 10", mat("X", SIZES, images, "y", two, new byte[] {0, 1}));
    }

    @Test
    void sizesThatTheFileIsTooShortForAreRefusedBeforeMemoryIsTaken() throws IOException {
        int[] sizes = {32, 32, 3, 600_000};
        byte[] bytes = mat("X", sizes, new byte[3072], "y", new int[] {600_000, 1}, new byte[] {1})
                .bytes();
        MalformedFileException refused =
                assertThrows(MalformedFileException.class, () -> SvhnFile.open(write(bytes), DIGITS));
        assertTrue(message(refused).contains("variable y: its sizes [600000, 1] are more than"), refused::getMessage);
    }

    @Test
    void imagesOfAnotherTypeAreRefused() throws IOException {
        byte[] bytes = new MatFiles(ByteOrder.LITTLE_ENDIAN)
                .add("X", SIZES, new double[2 * 3072], true)
                .add("y", new int[] {2, 1}, new byte[] {1, 2}, true)
                .bytes();
        DatasetException refused = assertThrows(
                DatasetException.class,
                () -> SvhnFile.open(write(bytes), DIGITS).image(0));
        assertTrue(
                message(refused).contains("variable X: expected unsigned 8-bit integers (class 9), found class 6"),
                refused::getMessage);
    }

    @Test
    void labelsThatAreNoWholeNumbersAreRefused() throws IOException {
        byte[] bytes = new MatFiles(ByteOrder.LITTLE_ENDIAN)
                .add("X", SIZES, new byte[2 * 3072], true)
                .add("y", new int[] {2, 1}, new double[] {1, 2.5}, true)
                .bytes();
        MalformedFileException refused =
                assertThrows(MalformedFileException.class, () -> SvhnFile.open(write(bytes), DIGITS));
        assertTrue(message(refused).contains("value 1 is 2.5, expected a whole number"), refused::getMessage);
    }

    @Test
    void aCutFileIsRefusedWhenItIsOpened() throws IOException {
        byte[] whole = MatFiles.svhn(5, true);
        for (int length : new int[] {0, 60, 130, 200, whole.length - 1}) {
            MalformedFileException refused = assertThrows(
                    MalformedFileException.class,
                    () -> SvhnFile.open(write(Arrays.copyOf(whole, length)), DIGITS),
                    length + " bytes");
            assertTrue(message(refused).startsWith(folder + "/a.mat: "), refused::getMessage);
        }
    }

    private static MatFiles mat(String x, int[] xSizes, byte[] xValues, String y, int[] ySizes, byte[] yValues)
            throws IOException {
        return new MatFiles(ByteOrder.LITTLE_ENDIAN)
                .add(x, xSizes, xValues, true)
                .add(y, ySizes, yValues, true);
    }

    private void assertRefused(String expected, MatFiles content) throws IOException {
        Path file = write(content.bytes());
        DatasetException refused = assertThrows(DatasetException.class, () -> SvhnFile.open(file, DIGITS));
        assertTrue(message(refused).startsWith(folder + "/" + expected), refused::getMessage);
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("a.mat"), bytes);
    }

    private Path resource(String name) throws IOException {
        return Files.write(folder.resolve(name), TestImages.resource("svhn/" + name));
    }

    private static String message(IOException e) {
        return String.valueOf(e.getMessage());
    }
}
