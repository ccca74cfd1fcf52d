package io.densenet.app.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.app.CommandLineRun;
import io.densenet.app.SmallData;
import io.densenet.app.options.OptionLayers;
import io.densenet.model.ModelFile;
import io.densenet.train.Checkpoint;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

final class TrainCommandTest {
    @TempDir
    static Path shared;

    private static Path pictures = Path.of("");

    @TempDir
    Path folder;

    @BeforeAll
    static void makePictures() throws IOException {
        pictures = SmallData.dataset(shared.resolve("그림 圖片"));
    }

    @Test
    void aRunOnKoreanAndChineseFoldersAnswersWithOneLineOfJson() throws IOException {
        CommandLineRun run = train(pictures, "--epochs", "3");
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().endsWith("}" + System.lineSeparator()), run.out());
        assertEquals(1, run.out().lines().count(), run.out());
        JsonNode result = run.json();
        Path runFolder = project().resolve("train");
        assertEquals(runFolder.toString(), result.get("run").asString());
        assertEquals("finished", result.get("ending").asString());
        assertEquals(3, result.get("epochs").asInt());
        assertEquals(15, result.get("steps").asInt());
        assertEquals(12, result.get("images").asInt());
        assertBetween(1e-6, 3, result.get("trainLoss"));
        assertBetween(0, 100, result.get("top1"));
        assertEquals(100, result.get("top5").asDouble(), "all three classes are among the first five");
        assertBetween(1e-6, 100, result.get("loss"));
        assertBetween(1e-3, 600, result.get("seconds"));
        assertBetween(1, 1e6, result.get("imagesPerSecond"));
        assertTrue(result.get("engine").asString().startsWith("fused, "), run.out());
        ModelFile last = ModelFile.read(runFolder.resolve("weights/last.safetensors"));
        assertEquals(last.state().sha256(), result.get("weightsSha256").asString());
        assertEquals(SmallData.CLASSES, last.description().classNames());
    }

    @Test
    void theResultSaysWhichWeightsWereTested() throws IOException {
        JsonNode withoutChoice = train(pictures, "--max-steps", "7").json(); // the best are of the first epoch
        assertEquals(
                "weights/last.safetensors", withoutChoice.get("testedWeights").asString());
        assertEquals(withoutChoice.get("weightsSha256"), withoutChoice.get("testedWeightsSha256"));

        JsonNode chosen =
                train(pictures, "--val-split", "6", "--max-steps", "6").json();
        assertEquals("weights/best.safetensors", chosen.get("testedWeights").asString());
        assertEquals(
                ModelFile.read(project().resolve("train2/weights/best.safetensors"))
                        .state()
                        .sha256(),
                chosen.get("testedWeightsSha256").asString());
        assertNotEquals(chosen.get("weightsSha256"), chosen.get("testedWeightsSha256"));
    }

    @Test
    void theRunFolderHoldsAllThatTheContractNames() throws IOException {
        train(pictures);
        Path runFolder = project().resolve("train");
        try (Stream<Path> files = Files.list(runFolder)) {
            assertEquals(
                    Set.of(
                            ".lock",
                            "args.yaml",
                            "environment.json",
                            "classes.txt",
                            "results.csv",
                            "results.png",
                            "confusion_matrix.png",
                            "train.log",
                            "weights"),
                    files.map(file -> file.getFileName().toString()).collect(Collectors.toSet()));
        }
        try (Stream<Path> files = Files.list(runFolder.resolve("weights"))) {
            assertEquals(
                    Set.of("last.safetensors", "last.previous.safetensors", "best.safetensors"),
                    files.map(file -> file.getFileName().toString()).collect(Collectors.toSet()));
        }
        List<String> results = Files.readAllLines(runFolder.resolve("results.csv"));
        assertEquals("epoch,step,time,train/loss,train/acc1,val/loss,val/acc1,val/acc5,lr", results.getFirst());
        assertEquals(3, results.size());
        assertTrue(results.get(1).matches("1,5,[0-9.]+,[0-9.]+,[0-9.]+,,,,[0-9.e-]+"), results.get(1));
        assertEquals(SmallData.CLASSES, Files.readAllLines(runFolder.resolve("classes.txt")));
        for (String picture : List.of("results.png", "confusion_matrix.png")) {
            assertTrue(ImageIO.read(runFolder.resolve(picture).toFile()).getWidth() > 300, picture);
        }
        assertTrue(Files.readString(runFolder.resolve("environment.json")).contains("\"engine\" : \"fused, "));
        assertTrue(Files.readString(runFolder.resolve("train.log")).contains("epoch 2: step 10"));
        assertEquals(
                10,
                Checkpoint.read(runFolder.resolve("weights/last.safetensors"))
                        .progress()
                        .step());
    }

    @Test
    void theArgumentsOfARunRepeatItInAFolderOfItsOwn() throws IOException {
        String first = train(pictures, "--dropout", "0.2", "--label-smoothing", "0.1", "--val-split", "5")
                .json()
                .get("weightsSha256")
                .asString();
        String arguments = project().resolve("train/args.yaml").toString();
        CommandLineRun again = CommandLineRun.of(
                "train", "-c", arguments, "--project", project().toString(), "--format", "json", "-q");
        assertEquals(0, again.exitCode(), again.err());
        assertEquals(
                project().resolve("train2").toString(), again.json().get("run").asString());
        assertEquals(first, again.json().get("weightsSha256").asString());
        CommandLineRun other = CommandLineRun.of(
                "train", "-c", arguments, "--project", project().toString(), "--format", "json", "-q", "--seed", "43");
        assertEquals(
                project().resolve("train3").toString(), other.json().get("run").asString());
        assertNotEquals(first, other.json().get("weightsSha256").asString());
    }

    @Test
    void whatIsTypedBeatsTheFileWhichBeatsTheRecipeWhichBeatsThePaper() throws IOException {
        Path config = Files.writeString(
                folder.resolve("설정.yaml"), "lr: 0.05\nepochs: 3\nmodel: densenet-bc-10-4\nmilestones: [0.3, 0.6]\n");
        CommandLineRun run = CommandLineRun.of(
                "train",
                "-c",
                config.toString(),
                "--lr",
                "0.01",
                "--max-steps",
                "1",
                "--project",
                project().toString(),
                "--format",
                "json",
                "-q");
        assertEquals(0, run.exitCode(), run.err());
        Map<String, String> used =
                OptionLayers.yaml(project().resolve("train/args.yaml")).values();
        assertEquals("0.01", used.get("lr"), "typed");
        assertEquals("3", used.get("epochs"), "in the file");
        assertEquals("0.3,0.6", used.get("milestones"), "in the file");
        assertEquals("500", used.get("val-split"), "in the recipe of fashion-mnist-mini");
        assertEquals("0.9", used.get("momentum"), "the paper's");
        assertEquals("max_steps", run.json().get("ending").asString());
    }

    @Test
    void aRunThatIsCutWithinItsFirstEpochIsTestedWithTheWeightsItHas() {
        JsonNode result = train(pictures, "--max-steps", "3").json();
        assertEquals(3, result.get("steps").asInt());
        assertEquals(0, result.get("epochs").asInt());
        assertEquals(12, result.get("images").asInt());
        assertBetween(1e-6, 5, result.get("trainLoss"));
        assertBetween(1e-6, 1e6, result.get("loss"));
    }

    @Test
    void greyPicturesAreTakenToo() throws IOException {
        Path grey = folder.resolve("회색");
        SmallData.pictures(grey.resolve("train"), List.of("a", "b"), 8, BufferedImage.TYPE_BYTE_GRAY, 3);
        SmallData.pictures(grey.resolve("test"), List.of("a", "b"), 2, BufferedImage.TYPE_BYTE_GRAY, 4);
        CommandLineRun run = train(grey);
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(4, run.json().get("images").asInt());
    }

    @Test
    void theValFolderChoosesTheBestEpochAndIsTestedWithWhenThereIsNoTest() throws IOException {
        Path data = folder.resolve("data");
        SmallData.pictures(data.resolve("train"), List.of("a", "b"), 8, BufferedImage.TYPE_INT_RGB, 3);
        SmallData.pictures(data.resolve("val"), List.of("a", "b"), 3, BufferedImage.TYPE_INT_RGB, 4);
        JsonNode result = train(data).json();
        assertEquals(6, result.get("images").asInt());
        double bestOfAnyEpoch = validationTop1().max(Double::compare).orElseThrow();
        assertEquals(bestOfAnyEpoch, result.get("top1").asDouble(), 1e-3);
    }

    @Test
    void imagesCanBeHeldOutForValidation() throws IOException {
        CommandLineRun run = train(pictures, "--val-split", "6");
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(2, validationTop1().count());
        String log = Files.readString(project().resolve("train/train.log"));
        assertTrue(log.contains("30 images to train on, 6 held out, 12 to test"), log);
        assertEquals(12, run.json().get("images").asInt(), "the test images are still those of the data set");
    }

    @Test
    void aFolderThatIsUsedAgainKeepsNothingOfTheRunBefore() throws IOException {
        train(pictures, "--name", "mine");
        CommandLineRun again = train(pictures, "--name", "mine", "--exist-ok", "--max-steps", "1");
        assertEquals(0, again.exitCode(), again.err());
        Path runFolder = project().resolve("mine");
        assertEquals(runFolder.toString(), again.json().get("run").asString());
        assertFalse(Files.exists(runFolder.resolve("weights/best.safetensors")), "it was the first run's");
        assertFalse(Files.exists(runFolder.resolve("weights/last.previous.safetensors")), "it was the first run's");
        assertFalse(Files.readString(runFolder.resolve("train.log")).contains("epoch 1:"));
    }

    @Test
    void trainingGoesOnFromGivenWeightsOfTheSameNetworkOnly() {
        train(pictures);
        String weights = project().resolve("train/weights/last.safetensors").toString();
        CommandLineRun from = train(pictures, "--weights", weights, "--lr", "1e-9", "--max-steps", "1");
        CommandLineRun fresh = train(pictures, "--lr", "1e-9", "--max-steps", "1");
        assertTrue(
                from.json().get("trainLoss").asDouble()
                        < fresh.json().get("trainLoss").asDouble(),
                "weights that were trained know more");
        CommandLineRun refused = train(pictures, "--weights", weights, "--growth-rate", "5", "--name", "refused");
        assertEquals(5, refused.exitCode());
        assertTrue(refused.err().contains("is another network than"), refused.err());
        assertFalse(Files.exists(project().resolve("refused")));
    }

    private CommandLineRun train(Path data, String... more) {
        return CommandLineRun.of(SmallData.train(data, project(), more));
    }

    private Path project() {
        return folder.resolve("실험");
    }

    private Stream<Double> validationTop1() throws IOException {
        return Files.readAllLines(project().resolve("train/results.csv")).stream()
                .skip(1)
                .map(line -> Double.valueOf(line.split(",", -1)[6]));
    }

    private static void assertBetween(double least, double most, JsonNode value) {
        assertTrue(value.isNumber(), value::toString);
        assertTrue(value.asDouble() >= least && value.asDouble() <= most, value::toString);
    }
}
