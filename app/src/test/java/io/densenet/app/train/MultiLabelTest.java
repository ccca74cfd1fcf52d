package io.densenet.app.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.app.CommandLineRun;
import io.densenet.app.SmallData;
import io.densenet.data.Task;
import io.densenet.model.ModelFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Pictures of several classes each, from tables.
final class MultiLabelTest {
    private static final int SIDE = 16;

    @TempDir
    static Path shared;

    private static Path tables = Path.of("");
    private static JsonNode trained = JsonMapper.shared().nullNode();

    @TempDir
    Path folder;

    /// A third of the picture is bright for each class that it is of. What one cell in ten says is left out.
    @BeforeAll
    static void trainOnTables() throws IOException {
        tables = Files.createDirectories(shared.resolve("tables"));
        table("train", 48, 1);
        table("val", 16, 2);
        table("test", 24, 3);
        CommandLineRun run = train("--epochs", "6", "--lr", "0.2", "--sched", "onecycle", "--augment", "none");
        assertEquals(0, run.exitCode(), run.err());
        trained = run.json();
    }

    private static void table(String part, int pictures, long seed) throws IOException {
        Random random = new Random(seed);
        List<String> lines = new ArrayList<>(List.of("image," + String.join(",", SmallData.CLASSES)));
        Files.createDirectories(tables.resolve(part));
        for (int i = 0; i < pictures; i++) {
            int classes = random.nextInt(8); // a bit for each
            String name = part + "/%02d.png".formatted(i);
            ImageIO.write(picture(classes, random), "png", tables.resolve(name).toFile());
            StringBuilder line = new StringBuilder(name);
            for (int c = 0; c < 3; c++) {
                line.append(',').append(random.nextInt(10) == 0 ? "" : (classes >> c) & 1);
            }
            lines.add(line.toString());
        }
        Files.write(tables.resolve(part + ".csv"), lines);
    }

