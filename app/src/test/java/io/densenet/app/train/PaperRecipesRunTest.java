package io.densenet.app.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.app.CommandLineRun;
import io.densenet.app.SmallData;
import io.densenet.data.CifarFiles;
import io.densenet.data.Fit;
import io.densenet.data.Interpolation;
import io.densenet.data.MatFiles;
import io.densenet.data.Preprocessing;
import io.densenet.model.ModelDescription;
import io.densenet.model.ModelFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Each recipe of the paper, run for two steps on a small data set of the true format.
final class PaperRecipesRunTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"c10", "c10+"})
    void cifar10(String recipe) throws IOException {
        CifarFiles.writeFolder(folder.resolve("cifar10/cifar-10-batches-bin"), CifarFiles.cifar10());
        JsonNode result = train("cifar10", recipe);
        assertEquals(2, result.get("steps").asInt());
        assertEquals(2, result.get("images").asInt());
    }

    @ParameterizedTest
    @ValueSource(strings = {"c100", "c100+"})
    void cifar100(String recipe) throws IOException {
        CifarFiles.writeFolder(folder.resolve("cifar100"), CifarFiles.cifar100());
        assertEquals(2, train("cifar100", recipe).get("steps").asInt());
        assertEquals(100, description("train").classNames().size());
    }

    @Test
    void svhn() throws IOException {
        MatFiles.writeSvhn(folder.resolve("svhn"), 30, 50, 20);
        JsonNode result = train("svhn", "svhn", "--val-split", "10");
        assertEquals(1, result.get("epochs").asInt(), "70 images are two batches of 64");
        assertEquals(20, result.get("images").asInt());
        assertTrue(result.get("testedWeights").asString().contains("best"), "chosen by the images held out");
        assertEquals(
                List.of(1.0, 1.0, 1.0),
                description("train").preprocessing().normalization().deviation());
        assertEquals(List.of("0", "1", "2"), description("train").classNames().subList(0, 3));
    }

    /// Pictures of 16x16 in true folders, validation images flat with Caffe's list of their classes.
    @Test
    void imageNetAndItsTenCrops() throws IOException {
        List<String> ids = IntStream.range(0, 1000)
                .mapToObj(i -> String.format(Locale.ROOT, "n%08d", 1_440_764 + 5 * i))
                .toList();
        SmallData.pictures(folder.resolve("train"), ids, 1, BufferedImage.TYPE_INT_RGB, 1);
        SmallData.pictures(folder.resolve("made"), List.of("a"), 12, BufferedImage.TYPE_INT_RGB, 2);
        Files.move(folder.resolve("made/a"), folder.resolve("val"));
        List<String> list = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            String name = "ILSVRC2012_val_%08d.JPEG".formatted(i + 1); // PNG inside; some of ImageNet's are, too
            Files.move(folder.resolve("val/그림 %02d.png".formatted(i)), folder.resolve("val/" + name));
            list.add(name + " " + 80 * i);
        }
        Files.write(folder.resolve("val.txt"), list);
        String[] small = {"--growth-rate", "4", "--layers-per-block", "1,1,1,1", "--initial-channels", "8"};
        List<String> more = new ArrayList<>(List.of(small));
        more.addAll(List.of("--image-size", "32", "-b", "100"));
        JsonNode result = train("imagenet", "imagenet", more.toArray(String[]::new));
        assertEquals(12, result.get("images").asInt());
        Preprocessing preprocessing = description("train").preprocessing();
        assertEquals(new Fit.ShortSide(36, Interpolation.BICUBIC), preprocessing.fit());
        assertEquals(List.of(0.485, 0.456, 0.406), preprocessing.normalization().mean());

        JsonNode single = evaluate();
        assertEquals(result.get("loss").asDouble(), single.get("loss").asDouble(), 1e-5);
        assertEquals("single", single.get("crop").asString());
        JsonNode ten = evaluate("--crop", "ten");
        assertEquals("ten", ten.get("crop").asString());
        assertEquals(12, ten.get("images").asInt());
        assertEquals(100 - ten.get("top5").asDouble(), ten.get("top5Error").asDouble());
        assertTrue(ten.get("loss").asDouble() != single.get("loss").asDouble());
        JsonNode larger = evaluate("--crop", "ten", "--crop-pct", "0.5", "-b", "1");
        assertTrue(larger.get("loss").asDouble() != ten.get("loss").asDouble());
    }

    private JsonNode train(String data, String recipe, String... more) {
        List<String> arguments = new ArrayList<>(List.of("train", data, "-c", "../configs/" + recipe + ".yaml"));
        if (!data.equals("imagenet")) {
            arguments.addAll(List.of("--model", "densenet-bc-10-4"));
        }
        arguments.addAll(List.of(
                "--data-dir",
                folder.toString(),
                "--project",
                folder.resolve("runs").toString()));
        arguments.addAll(List.of("--max-steps", "2", "--threads", "1", "-q", "--format", "json"));
        arguments.addAll(List.of(more));
        CommandLineRun run = CommandLineRun.of(arguments.toArray(String[]::new));
        assertEquals(0, run.exitCode(), run.err());
        return run.json();
    }

    private JsonNode evaluate(String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("evaluate", folder.resolve("runs/train").toString()));
        arguments.addAll(List.of("--threads", "1", "-q", "--format", "json"));
        arguments.addAll(List.of(more));
        CommandLineRun run = CommandLineRun.of(arguments.toArray(String[]::new));
        assertEquals(0, run.exitCode(), run.err());
        return run.json();
    }

    private ModelDescription description(String run) throws IOException {
        return ModelFile.read(folder.resolve("runs").resolve(run).resolve("weights/last.safetensors"))
                .description();
    }
}
