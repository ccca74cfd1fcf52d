package io.densenet.app.options;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.densenet.app.options.OptionLayers.Layer;
import io.densenet.data.Augmentation;
import io.densenet.data.Fit;
import io.densenet.data.Interpolation;
import io.densenet.train.Schedule;
import io.densenet.train.Sgd;
import io.densenet.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The files in `configs` against the paper: Huang et al., §4.1 and §4.2.
final class PaperRecipesTest {
    private static final Path CONFIGS = Path.of("..", "configs");

    /// One column for each file; a dash for what it leaves to the program.
    private static final String TABLE = """
            option       | c10       | c10+     | c100     | c100+    | svhn      | imagenet
            data         | cifar10   | cifar10  | cifar100 | cifar100 | svhn      | imagenet
            epochs       | 300       | 300      | 300      | 300      | 40        | 90
            batch-size   | 64        | 64       | 64       | 64       | 64        | 256
            lr           | 0.1       | 0.1      | 0.1      | 0.1      | 0.1       | 0.1
            sched        | multistep | multistep | multistep | multistep | multistep | multistep
            milestones   | 0.5,0.75  | 0.5,0.75 | 0.5,0.75 | 0.5,0.75 | 0.5,0.75  | 0.3333,0.6666
            momentum     | 0.9       | 0.9      | 0.9      | 0.9      | 0.9       | 0.9
            no-nesterov  | false     | false    | false    | false    | false     | false
            weight-decay | 1.0E-4    | 1.0E-4   | 1.0E-4   | 1.0E-4   | 1.0E-4    | 1.0E-4
            init         | fan-out   | fan-out  | fan-out  | fan-out  | fan-out   | fan-out
            normalize    | channel   | channel  | channel  | channel  | unit      | channel
            augment      | none      | standard | none     | standard | none      | imagenet
            pad-with     | -         | mean     | -        | mean     | -         | -
            dropout      | 0.2       | 0.0      | 0.2      | 0.0      | 0.2       | 0.0
            val-split    | 0         | 0        | 0        | 0        | 6000      | 0
            crop-pct     | -         | -        | -        | -        | -         | 0.875
            image-size   | -         | -        | -        | -        | -         | 224
            model        | -         | -        | -        | -        | -         | densenet121
            """;

    @ParameterizedTest
    @ValueSource(strings = {"c10", "c10+", "c100", "c100+", "svhn", "imagenet"})
    void everyFieldIsThePapers(String recipe) throws IOException {
        Map<String, String> expected = column(recipe);
        Layer file = file(recipe);
        assertEquals(
                expected.keySet().stream().sorted().toList(),
                file.values().keySet().stream().sorted().toList());
        Map<String, Object> values = OptionLayers.values(filled(recipe));
        expected.forEach((option, value) -> assertEquals(value, String.valueOf(values.get(option)), option));
    }

    @ParameterizedTest
    @CsvSource({
        "c10, 150, 225",
        "c10+, 150, 225",
        "c100, 150, 225",
        "c100+, 150, 225",
        "svhn, 20, 30",
        "imagenet, 30, 60"
    })
    void theRateIsDividedByTenTwice(String recipe, int first, int second) throws IOException {
        TrainingConfig config = filled(recipe).config();
        for (int epoch = 0; epoch < config.epochs(); epoch++) {
            double factor = config.schedule().factor(new Schedule.Moment(epoch, config.epochs(), 0, 1));
            assertEquals(epoch < first ? 1 : epoch < second ? 0.1 : 0.01, factor, 1e-12, "epoch " + epoch);
        }
        assertEquals(Sgd.OF_THE_PAPER, config.optimizer());
        assertEquals(1, config.accumulationSteps());
        assertEquals(0, config.labelSmoothing());
    }

    @Test
    void imagesAreAugmentedAndFittedAsInTheAuthorsCode() throws IOException {
        assertEquals(new Augmentation.None(), filled("c10").config().augmentation());
        assertEquals(
                new Augmentation.Standard(4, Augmentation.PadColour.MEAN),
                filled("c100+").config().augmentation());
        assertEquals(
                new Augmentation.ImageNet(0.08, 0.4, 0.1),
                filled("imagenet").config().augmentation());
        assertEquals(new Fit.Stretch(), filled("c10+").fit(32));
        assertEquals(
                new Fit.ShortSide(256, Interpolation.BICUBIC),
                filled("imagenet").fit(224));
    }

    @Test
    void theProgramTakesThemForSvhnAndImageNetUnasked() throws IOException {
        for (String data : List.of("svhn", "imagenet")) {
            assertEquals(file(data).values(), Recipes.of(data, Path.of("")).values());
        }
    }

    private static TrainOptions filled(String recipe) throws IOException {
        return OptionLayers.fill(new TrainOptions(), List.of(file(recipe)));
    }

    private static Layer file(String recipe) throws IOException {
        return OptionLayers.yaml(CONFIGS.resolve(recipe + ".yaml"));
    }

    private static Map<String, String> column(String recipe) {
        List<List<String>> rows = new ArrayList<>();
        TABLE.lines()
                .forEach(line -> rows.add(
                        Arrays.stream(line.split("\\|", -1)).map(String::strip).toList()));
        int column = rows.getFirst().indexOf(recipe);
        Map<String, String> values = new LinkedHashMap<>();
        for (List<String> row : rows.subList(1, rows.size())) {
            if (!row.get(column).equals("-")) {
                values.put(row.getFirst(), row.get(column));
            }
        }
        return values;
    }
}
