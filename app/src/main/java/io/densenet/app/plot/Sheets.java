package io.densenet.app.plot;

import io.densenet.analysis.ClassActivation;
import io.densenet.data.Image;
import io.densenet.eval.WorstImages;
import java.awt.AWTError;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/// Pictures with what a network makes of them, as PNG. They are what was asked for, so what goes wrong is a
/// failure.
public final class Sheets {
    private Sheets() {}

    /// One of the worst classified images.
    ///
    /// @param image as the network saw it, in the size of a sheet
    /// @param entry what was wrong about it
    public record Misjudged(Image image, WorstImages.Entry entry) {
        public Misjudged {
            image = ContactSheet.fitted(image); // many large ones would not fit into memory
        }
    }

    /// Where the network finds a class in a picture.
    ///
    /// @param seen        the part of the picture that the network saw
    /// @param classNames  of all classes
    /// @param probability of the class, 0 to 1
    /// @param subtitle    how it was found, in which picture
    public static void activation(
            Path png,
            Image seen,
            ClassActivation map,
            List<String> classNames,
            int classIndex,
            double probability,
            String subtitle)
            throws IOException {
        write(png, () -> {
            String name = classNames.get(classIndex);
            Optional<Font> font = Fonts.showing(List.of(name, subtitle));
            String shown = font.isPresent() ? name : "class " + classIndex;
            return new ActivationPicture(
                    seen, map, shown + ", " + percent(probability), subtitle, font.orElse(Fonts.standard()));
        });
    }

    /// The images that a network did worst on, in the order given, each with what it is above what it was taken for.
    /// When no installed font can show the names, the classes are numbered.
    public static void worst(Path png, List<Misjudged> worst, List<String> classNames) throws IOException {
        write(png, () -> {
            List<String> used = worst.stream()
                    .flatMap(image -> classes(image.entry()))
                    .map(classNames::get)
                    .toList();
            Optional<Font> font =
                    Fonts.showing(Stream.concat(used.stream(), Stream.of("→")).toList());
            IntFunction<String> name = font.isPresent() ? classNames::get : c -> "class " + c;
            String arrow = font.isPresent() ? "→" : "as";
            List<ContactSheet.Entry> entries = worst.stream()
                    .map(image -> switch (image.entry()) {
                        case WorstImages.Misjudged one ->
                            new ContactSheet.Entry(
                                    image.image(),
                                    name.apply(one.right()),
                                    "%s %s %s"
                                            .formatted(arrow, percent(one.probability()), name.apply(one.predicted())));
                        case WorstImages.MisjudgedClass one ->
                            new ContactSheet.Entry(
                                    image.image(),
                                    "%s: %s".formatted(name.apply(one.classIndex()), one.present() ? "yes" : "no"),
                                    "%s %s".formatted(arrow, percent(one.probability())));
                    })
                    .toList();
            boolean several = worst.stream().anyMatch(image -> image.entry() instanceof WorstImages.MisjudgedClass);
            return new ContactSheet(
                    entries,
                    "%d images with the largest loss: %s"
                            .formatted(
                                    entries.size(),
                                    several
                                            ? "the class of the largest error → its probability"
                                            : "true class → predicted class"),
                    font.orElse(Fonts.standard()));
        });
    }

    private static Stream<Integer> classes(WorstImages.Entry entry) {
        return switch (entry) {
            case WorstImages.Misjudged one -> Stream.of(one.right(), one.predicted());
            case WorstImages.MisjudgedClass one -> Stream.of(one.classIndex());
        };
    }

    private static String percent(double probability) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * probability);
    }

    /// Makes a picture; AWT may throw where a Java has no desktop libraries or a machine no fonts.
    private interface Drawing {
        Picture picture();
    }

    private static void write(Path png, Drawing drawing) throws IOException {
        try {
            PictureFile.write(png, drawing.picture());
        } catch (AWTError | LinkageError | InternalError e) {
            throw new IOException(png + ": not drawn, the Java desktop libraries or fonts are missing: " + e, e);
        }
    }
}
