package io.densenet.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageTableTest {
    private static final float UNKNOWN = Float.NaN;

    @TempDir
    private Path folder;

    @BeforeEach
    void putPictures() throws IOException {
        Files.createDirectories(folder.resolve("사진"));
        Files.write(folder.resolve("사진/a, b.png"), TestImages.resource("images/grey.png"));
        Files.write(folder.resolve("c.png"), TestImages.resource("images/rgb.png"));
    }

    /// As a spreadsheet writes it: a mark at the beginning, quotes where there is a comma, lines that end in two
    /// characters, an empty one at the end; and zeros with a point, as pandas writes them.
    @Test
    void eachColumnIsAClassAndWhatIsNotSaidIsUnknown() throws IOException {
        ImageTable table = table("\uFEFFimage,심장비대,\"Fluid, pleural\",Mass\r\n"
                + "\"사진/a, b.png\",1.0,0.0,\r\n"
                + folder.resolve("c.png")
                + ",-1,1,-1.0\r\n\r\n");
        assertEquals(Task.MULTI_LABEL, table.task());
        assertEquals(List.of("심장비대", "Fluid, pleural", "Mass"), table.classNames());
        assertEquals(2, table.size());
        assertArrayEquals(new float[] {1, 0, UNKNOWN}, table.targets(0));
        assertArrayEquals(new float[] {UNKNOWN, 1, UNKNOWN}, table.targets(1));
        assertArrayEquals(
                TestImages.decoded("images/grey.png").pixels(), table.image(0).pixels());
        assertEquals(folder.resolve("c.png"), table.file(1));
        assertThrows(UnsupportedOperationException.class, () -> table.label(0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "nothing",
            value = {
                "nothing                                | : is empty; expected a line 'image,CLASS,CLASS…'",
                "image                                  | : expected a first line 'image,CLASS,CLASS…' with a comma",
                "image;A/c.png;1                        | : expected a first line 'image,CLASS,CLASS…' with a comma",
                "image,A,A/c.png,1,0                    | : column 3: expected a class of its own name, found 'A' a second time",
                "image,A,/c.png,1,0                     | : column 3: expected a class of its own name, found ''",
                "image,A                                | : lists no pictures",
                "image,A/c.png                          | : line 2: expected 2 cells, as the first line has, found 1",
                "image,A/c.png,1/none.png,0             | : line 3: expected a picture, found no file ",
                "image,A/,1                             | : line 2: expected a picture, found no file name",
                "image,Age/c.png,61                     | : line 2, column 'Age': expected 1, 0, or for not known -1 or nothing",
                "image,A/'c.png,1                       | : cannot be read as CSV: (startline 2)",
            })
    void whatIsNoTableIsToldByLineAndColumn(@org.jspecify.annotations.Nullable String lines, String message) {
        String text = lines == null ? "" : lines.replace('/', '\n').replace('\'', '"');
        DatasetException refused = assertThrows(DatasetException.class, () -> table(text));
        String said = String.valueOf(refused.getMessage());
        assertTrue(said.startsWith(folder.resolve("train.csv") + message), said);
    }

    @Test
    void otherEncodingsAreRefused() throws IOException {
        Path csv = folder.resolve("train.csv");
        Files.write(csv, "image,Fläche\nc.png,1\n".getBytes(StandardCharsets.ISO_8859_1));
        DatasetException refused = assertThrows(DatasetException.class, () -> ImageTable.of(csv));
        assertEquals(csv + ": cannot be read as CSV: it is not in UTF-8", refused.getMessage());
    }

    @Test
    void aFolderOfTablesHasPartsWithTheSameColumns() throws IOException {
        table("image,A,B\nc.png,1,0\n");
        Files.writeString(folder.resolve("val.csv"), "image,A,B\nc.png,0,1\n");
        DatasetSplits splits = open(folder.toString());
        ImageDataset validation = splits.validation();
        assertNotNull(validation);
        assertArrayEquals(new float[] {0, 1}, validation.targets(0));
        assertNull(splits.test());
        Files.writeString(folder.resolve("test.csv"), "image,B,A\nc.png,0,1\n");
        DatasetException refused = assertThrows(DatasetException.class, () -> open(folder.toString()));
        String said = String.valueOf(refused.getMessage());
        assertTrue(said.endsWith("expected the columns of train.csv in the same order, A,B; found B,A"), said);
    }

    @Test
    void oneTableIsAllToTrainOnAndPartsOfItKeepTheirTargets() throws IOException {
        table("image,A,B\nc.png,1,0\n사진/a\\, b.png,0,\n".replace("사진/a\\, b.png", "\"사진/a, b.png\""));
        ImageDataset train = open(folder.resolve("train.csv").toString()).train();
        assertEquals(2, train.size());
        ImageDataset turned = new Subset(train, 1, 0);
        assertEquals(Task.MULTI_LABEL, turned.task());
        assertArrayEquals(new float[] {0, UNKNOWN}, turned.targets(0));
        ImageDataset twice = new JoinedDataset(train, turned);
        assertEquals(Task.MULTI_LABEL, twice.task());
        assertArrayEquals(new float[] {1, 0}, twice.targets(3));
    }

    /// Each view of a picture has the picture's targets.
    @Test
    void batchesCarryTheTargets() throws IOException {
        ImageTable table = table("image,A,B\nc.png,1,0\nc.png,0,\n");
        Preprocessing preprocessing = new Preprocessing(3, 4, 4, Normalization.unit(3));
        List<View> views = List.of(View.CENTRE, View.CENTRE);
        try (BatchLoader loader = BatchLoader.inOrder(table, preprocessing, views, 2, 1)) {
            ImageBatch batch = loader.next();
            assertNotNull(batch);
            assertEquals(Task.MULTI_LABEL, batch.task());
            assertArrayEquals(new float[] {1, 0, 1, 0, 0, UNKNOWN, 0, UNKNOWN}, batch.targets());
        }
    }

    private DatasetSplits open(String data) throws IOException {
        return Datasets.open(data, DatasetPlaces.usual(null), 8);
    }

    private ImageTable table(String text) throws IOException {
        return ImageTable.of(Files.writeString(folder.resolve("train.csv"), text));
    }
}
