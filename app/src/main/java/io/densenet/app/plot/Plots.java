package io.densenet.app.plot;

import io.densenet.eval.RocCurve;
import io.densenet.train.RateSearch;
import java.awt.AWTError;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.internal.chartpart.IChart;

/// Draws PNG files, without a display. A plot never fails a training that is done: whatever goes wrong comes back as a
/// warning.
public final class Plots {
    private Plots() {}

    /// Curves over the epochs: loss, accuracy and learning rate, side by side.
    ///
    /// @param rows one for each epoch; when they cannot be had, that is a warning too
    /// @return warnings for the user, none when all went well
    public static List<String> results(Path png, Callable<List<ResultsRow>> rows) {
        return warnings(png, () -> {
            write(png, ResultCurves.of(rows.call()));
            return List.of();
        });
    }

    /// Which class was taken for which, in percent of the images of each class. When no installed font can show the
    /// names, the classes are numbered.
    ///
    /// @param confusion `confusion[right][predicted]` images
    /// @return warnings for the user, none when all went well
    public static List<String> confusionMatrix(Path png, int[][] confusion, List<String> classNames) {
        return warnings(png, () -> {
            Optional<Font> font = Fonts.showing(classNames);
            if (font.isPresent()) {
                write(png, List.of(ConfusionChart.of(confusion, classNames, font.get())));
                return List.of();
            }
            List<String> numbers = numbers(classNames.size());
            write(png, List.of(ConfusionChart.of(confusion, numbers, Fonts.standard())));
            return List.of(png + ": shows class numbers; " + Fonts.advice(classNames));
        });
    }

    /// How well each class is told from the others, at every threshold. When no installed font can show the names, the
    /// classes are numbered.
    ///
    /// @return warnings for the user, none when all went well
    public static List<String> roc(Path png, List<RocCurve> curves, List<String> classNames) {
        return warnings(png, () -> {
            Optional<Font> font = Fonts.showing(classNames);
            List<String> names = font.isPresent() ? classNames : numbers(classNames.size());
            write(png, List.of(RocChart.of(curves, names, font.orElse(Fonts.standard()))));
            return font.isPresent() ? List.of() : List.of(png + ": shows class numbers; " + Fonts.advice(classNames));
        });
    }

    private static List<String> numbers(int classes) {
        return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    }

    /// Memory over the depth of networks.
    ///
    /// @param curves measured and foretold in turn, for one way to train after the other
    /// @return warnings for the user, none when all went well
    public static List<String> memory(Path png, List<MemoryCurve> curves) {
        return warnings(png, () -> {
            write(png, List.of(MemoryChart.of(curves)));
            return List.of();
        });
    }

    /// Loss over a rising learning rate.
    ///
    /// @return warnings for the user, none when all went well
    public static List<String> rateSearch(Path png, RateSearch search) {
        return warnings(png, () -> {
            write(png, List.of(RateChart.of(search)));
            return List.of();
        });
    }

    /// Draws, and turns what AWT may throw into a warning: a Java without its desktop libraries, a machine without
    /// fonts.
    private static List<String> warnings(Path png, Callable<List<String>> drawing) {
        try {
            return drawing.call();
        } catch (IOException e) {
            return List.of(png + ": not written: " + e.getMessage());
        } catch (Exception | AWTError | LinkageError | InternalError e) {
            return List.of(png + ": not drawn, the Java desktop libraries or fonts are missing: " + e);
        }
    }

    /// Writes charts of equal height next to one another.
    private static void write(Path png, List<? extends IChart> charts) throws IOException {
        List<BufferedImage> images =
                charts.stream().map(BitmapEncoder::getBufferedImage).toList();
        int width = images.stream().mapToInt(BufferedImage::getWidth).sum();
        BufferedImage page = new BufferedImage(width, images.getFirst().getHeight(), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = page.createGraphics();
        int x = 0;
        for (BufferedImage image : images) {
            graphics.drawImage(image, x, 0, null);
            x += image.getWidth();
        }
        graphics.dispose();
        if (!ImageIO.write(page, "png", png.toFile())) {
            throw new IOException("this Java cannot write PNG");
        }
    }
}
