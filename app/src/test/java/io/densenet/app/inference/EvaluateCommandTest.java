package io.densenet.app.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.app.CommandLineRun;
import io.densenet.app.SmallData;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

final class EvaluateCommandTest {
    @TempDir
    static Path folder;

    private static Path run = Path.of("");
    private static JsonNode trained = MissingNode.getInstance();

    @BeforeAll
    static void train() throws IOException {
        Path data = SmallData.dataset(folder.resolve("그림"));
        trained = CommandLineRun.of(SmallData.train(data, folder.resolve("runs"), "--val-split", "7"))
                .json();
        run = folder.resolve("runs/train");
    }

    @Test
    void aRunIsEvaluatedOnItsOwnTestImagesWithItsBestWeights() {
        JsonNode result = evaluate(run.toString(), "--threads", "1").json();
        for (String key : List.of("top1", "top5", "images")) {
            assertEquals(trained.get(key), result.get(key), key);
        }
        assertEquals(trained.get("loss").asDouble(), result.get("loss").asDouble(), 1e-5);
        assertEquals("single", result.get("crop").asString());
        assertEquals(
                SmallData.CLASSES,
                result.get("classes")
                        .valueStream()
                        .map(row -> row.get("name").asString())
                        .toList());
        int onDiagonal = 0;
        for (int c = 0; c < 3; c++) {
            JsonNode row = result.get("confusion").get(c);
            assertEquals(4, row.valueStream().mapToInt(JsonNode::asInt).sum(), "images of each class");
            assertEquals(
                    25.0 * row.get(c).asInt(),
                    result.get("classes").get(c).get("recall").asDouble(),
                    1e-9);
            onDiagonal += row.get(c).asInt();
        }
        assertEquals(100.0 * onDiagonal / 12, result.get("top1").asDouble(), 1e-9);
    }

    @ParameterizedTest
    @CsvSource({"test, 12", "val, 7", "train, 29"})
    void everyPartOfTheDataSetCanBeEvaluatedAsTheRunDividedIt(String split, int images) {
        CommandLineRun evaluation = evaluate(run.toString(), "--split", split);
        assertEquals(0, evaluation.exitCode(), evaluation.err());
        assertEquals(images, evaluation.json().get("images").asInt());
    }

    @Test
    void theWorstImagesAreDrawnAndNamed() throws IOException {
        Path plots = folder.resolve("plots");
        JsonNode worst = evaluate(run.toString(), "--plots", plots.toString(), "--worst", "7", "--threads", "1")
                .json()
                .get("worst");
        double loss = Double.POSITIVE_INFINITY;
        assertEquals(7, worst.size());
        for (JsonNode image : worst) {
            assertTrue(image.get("loss").asDouble() <= loss, "sorted");
            loss = image.get("loss").asDouble();
            assertEquals(image.get("index").asInt() / 4, image.get("right").asInt(), "four of each class");
        }
        JsonNode all = evaluate(run.toString(), "--plots", plots.toString(), "--worst", "12", "--threads", "1")
                .json();
        double sum = 0;
        for (JsonNode image : all.get("worst")) {
            sum += image.get("loss").asDouble();
        }
        assertEquals(all.get("loss").asDouble(), sum / 12, 1e-9, "all twelve images");
        BufferedImage sheet = ImageIO.read(plots.resolve("worst.png").toFile());
        assertTrue(sheet.getHeight() > 3 * 300, "three rows");
        assertTrue(Files.exists(plots.resolve("confusion_matrix.png")));
        assertEquals(2, evaluate(run.toString(), "--worst", "0").exitCode());
    }

    @Test
    void otherDataWithTheSameClassesAreFineAndHoldNothingOut() throws IOException {
        Path other = folder.resolve("other");
        SmallData.pictures(other.resolve("train"), SmallData.CLASSES, 1, BufferedImage.TYPE_INT_RGB, 5);
        SmallData.pictures(other.resolve("test"), SmallData.CLASSES, 2, BufferedImage.TYPE_INT_RGB, 6);
        CommandLineRun evaluation = evaluate(run.toString(), other.toString());
        assertEquals(6, evaluation.json().get("images").asInt(), evaluation.err());
        CommandLineRun none = evaluate(run.toString(), other.toString(), "--split", "val");
        assertEquals(4, none.exitCode());
        assertEquals(
                "densenet: other: has no val images; try another --split",
                none.err().strip());
    }

    @Test
    void dataWithOtherClassesAreRefused() throws IOException {
        Path other = folder.resolve("dogs");
        SmallData.pictures(other.resolve("train"), List.of("개", "늑대", "여우"), 1, BufferedImage.TYPE_INT_RGB, 5);
        SmallData.pictures(other.resolve("test"), List.of("개", "늑대", "여우"), 1, BufferedImage.TYPE_INT_RGB, 5);
        CommandLineRun evaluation = evaluate(run.toString(), other.toString());
        assertEquals(4, evaluation.exitCode());
        assertEquals("", evaluation.out());
        assertTrue(
                evaluation
                        .err()
                        .startsWith("densenet: dogs: has the classes [개, 늑대, 여우], but "
                                + run.resolve("weights/best.safetensors") + " was trained on [猫, 개, 고양이]"),
                evaluation.err());
    }

    @Test
    void weightsOutsideOfARunNeedToBeToldTheData() throws IOException {
        Path weights = Files.copy(run.resolve("weights/best.safetensors"), folder.resolve("무게.safetensors"));
        CommandLineRun alone = evaluate(weights.toString());
        assertEquals(2, alone.exitCode());
        assertTrue(alone.err().contains("does not lie in a run folder, so say on which data"), alone.err());
        CommandLineRun told = evaluate(weights.toString(), folder.resolve("그림").toString(), "--threads", "1");
        assertEquals(trained.get("top1"), told.json().get("top1"), told.err());
    }

    @Test
    void whatTheRunOnceDownloadedIsNotDownloadedAgainUnasked() throws IOException {
        Path copy = Files.createDirectories(folder.resolve("copy/weights"));
        Files.copy(run.resolve("weights/best.safetensors"), copy.resolve("best.safetensors"));
        Path places = folder.resolve("places");
        Files.writeString(
                folder.resolve("copy/args.yaml"),
                "data: cifar100\ndownload: true\ndata-dir: %s\nbatch-size: 4\n".formatted(places));
        CommandLineRun evaluation = evaluate(folder.resolve("copy").toString());
        assertEquals(4, evaluation.exitCode(), evaluation.err());
        assertTrue(evaluation.err().contains("cifar100 was not found; looked in " + places), evaluation.err());
        assertFalse(Files.exists(places), "where a download would have begun");
        CommandLineRun elsewhere = evaluate(folder.resolve("copy").toString(), "--data-dir", run.toString(), "-b", "2");
        assertTrue(elsewhere.err().contains("looked in " + run), elsewhere.err());
    }

    private static CommandLineRun evaluate(String... arguments) {
        String[] all = Stream.concat(Stream.of("evaluate", "--format", "json", "-q"), Stream.of(arguments))
                .toArray(String[]::new);
        return CommandLineRun.of(all);
    }
}
