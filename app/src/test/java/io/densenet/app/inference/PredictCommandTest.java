package io.densenet.app.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.app.CommandLineRun;
import io.densenet.app.SmallData;
import io.densenet.model.ModelFile;
import io.densenet.weights.StateDict;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class PredictCommandTest {
    @TempDir
    static Path folder;

    private static Path run = Path.of("");
    private static Path test = Path.of("");

    @BeforeAll
    static void train() throws IOException {
        Path data = SmallData.dataset(folder.resolve("그림"));
        CommandLineRun.of(SmallData.train(data, folder.resolve("runs")));
        run = folder.resolve("runs/train");
        test = data.resolve("test");
    }

    @Test
    void theLikeliestClassIsTheOneThatEvaluateCounts() {
        CommandLineRun prediction = predict("--format", "json", "--topk", "1", test.toString());
        assertEquals(0, prediction.exitCode(), prediction.err());
        List<JsonNode> pictures = documents(prediction);
        assertEquals(12, pictures.size());
        int[][] confusion = new int[3][3];
        for (JsonNode picture : pictures) {
            String right = test.relativize(Path.of(picture.get("file").asString()))
                    .getName(0)
                    .toString();
            JsonNode likeliest = picture.get("classes").get(0);
            assertEquals(1, picture.get("classes").size());
            int index = likeliest.get("index").asInt();
            assertEquals(SmallData.CLASSES.get(index), likeliest.get("name").asString());
            confusion[SmallData.CLASSES.indexOf(right)][index]++;
        }
        JsonNode evaluation = CommandLineRun.of("evaluate", run.toString(), "--format", "json", "-q")
                .json();
        assertEquals(
                Arrays.deepToString(confusion).replace(" ", ""),
                evaluation.get("confusion").toString());
    }

    @Test
    void probabilitiesAreSortedAndOfTheLogits() {
        String picture = test.resolve("고양이/그림 00.png").toString();
        JsonNode classes =
                documents(predict("--format", "json", picture)).getFirst().get("classes");
        double[] probabilities = classes.valueStream()
                .mapToDouble(entry -> entry.get("probability").asDouble())
                .toArray();
        assertEquals(3, probabilities.length, "there are no more than three classes");
        assertEquals(1, Arrays.stream(probabilities).sum(), 1e-9);
        assertTrue(probabilities[0] >= probabilities[1] && probabilities[1] >= probabilities[2]);

        JsonNode document = documents(predict("--format", "json", "--output-type", "logit", picture))
                .getFirst();
        assertFalse(document.has("classes"));
        double[] exponentials = document.get("logits")
                .valueStream()
                .mapToDouble(logit -> Math.exp(logit.asDouble()))
                .toArray();
        double sum = Arrays.stream(exponentials).sum();
        double[] expected = classes.valueStream()
                .mapToDouble(entry -> exponentials[entry.get("index").asInt()] / sum)
                .toArray();
        assertArrayEquals(expected, probabilities, 1e-6);
    }

    @Test
    void aBadPictureIsAnEntryWithAnErrorAndTheOthersAreFine() throws IOException {
        Path text = Files.writeString(folder.resolve("글.png"), "this is no picture");
        Path missing = folder.resolve("missing.png");
        Path good = test.resolve("猫/그림 01.png");
        CommandLineRun prediction = predict("--format", "json", text.toString(), good.toString(), missing.toString());
        assertEquals(0, prediction.exitCode(), prediction.err());
        List<JsonNode> pictures = documents(prediction);
        assertEquals(3, pictures.size());
        assertEquals(text.toString(), pictures.get(0).get("file").asString());
        assertTrue(pictures.get(0).get("error").asString().contains("is no picture in a known format"));
        assertEquals(good.toString(), pictures.get(1).get("file").asString());
        assertEquals(3, pictures.get(1).get("classes").size());
        assertEquals(
                missing + ": no such file or folder",
                pictures.get(2).get("error").asString());
        assertFalse(pictures.get(1).has("error"));
    }

    @Test
    void featuresAreRowsThatTheResultNames() throws IOException {
        Path text = Files.writeString(folder.resolve("no,picture.png"), "this is no picture");
        Path out = folder.resolve("특징.npy");
        CommandLineRun prediction = predict(
                "--format", "json", "--features", "gap", "-o", out.toString(), text.toString(), test.toString());
        assertEquals(0, prediction.exitCode(), prediction.err());
        List<JsonNode> pictures = documents(prediction);
        assertFalse(pictures.getFirst().has("featuresRow"), "it could not be read");
        List<String> rows = Files.readAllLines(folder.resolve("특징.csv"));
        assertEquals("row,file", rows.getFirst());
        assertEquals(13, rows.size());
        for (int row = 0; row < 12; row++) {
            JsonNode picture = pictures.get(row + 1);
            assertEquals(row, picture.get("featuresRow").asInt());
            assertEquals(row + "," + picture.get("file").asString(), rows.get(row + 1));
        }
        ByteBuffer values = values(out, "(12, 9)");
        StateDict state =
                ModelFile.read(run.resolve("weights/best.safetensors")).state();
        float[] weight = state.floats("classifier.weight");
        JsonNode logits = documents(predict("--format", "json", "--output-type", "logit", test.toString()))
                .get(5)
                .get("logits");
        for (int c = 0; c < 3; c++) {
            double logit = state.floats("classifier.bias")[c];
            for (int k = 0; k < 9; k++) {
                logit += weight[9 * c + k] * values.getFloat(4 * (45 + k));
            }
            assertEquals(logits.get(c).asDouble(), logit, 1e-5, "the classifier reads them");
        }
    }

    @Test
    void theMapOfAClassHasItsLogitAsMeanAndIsDrawn() throws IOException {
        Path maps = folder.resolve("cam");
        String picture = test.resolve("고양이/그림 00.png").toString();
        CommandLineRun prediction = predict(
                "--format",
                "json",
                "--output-type",
                "logit",
                "--cam",
                maps.toString(),
                "--cam-class",
                "개",
                picture,
                picture);
        assertEquals(0, prediction.exitCode(), prediction.err());
        JsonNode document = documents(prediction).getFirst();
        JsonNode cam = document.get("cam");
        assertEquals("개", cam.get("name").asString());
        BufferedImage drawn =
                ImageIO.read(Path.of(cam.get("picture").asString()).toFile());
        assertTrue(drawn.getWidth() > 1000 && drawn.getHeight() > 600, "large enough to be seen");
        ByteBuffer values = values(maps.resolve("그림 00.npy"), "(4, 4)");
        double sum = 0;
        for (int i = 0; i < 16; i++) {
            sum += values.getFloat(4 * i);
        }
        float bias =
                ModelFile.read(run.resolve("weights/best.safetensors")).state().floats("classifier.bias")[1];
        assertEquals(document.get("logits").get(1).asDouble(), sum / 16 + bias, 1e-5);
        assertTrue(Files.exists(maps.resolve("그림 00-2.png")), "a second picture of that name");

        CommandLineRun deeper = predict("--cam", maps.toString(), "--cam-layer", "denseblock1", picture);
        assertEquals(0, deeper.exitCode(), deeper.err());
        values(maps.resolve("그림 00.npy"), "(16, 16)");
    }

    @Test
    void whatCannotBeShownIsRefusedInOneLine() {
        String picture = test.resolve("고양이/그림 00.png").toString();
        String cam = folder.resolve("none").toString();
        assertRefused("there are no features 'nrom5' here; there are norm5, ", "--features", "nrom5", picture);
        assertRefused(
                "--features denseblock1.denselayer1.norm1: this engine does not keep what stands within layers",
                "--features",
                "denseblock1.denselayer1.norm1",
                picture);
        assertRefused("-o x.txt: expected a name that ends", "--features", "gap", "-o", "x.txt", picture);
        assertRefused("--cam-class and --cam-layer need --cam DIR", "--cam-class", "1", picture);
        assertRefused(
                "--cam-class: expected a class or 0 to 2, found '3'; the classes are 猫, 개, 고양이",
                "--cam",
                cam,
                "--cam-class",
                "3",
                picture);
        assertRefused("gap has no pixels to draw", "--cam", cam, "--cam-layer", "gap", picture);
        assertFalse(Files.exists(Path.of(cam)));
    }

    private static void assertRefused(String message, String... arguments) {
        CommandLineRun prediction = predict(arguments);
        assertEquals(2, prediction.exitCode());
        assertTrue(prediction.err().startsWith("densenet: " + message), prediction.err());
        assertEquals(1, prediction.err().lines().count());
    }

    /// The values of a NumPy file of that shape.
    private static ByteBuffer values(Path file, String shape) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        String header = new String(bytes, 10, 118, StandardCharsets.US_ASCII);
        assertTrue(header.contains("'shape': " + shape), header);
        return ByteBuffer.wrap(bytes, 128, bytes.length - 128).slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void whenNoneIsAPictureThatIsAnUnusableDataSet() throws IOException {
        Path text = Files.writeString(folder.resolve("text.png"), "this is no picture");
        CommandLineRun prediction = predict("--format", "json", text.toString());
        assertEquals(4, prediction.exitCode());
        assertTrue(documents(prediction).getFirst().has("error"));
        assertTrue(prediction.err().contains("densenet: none of the files could be read as a picture"));
        CommandLineRun empty =
                predict(Files.createDirectories(folder.resolve("empty")).toString());
        assertEquals(4, empty.exitCode());
        assertTrue(empty.err().startsWith("densenet: no pictures in "), empty.err());
    }

    @Test
    void csvQuotesWhatNeedsIt() throws IOException {
        Path odd = folder.resolve("a \"quoted\", 한글.png");
        Files.copy(test.resolve("개/그림 00.png"), odd);
        List<String> rows = predict("--format", "csv", "--topk", "2", odd.toString())
                .out()
                .lines()
                .toList();
        assertEquals("file,rank,index,name,value,error", rows.getFirst());
        assertEquals(3, rows.size());
        String file = '"' + odd.toString().replace("\"", "\"\"") + '"';
        assertTrue(rows.get(1).startsWith(file + ",1,"), rows.get(1));
        assertTrue(rows.get(2).startsWith(file + ",2,"), rows.get(2));
        assertTrue(rows.get(1).substring(file.length()).matches(",1,[012],(猫|개|고양이),0\\.\\d+,"), rows.get(1));
    }

    @Test
    void textNamesFileClassAndPercent() {
        Path picture = test.resolve("고양이/그림 02.png");
        List<String> lines =
                predict("--topk", "1", picture.toString()).out().lines().toList();
        assertEquals(picture.toString(), lines.getFirst());
        assertTrue(lines.get(1).matches(" +\\d+\\.\\d %  (猫|개|고양이)"), lines.get(1));
    }

    @Test
    void whenNobodyReadsTheResultTheRestIsNotComputed() {
        AtomicInteger writes = new AtomicInteger();
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                writes.incrementAndGet();
                throw new IOException("Broken pipe");
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                write(0);
            }
        };
        Stream<String> pictures = Stream.generate(test::toString).limit(50); // 600, of which 32 are computed at once
        CommandLineRun prediction = CommandLineRun.writingTo(
                broken,
                Stream.concat(Stream.of("predict", run.toString(), "--format", "csv", "--topk", "1"), pictures)
                        .toArray(String[]::new));
        assertEquals(7, prediction.exitCode(), prediction.err());
        assertTrue(
                prediction.err().lines().toList().getLast().startsWith("densenet: standard output: "),
                prediction.err());
        assertTrue(writes.get() > 0 && writes.get() < 300, "written " + writes);
    }

    private static CommandLineRun predict(String... arguments) {
        return CommandLineRun.of(Stream.concat(Stream.of("predict", run.toString()), Stream.of(arguments))
                .toArray(String[]::new));
    }

    private static List<JsonNode> documents(CommandLineRun run) {
        return run.out().lines().map(JsonMapper.shared()::readTree).toList();
    }
}
