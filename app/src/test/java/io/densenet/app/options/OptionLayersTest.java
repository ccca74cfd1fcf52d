package io.densenet.app.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import io.densenet.app.options.OptionLayers.Layer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Model.CommandSpec;

final class OptionLayersTest {
    /// One value for every option of a training run, none of them its default.
    private static final Map<String, String> EVERY_OPTION = Map.ofEntries(
            Map.entry("data", "./그림 폴더/a, b: c"),
            Map.entry("model", "densenet-bc-10-4"),
            Map.entry("growth-rate", "7"),
            Map.entry("layers-per-block", "1,2,3"),
            Map.entry("bottleneck-factor", "0"),
            Map.entry("compression", "0.75"),
            Map.entry("stem", "imagenet"),
            Map.entry("initial-channels", "9"),
            Map.entry("engine", "torch"),
            Map.entry("device", "cuda:1"),
            Map.entry("threads", "3"),
            Map.entry("memory", "efficient"),
            Map.entry("data-dir", "/데이터"),
            Map.entry("download", "true"),
            Map.entry("image-size", "48"),
            Map.entry("crop-pct", "0.9"),
            Map.entry("normalize", "unit"),
            Map.entry("epochs", "11"),
            Map.entry("batch-size", "13"),
            Map.entry("grad-accum-steps", "2"),
            Map.entry("lr", "0.003"),
            Map.entry("sched", "cosine"),
            Map.entry("milestones", "0.1,0.2,0.9"),
            Map.entry("decay-rate", "0.2"),
            Map.entry("residual-unit", "full-preact"),
            Map.entry("drop-path", "0.3"),
            Map.entry("loss", "squared-hinge"),
            Map.entry("warmup-epochs", "4"),
            Map.entry("momentum", "0.8"),
            Map.entry("no-nesterov", "true"),
            Map.entry("weight-decay", "5.0E-7"),
            Map.entry("dropout", "0.2"),
            Map.entry("augment", "none"),
            Map.entry("pad-with", "black"),
            Map.entry("label-smoothing", "0.1"),
            Map.entry("init", "fan-in"),
            Map.entry("val-split", "100"),
            Map.entry("seed", "-9007199254740993"),
            Map.entry("workers", "5"),
            Map.entry("weights", "true"), // a file may be called so
            Map.entry("freeze", "2-blocks"),
            Map.entry("head-lr", "0.3"),
            Map.entry("channels", "1"),
            Map.entry("class-weights", "balanced"),
            Map.entry("checkpoint-every-steps", "17"),
            Map.entry("patience", "6"),
            Map.entry("max-hours", "1.5"),
            Map.entry("max-steps", "12345678901"));

    @Test
    void everyOptionComesThroughTheArgumentsFileOfARun() {
        assertEquals(
                Stream.concat(
                                Stream.of("data"),
                                CommandSpec.forAnnotatedObject(new TrainOptions()).options().stream()
                                        .map(option -> option.longestName().substring(2)))
                        .sorted()
                        .toList(),
                EVERY_OPTION.keySet().stream().sorted().toList(),
                "an option without a value here is not tested");
        TrainOptions filled = OptionLayers.fill(new TrainOptions(), List.of(typed(EVERY_OPTION)));
        TrainOptions again =
                OptionLayers.fill(new TrainOptions(), List.of(typed(Map.of()), yaml(OptionLayers.document(filled))));
        assertEquals(EVERY_OPTION, asTyped(OptionLayers.values(filled)));
        assertEquals(EVERY_OPTION, asTyped(OptionLayers.values(again)));
    }

    @Test
    void whatNobodySetStaysUnsetInTheArgumentsFile() {
        Layer written = yaml(OptionLayers.document(new TrainOptions()));
        for (String unset : List.of(
                "image-size",
                "crop-pct",
                "normalize",
                "data-dir",
                "weights",
                "layers-per-block",
                "growth-rate",
                "threads")) {
            assertFalse(written.values().containsKey(unset), unset);
        }
        TrainOptions again = OptionLayers.fill(new TrainOptions(), List.of(typed(Map.of()), written));
        assertEquals(OptionLayers.values(new TrainOptions()), OptionLayers.values(again));
        assertEquals(300, again.epochs);
        assertFalse(again.noNesterov);
    }

