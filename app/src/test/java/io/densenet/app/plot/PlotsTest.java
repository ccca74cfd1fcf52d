package io.densenet.app.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.data.Task;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PlotsTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 300})
    void curvesAreDrawnForAnyNumberOfEpochs(int epochs) throws IOException {
        Path png = folder.resolve("results.png");
        assertEquals(List.of(), Plots.results(png, () -> rows(epochs, 0.9)));
        BufferedImage image = ImageIO.read(png.toFile());
        assertEquals(1680, image.getWidth());
        assertEquals(460, image.getHeight());
        if (epochs > 1) {
            assertTrue(pixels(image, Look.TRAIN.getRGB()) > 100);
            assertTrue(pixels(image, Look.VALIDATION.getRGB()) > 100);
            assertTrue(pixels(image, Look.RATE.getRGB()) > 100);
        }
    }

    @Test
    void aTrainingWithoutValidationShowsWhatItHas() throws IOException {
        Path png = folder.resolve("results.png");
        assertEquals(List.of(), Plots.results(png, () -> rows(20, Double.NaN)));
        BufferedImage image = ImageIO.read(png.toFile());
        assertTrue(pixels(image, Look.TRAIN.getRGB()) > 100);
        assertEquals(0, pixels(image, Look.VALIDATION.getRGB()));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 10, 100, 1000})
    void theDiagonalOfAGoodClassifierRunsDownToTheRight(int classes) throws IOException {
        int[][] confusion = new int[classes][classes];
        for (int i = 0; i < classes; i++) {
            confusion[i][i] = 10;
        }
        List<String> names =
                IntStream.range(0, classes).mapToObj(i -> "class" + i).toList();
        Path png = folder.resolve("confusion_matrix.png");
        assertEquals(List.of(), Plots.confusionMatrix(png, confusion, names));
        BufferedImage image = ImageIO.read(png.toFile());
        int full = ConfusionChart.FULL.getRGB();
        int half = image.getWidth() / 2;
        long upperLeft = pixels(image.getSubimage(0, 0, half, half), full);
        long upperRight = pixels(image.getSubimage(half, 0, image.getWidth() - half, half / 2), full);
        assertTrue(upperLeft > 100, "upper left: " + upperLeft);
        assertTrue(upperRight < upperLeft / 10, "upper right: " + upperRight);
    }

    @Test
    void namesThatNoFontCanShowBecomeNumbersAndAWarning() throws IOException {
        String unassigned = "\uDBC0\uDC00"; // a private character that no font has
        Path png = folder.resolve("confusion_matrix.png");
        List<String> warnings = Plots.confusionMatrix(png, new int[][] {{3, 1}, {0, 4}}, List.of("cat", unassigned));
        assertEquals(1, warnings.size());
        assertTrue(warnings.getFirst().contains("shows class numbers"), warnings.getFirst());
        assertTrue(warnings.getFirst().contains("fonts-noto-cjk"), warnings.getFirst());
        assertNotEquals(0, Files.size(png));
    }

    @Test
    void aPlotThatCannotBeWrittenIsAWarningAndNoFailure() {
        List<String> warnings = Plots.results(folder.resolve("no/such/folder/results.png"), () -> rows(3, 0.5));
        assertEquals(1, warnings.size());
        assertTrue(warnings.getFirst().contains("results.png: not written"), warnings.getFirst());
    }

    private static List<ResultsRow> rows(int epochs, double validation) {
        return IntStream.rangeClosed(1, epochs)
                .mapToObj(epoch -> new ResultsRow(
                        Task.SINGLE_LABEL,
                        epoch,
                        2.0 / epoch,
                        100 - 50.0 / epoch,
                        validation * 2.0 / epoch,
                        validation * (100 - 50.0 / epoch),
                        validation * 100,
                        epoch * 2 > epochs ? 0.01 : 0.1))
                .toList();
    }

    private static long pixels(BufferedImage image, int colour) {
        return IntStream.range(0, image.getWidth() * image.getHeight())
                .filter(i -> image.getRGB(i % image.getWidth(), i / image.getWidth()) == colour)
                .count();
    }
}
