package io.densenet.app.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.densenet.arch.baseline.Baselines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The files in `configs/rivals` against the papers and the published code of their authors, which each file
/// names. Milestones stand here as epochs.
final class RivalRecipesTest {
    private static final Path CONFIGS = Path.of("..", "configs", "rivals");

    private static final String TABLE = """
            recipe                | epochs | batch | lr    | epochs of milestones | times | decay  | augment  | dropout | drop-path
            nin                   | 160    | 128   | 0.01  | 128 144              | 0.1   | 1.0E-4 | none     | 0.5     | -
            all-cnn-c             | 350    | 128   | 0.05  | 200 250 300          | 0.1   | 0.001  | none     | 0.5     | -
            dsn                   | 160    | 100   | 0.001 | 128 144              | 0.1   | 1.0E-4 | none     | 0.5     | -
            highway-19            | 400    | 100   | 0.025 | 200 300 350          | 0.1   | 0.001  | standard | 0.2     | -
            fractalnet-21         | 400    | 100   | 0.02  | 200 300 350 375      | 0.1   | 0.0    | standard | 0.4     | 0.15
            resnet-110            | 164    | 128   | 0.1   | 81 122               | 0.1   | 1.0E-4 | standard | -       | -
            stochastic-depth-110  | 500    | 128   | 0.1   | 250 375              | 0.1   | 1.0E-4 | standard | -       | 0.5
            stochastic-depth-1202 | 500    | 128   | 0.1   | 250 375              | 0.1   | 1.0E-4 | standard | -       | 0.5
            wrn-16-4              | 160    | 128   | 0.01  | 80 120               | 0.1   | 5.0E-4 | none     | 0.4     | -
            wrn-16-8              | 200    | 128   | 0.1   | 60 120 160           | 0.2   | 5.0E-4 | standard | 0.0     | -
            wrn-28-10             | 200    | 128   | 0.1   | 60 120 160           | 0.2   | 5.0E-4 | standard | 0.0     | -
            preact-resnet-164     | 200    | 128   | 0.1   | 80 120               | 0.1   | 1.0E-4 | standard | -       | -
            preact-resnet-1001    | 200    | 64    | 0.1   | 80 120               | 0.1   | 1.0E-4 | standard | -       | -
            resnet34              | 90     | 256   | 0.1   | 30 60                | 0.1   | 1.0E-4 | imagenet | -       | -
            resnet50              | 90     | 256   | 0.1   | 30 60                | 0.1   | 1.0E-4 | imagenet | -       | -
            resnet101             | 90     | 256   | 0.1   | 30 60                | 0.1   | 1.0E-4 | imagenet | -       | -
            resnet152             | 90     | 256   | 0.1   | 30 60                | 0.1   | 1.0E-4 | imagenet | -       | -
            """;

    static Stream<List<String>> rows() {
        return TABLE.lines().skip(1).map(RivalRecipesTest::cells);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void everyFieldIsItsAuthors(List<String> row) throws IOException {
        TrainOptions options = filled(row.getFirst());
        Map<String, Object> values = OptionLayers.values(options);
        double epochs = Double.parseDouble(row.get(1));
        String milestones = Arrays.stream(
                        String.valueOf(values.get("milestones")).split(","))
                .map(part -> String.valueOf(Math.round(Double.parseDouble(part) * epochs)))
                .collect(Collectors.joining(" "));
        List<String> found = Stream.of(
                        values.get("model"),
                        values.get("epochs"),
                        values.get("batch-size"),
                        values.get("lr"),
                        milestones,
                        values.get("decay-rate"),
                        values.get("weight-decay"),
                        values.get("augment"),
                        values.getOrDefault("dropout", "-"),
                        values.getOrDefault("drop-path", "-"))
                .map(String::valueOf)
                .toList();
        assertEquals(row, found);
        options.model().architecture(3, 10, options.dropRate()); // every variation is one of this network's
    }

    @Test
    void everyRivalHasARecipe() throws IOException {
        try (Stream<Path> files = Files.list(CONFIGS)) {
            assertEquals(
                    new TreeSet<>(Baselines.OF_THE_PAPER),
                    files.map(file -> file.getFileName().toString().replace(".yaml", ""))
                            .collect(Collectors.toCollection(TreeSet::new)));
        }
    }

    /// SVHN's own recipe drops out, which is for DenseNets.
    @Test
    void theRecipeOfADataSetDropsOutForDenseNetsOnly() throws IOException {
        assertEquals("0.2", Recipes.of("svhn", "").values().get("dropout"));
        assertEquals("0.2", Recipes.of("svhn", "densenet-40-12").values().get("dropout"));
        Map<String, String> rival = Recipes.of("svhn", "stochastic-depth-152").values();
        assertFalse(rival.containsKey("dropout"));
        assertEquals("6000", rival.get("val-split"));
    }

    private static TrainOptions filled(String recipe) throws IOException {
        return OptionLayers.fill(new TrainOptions(), List.of(OptionLayers.yaml(CONFIGS.resolve(recipe + ".yaml"))));
    }

    private static List<String> cells(String line) {
        return Arrays.stream(line.split("\\|")).map(String::strip).toList();
    }
}