    private static BufferedImage picture(int classes, Random random) {
        BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 0; y < SIDE; y++) {
            boolean bright = ((classes >> (y * 3 / SIDE)) & 1) == 1;
            for (int x = 0; x < SIDE; x++) {
                picture.getRaster().setSample(x, y, 0, random.nextInt(120) + (bright ? 130 : 0));
            }
        }
        return picture;
    }

    private static CommandLineRun train(String... more) {
        return CommandLineRun.of(SmallData.train(tables, shared.resolve("runs"), more));
    }

    @Test
    void itLearnsToTellEachClass() throws IOException {
        assertTrue(trained.get("meanAuc").doubleValue() > 0.9, trained.toString());
        assertEquals(24, trained.get("images").intValue());
        assertFalse(trained.has("top1"));
        Path run = shared.resolve("runs/train");
        assertEquals(
                Task.MULTI_LABEL,
                ModelFile.read(run.resolve("weights/best.safetensors"))
                        .description()
                        .task());
        List<String> results = Files.readAllLines(run.resolve("results.csv"));
        assertEquals("epoch,step,time,train/loss,train/exact,val/loss,val/exact,val/auc,lr", results.getFirst());
        assertEquals(7, results.size());
        assertTrue(Files.exists(run.resolve("results.png")));
        assertTrue(Files.exists(run.resolve("roc.png")));
        assertFalse(Files.exists(run.resolve("confusion_matrix.png")));
        assertTrue(Files.readString(run.resolve("train.log")).contains(", val_auc 0."));
    }

    @Test
    void evaluationTellsOfEachClass() {
        Path plots = folder.resolve("plots");
        CommandLineRun run = CommandLineRun.of(
                "evaluate", shared.resolve("runs/train").toString(), "--format", "json", "--plots", plots.toString());
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(trained.get("meanAuc"), run.json().get("meanAuc"));
        assertEquals(trained.get("loss"), run.json().get("loss"));
        JsonNode first = run.json().get("classes").get(0);
        assertEquals(SmallData.CLASSES.getFirst(), first.get("name").stringValue());
        int known =
                first.get("imagesWith").intValue() + first.get("imagesWithout").intValue();
        assertTrue(known > 12 && known < 24, first.toString());
        assertTrue(Files.exists(plots.resolve("worst.png")));
        CommandLineRun text =
                CommandLineRun.of("evaluate", shared.resolve("runs/train").toString(), "-q");
        assertTrue(text.out().startsWith("mean AUC 0.9") || text.out().startsWith("mean AUC 1.0"), text.out());
        assertTrue(text.out().contains("   AUC  precision  recall     with  without  class"), text.out());
    }

    /// With one bright third of three, a softmax would say nearly 1 of its class and nearly 0 of the others; with all
    /// three bright it could not say more than a third of each on average.
    @Test
    void probabilitiesStandForThemselves() throws IOException {
        Path all = folder.resolve("all.png");
        ImageIO.write(picture(7, new Random(9)), "png", all.toFile());
        CommandLineRun run = CommandLineRun.of(
                "predict",
                shared.resolve("runs/train").toString(),
                all.toString(),
                "--format",
                "json",
                "--cam",
                folder.resolve("cam").toString());
        assertEquals(0, run.exitCode(), run.err());
        double sum = 0;
        for (JsonNode ranked : run.json().get("classes")) {
            sum += ranked.get("probability").doubleValue();
        }
        assertTrue(sum > 2, run.out());
        assertEquals(
                run.json().get("classes").get(0).get("probability"),
                run.json().get("cam").get("probability"));
    }

    @Test
    void aRunThatIsCutEndsWithTheSameBits() {
        String[] options = {"--name", "cut", "--epochs", "2", "--augment", "none"};
        CommandLineRun whole = train(with(options, "--name", "whole"));
        assertEquals(0, train(with(options, "--max-steps", "5")).exitCode());
        CommandLineRun resumed = CommandLineRun.of(
                "train",
                "--resume",
                shared.resolve("runs/cut").toString(),
                "--max-steps",
                "0",
                "--format",
                "json",
                "-q");
        assertEquals(0, resumed.exitCode(), resumed.err());
        for (String hash : List.of("weightsSha256", "lossesSha256", "meanAuc")) {
            assertEquals(whole.json().get(hash), resumed.json().get(hash), hash);
        }
    }

    private static String[] with(String[] options, String name, String value) {
        List<String> all = new ArrayList<>(List.of(options));
        int at = all.indexOf(name);
        if (at >= 0) {
            all.set(at + 1, value);
        } else {
            all.addAll(List.of(name, value));
        }
        return all.toArray(String[]::new);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--label-smoothing 0.1    | 2 | --label-smoothing is for images of one class each",
                "--class-weights balanced | 2 | --class-weights is for images of one class each",
                "--val-split 1            | 4 | no class has images with and without it among the 1 held out",
            })
    void whatMakesNoSenseIsRefusedBeforeAnythingIsWritten(String options, int exitCode, String message) {
        Path none = folder.resolve("none");
        CommandLineRun run = CommandLineRun.of(SmallData.train(tables.resolve("train.csv"), none, options.split(" ")));
        assertEquals(exitCode, run.exitCode(), run.err());
        assertTrue(run.err().contains(message), run.err());
        assertFalse(Files.exists(none));
    }

    /// Weights for one class each, asked about tables.
    @Test
    void weightsForAnotherTaskAreRefused() throws IOException {
        Path pictures = SmallData.dataset(folder.resolve("pictures"));
        CommandLineRun single = CommandLineRun.of(SmallData.train(pictures, folder.resolve("runs"), "--epochs", "1"));
        assertEquals(0, single.exitCode(), single.err());
        Path renamed = folder.resolve("renamed.safetensors");
        Path names = Files.write(folder.resolve("names.txt"), SmallData.CLASSES);
        String weights = folder.resolve("runs/train/weights/last.safetensors").toString();
        assertEquals(
                0,
                CommandLineRun.of("convert", weights, renamed.toString(), "--classes", names.toString())
                        .exitCode());
        CommandLineRun run = CommandLineRun.of("evaluate", renamed.toString(), tables.toString(), "-q");
        assertEquals(4, run.exitCode(), run.err());
        assertTrue(run.err().contains("its images are labelled for multi-label, but"), run.err());
    }
}