    @Test
    void theFirstLayerThatSaysSomethingWins() {
        TrainOptions filled = OptionLayers.fill(
                new TrainOptions(),
                List.of(
                        typed(Map.of("lr", "1")),
                        typed(Map.of("lr", "2", "epochs", "2", "no-nesterov", "false")),
                        typed(Map.of("lr", "3", "epochs", "3", "batch-size", "3", "no-nesterov", "true"))));
        assertEquals(1, filled.learningRate);
        assertEquals(2, filled.epochs);
        assertEquals(3, filled.batchSize);
        assertFalse(filled.noNesterov);
        assertEquals(0.9, filled.momentum);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "batchsize: 3        | a.yaml: no option is called 'batchsize'; there are augment, batch-size",
                "epochs: many        | a.yaml: Invalid value for option '--epochs'",
                "- epochs            | a.yaml: expected lines such as 'batch-size: 64'",
                "epochs: {a: 1}      | a.yaml: epochs: expected a value or a list, found",
                "epochs:             | a.yaml: epochs: expected a value or a list, found null",
                "'epochs: [1'        | 'a.yaml, line 1: not YAML'",
                "'epochs: 1\nlr: 1\nepochs: 2' | 'a.yaml, line 3: not YAML: Duplicate'",
            })
    void aFileThatMakesNoSenseIsRefusedAndTheCulpritIsNamed(String text, String expected) {
        CommandFailure failure = assertThrows(
                CommandFailure.class,
                () -> OptionLayers.fill(new TrainOptions(), List.of(typed(Map.of()), yaml(text))));
        assertEquals(ExitCode.USAGE, failure.exitCode());
        assertTrue(String.valueOf(failure.getMessage()).startsWith(expected), failure.getMessage());
        assertEquals(1, String.valueOf(failure.getMessage()).lines().count(), failure.getMessage());
    }

    @Test
    void everyRecipeIsUnderstood(@TempDir Path here) throws IOException {
        Files.createDirectory(here.resolve("pictures"));
        for (String data : List.of("fashion-mnist-mini", "fashion-mnist", "mnist", "svhn", "imagenet", "pictures")) {
            Layer recipe = Recipes.of(data, here);
            assertFalse(recipe.values().isEmpty(), data);
            TrainOptions filled = OptionLayers.fill(new TrainOptions(), List.of(typed(Map.of()), recipe));
            assertEquals(recipe.values().get("epochs"), Integer.toString(filled.epochs), data);
            assertTrue(filled.config().epochs() > 0);
        }
        assertTrue(Recipes.of("cifar10", here).values().isEmpty(), "the defaults are the paper's recipe for CIFAR");
    }

    @Test
    void aFolderThatIsCalledLikeANamedDataSetDoesNotChangeItsRecipe(@TempDir Path here) throws IOException {
        Layer recipe = Recipes.of("mnist", here);
        Files.createDirectory(here.resolve("mnist"));
        Files.createDirectory(here.resolve("pictures"));
        assertEquals(recipe, Recipes.of("mnist", here));
        assertEquals(Recipes.of("pictures", here), Recipes.of("./mnist", here), "so typed, it is the folder");
        assertFalse(recipe.equals(Recipes.of("pictures", here)));
    }

    @Test
    void aValueThatWasTypedIsNotBlamedOnAFile() {
        CommandFailure failure = assertThrows(
                CommandFailure.class,
                () -> OptionLayers.fill(
                        new TrainOptions(), List.of(typed(Map.of("epochs", "many")), yaml("epochs: 3"))));
        assertTrue(
                String.valueOf(failure.getMessage()).startsWith("Invalid value for option '--epochs'"),
                failure.getMessage());
    }

    private static Layer typed(Map<String, String> values) {
        return new Layer("", values);
    }

    private static Layer yaml(String text) {
        return OptionLayers.yaml(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "a.yaml");
    }

    private static Map<String, String> asTyped(Map<String, Object> values) {
        return values.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().toString(), (a, b) -> a, LinkedHashMap::new));
    }
}
