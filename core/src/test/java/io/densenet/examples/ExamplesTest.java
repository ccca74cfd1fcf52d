package io.densenet.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.data.DatasetPlaces;
import io.densenet.data.DatasetSplits;
import io.densenet.data.Datasets;
import io.densenet.data.Image;
import io.densenet.data.ImageDataset;
import io.densenet.model.ModelFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The programs in `examples`, run as they are.
class ExamplesTest {
    private static final String WEIGHTS = "../models/fashion-mnist-bc-40-12/model.safetensors";
    private static final int SANDAL = 5;
    private static final int BAG = 8;

    /// A program that prints.
    private interface Example {
        void run() throws IOException;
    }

    @TempDir
    private static Path folder;

    private static ImageDataset pictures;

    /// Sandals and bags, in folders of pictures.
    @BeforeAll
    static void makePictures() throws IOException {
        DatasetSplits data = Datasets.open("fashion-mnist-mini", DatasetPlaces.usual(null), 28);
        pictures = Objects.requireNonNull(data.test());
        for (int i = 0; i < 240; i++) {
            int label = pictures.label(i);
            if (label == SANDAL || label == BAG) {
                Path part = folder.resolve(i % 3 == 0 ? "pictures/test" : "pictures/train");
                Path of = Files.createDirectories(part.resolve(label == SANDAL ? "shoe" : "bag"));
                write(i, of.resolve(i + ".png"));
            }
        }
    }

    @Test
    void predictNamesAPicture() throws IOException {
        Path picture = folder.resolve("picture.png");
        write(0, picture);
        String name = pictures.classNames().get(pictures.label(0));
        String line = output(() -> Predict.main(WEIGHTS, picture.toString()));
        assertTrue(line.startsWith(picture + ": " + name + ", "), line);
    }

    /// To two bags a third is more alike than a sandal is.
    @Test
    void featuresSayWhatIsAlike() throws IOException {
        List<String> bags = files("bag");
        List<String> shoes = files("shoe");
        String lines = output(() -> Features.main(WEIGHTS, bags.get(0), bags.get(1), shoes.get(0), bags.get(0)));
        List<Double> cosines = lines.lines()
                .map(line -> Double.valueOf(line.substring(line.lastIndexOf(": ") + 2)))
                .toList();
        assertTrue(cosines.get(0) > cosines.get(1), lines);
        assertEquals(1, cosines.get(2), 1e-3, "a picture is like itself");
    }

    private static List<String> files(String name) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("pictures/train/" + name))) {
            return files.map(Path::toString).sorted().toList();
        }
    }

    @Test
    void theReadmeShowsHowToPredict() throws IOException {
        String source = Files.readString(Path.of("../examples/Predict.java"));
        String main = source.substring(source.indexOf("    public static void main"), source.lastIndexOf("}"));
        String readme = Files.readString(Path.of("../README.md"));
        assertTrue(readme.contains("```java\n" + main.replaceAll("(?m)^ {4}", "") + "```"), main);
    }

    @Test
    void trainTrainsAndTests() throws IOException {
        String line = output(() -> Train.main(folder.toString(), "60"));
        Path weights = folder.resolve("example/weights/last.safetensors");
        assertTrue(line.startsWith(weights + ": "), line);
        double right = Double.parseDouble(line.substring(line.lastIndexOf(": ") + 2, line.indexOf(" %")));
        assertTrue(right > 30, line); // chance is 10 %
        assertEquals("fashion", ModelFile.read(weights).description().name());
    }

    @Test
    void fineTuneLearnsOtherClasses() throws IOException {
        Path runs = folder.resolve("tuned");
        String line =
                output(() -> FineTune.main(WEIGHTS, folder.resolve("pictures").toString(), runs.toString()));
        ModelFile tuned = ModelFile.read(Path.of(line.strip()));
        assertEquals(List.of("bag", "shoe"), tuned.description().classNames());
        List<String> results = Files.readAllLines(runs.resolve("fine-tuned/results.csv"));
        double top1 = Double.parseDouble(results.getLast().split(",", -1)[6]);
        assertTrue(top1 >= 80, "val/acc1 " + top1); // bags and sandals are not alike
    }

    private static String output(Example example) throws IOException {
        PrintStream before = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            example.run();
        } finally {
            System.setOut(before);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static void write(int index, Path file) throws IOException {
        Image image = pictures.image(index);
        BufferedImage picture = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_BYTE_GRAY);
        picture.getRaster().setDataElements(0, 0, image.width(), image.height(), image.pixels());
        assertTrue(ImageIO.write(picture, "png", file.toFile()));
    }
}
