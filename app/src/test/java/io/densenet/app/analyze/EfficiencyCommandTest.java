package io.densenet.app.analyze;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.app.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

final class EfficiencyCommandTest {
    @TempDir
    private Path folder;

    @Test
    void withoutRunsFiguresThreeAndFourArePublished() throws IOException {
        CommandLineRun run = CommandLineRun.of("analyze", "efficiency", "-o", folder.toString());
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(
                2 * 2 * 560,
                ImageIO.read(folder.resolve("figure-3.png").toFile()).getWidth());
        assertEquals(
                2 * 2 * 560,
                ImageIO.read(folder.resolve("figure-4.png").toFile()).getWidth());
        assertTrue(Files.readString(folder.resolve("figure-3.svg")).contains("<svg"));
        List<String> table = Files.readAllLines(folder.resolve("efficiency.csv"));
        assertEquals(17, table.size());
        assertTrue(table.stream().skip(1).allMatch(line -> line.contains(",published,")));
    }

    /// 94.5 % right is 5.5 % wrong; parameters and multiply-adds are those of the network for grey pictures
    /// of 28 pixels and 10 classes, which InspectCommandTest holds `inspect --input 1x28x28` to.
    @Test
    void recordedRunsHaveAPictureOfTheirOwnAndTheCurves() throws IOException {
        Path one = recorded("one", "densenet-bc-40-12", "standard", 94.5);
        Path two = recorded("two", "densenet-40-12", "standard", 94.0);
        Path three = recorded("three", "densenet-40-12", "none", 93.0);
        Path none = Files.createDirectory(folder.resolve("none"));
        Path out = folder.resolve("figures");
        List<String> arguments = new ArrayList<>(List.of("analyze", "efficiency"));
        List.of(one, two, three, none).forEach(path -> arguments.add(path.toString()));
        arguments.addAll(List.of("-o", out.toString(), "--format", "json"));
        CommandLineRun run = CommandLineRun.of(arguments.toArray(String[]::new));
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.err().contains("none: no result.json, left out"), run.err());
        assertEquals(
                3 * 2 * 560, ImageIO.read(out.resolve("figure-4.png").toFile()).getWidth());
        assertTrue(Files.exists(out.resolve("ours-fashion-mnist+.png")));
        assertTrue(Files.exists(out.resolve("ours-fashion-mnist.svg")));

        List<JsonNode> ours = StreamSupport.stream(run.json().get("points").spliterator(), false)
                .filter(point -> point.get("origin").asString().equals("OURS"))
                .toList();
        assertEquals(3, ours.size());
        JsonNode point = ours.getFirst();
        assertEquals("densenet-bc-40-12", point.get("network").asString());
        assertEquals("DenseNet-BC", point.get("family").asString());
        assertEquals("fashion-mnist+", point.get("data").asString());
        assertEquals(5.5, point.get("error").asDouble(), 1e-9);
        JsonNode inspected = CommandLineRun.of("inspect", "densenet-bc-40-12", "--input", "1x28x28", "--format", "json")
                .json();
        assertEquals(
                inspected.get("parameters").asLong(), point.get("parameters").asLong());
        assertEquals(
                inspected.get("multiplyAdds").asLong(),
                point.get("multiplyAdds").asLong());
    }

    /// Data sets whose files name the classes, and one whose images have other sizes than those of a network for
    /// 32 pixels.
    @ParameterizedTest
    @CsvSource({
        "cifar10,        densenet-bc-100-12, 769162,   287929692",
        "cifar100,       densenet-bc-100-12, 800032,   287960472",
        "cifar100-coarse, densenet-40-12,    1024212,  264817408",
        "svhn,           densenet-40-12,     1019722,  264812928",
        "imagenet,       densenet121,        7978856,  2834161664",
    })
    void everyNamedDataSetHasItsClassesAndPixels(String data, String model, long parameters, long multiplyAdds)
            throws IOException {
        Path run = recorded("run", model, "standard", 95);
        Files.writeString(run.resolve("args.yaml"), "---\ndata: \"%s\"\nmodel: \"%s\"\n".formatted(data, model));
        JsonNode points = CommandLineRun.of(
                        "analyze", "efficiency", run.toString(), "-o", folder + "/out", "--format", "json")
                .json()
                .get("points");
        JsonNode ours = points.get(points.size() - 1);
        assertEquals(data + "+", ours.get("data").asString());
        assertEquals(parameters, ours.get("parameters").asLong());
        assertEquals(multiplyAdds, ours.get("multiplyAdds").asLong());
    }

    @Test
    void aResultWithoutATestIsRefused() throws IOException {
        Path run = recorded("run", "densenet-40-12", "none", 93.0);
        Files.writeString(run.resolve("result.json"), "{\"top1\":null}");
        CommandLineRun command = CommandLineRun.of("analyze", "efficiency", run.toString(), "-o", folder + "/out");
        assertEquals(5, command.exitCode(), command.err());
        assertTrue(command.err().contains("result.json"), command.err());
    }

    @Test
    void aFileInPlaceOfAFolderIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertEquals(
                2,
                CommandLineRun.of("analyze", "efficiency", "-o", file.toString())
                        .exitCode());
        CommandLineRun run = CommandLineRun.of("analyze", "efficiency", "nowhere", "-o", folder.toString());
        assertEquals(2, run.exitCode(), run.err());
        assertFalse(Files.exists(folder.resolve("figure-3.png")));
    }

    private Path recorded(String name, String model, String augment, double top1) throws IOException {
        Path run = Files.createDirectory(folder.resolve(name));
        Files.writeString(run.resolve("result.json"), "{\"run\":\"runs/%s\",\"top1\":%s}".formatted(name, top1));
        Files.writeString(
                run.resolve("args.yaml"),
                "---\ndata: \"fashion-mnist\"\nmodel: \"%s\"\naugment: \"%s\"\n".formatted(model, augment));
        Files.writeString(run.resolve("results.csv"), """
                epoch,step,time,train/loss,train/acc1,val/loss,val/acc1,val/acc5,lr
                1,10,1.0,0.68,76.4,0.7,75.0,99.0,0.1
                2,20,2.0,0.30,89.2,,,,0.1
                """);
        return run;
    }
}
