package io.densenet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.arch.DenseNet;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.DenseNets;
import io.densenet.arch.Graph;
import io.densenet.cpu.CpuClassifier;
import io.densenet.cpu.CpuOptions;
import io.densenet.cpu.MemoryMode;
import io.densenet.data.Augmentation;
import io.densenet.data.DatasetPlaces;
import io.densenet.data.DatasetSplits;
import io.densenet.data.Datasets;
import io.densenet.data.HoldOut;
import io.densenet.engine.Classifier;
import io.densenet.engine.TrainableClassifier;
import io.densenet.eval.Evaluation;
import io.densenet.eval.Evaluator;
import io.densenet.model.ModelDescription;
import io.densenet.model.ModelFile;
import io.densenet.train.Limits;
import io.densenet.train.RunFolder;
import io.densenet.train.Schedule;
import io.densenet.train.Sgd;
import io.densenet.train.Trainer;
import io.densenet.train.TrainingConfig;
import io.densenet.train.TrainingListener;
import io.densenet.weights.Initializer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The README's example of the library: that it runs, and that the README shows what runs here.
class ReadmeExampleTest {
    // README: from here
    static Evaluation train(Path runs) throws IOException {
        DatasetSplits data = Datasets.open("fashion-mnist-mini", DatasetPlaces.usual(null), 28);
        HoldOut parts = HoldOut.of(data.train(), 5_000, 42);
        DenseNetConfig network = DenseNets.named("densenet-bc-22-8", data.channels(), 10);
        ModelDescription description = new ModelDescription(
                "my first", network, data.preprocessing(), data.train().classNames());
        DenseNet layers = DenseNet.of(network);
        CpuOptions options = new CpuOptions(2, MemoryMode.STANDARD);
        TrainingConfig config = new TrainingConfig(
                1, 32, 1, 42, new Schedule.OneCycle(), Sgd.OF_THE_PAPER, 0, new Augmentation.Standard(4));

        try (RunFolder folder = RunFolder.createNext(runs, "example")) {
            try (TrainableClassifier model = CpuClassifier.open(layers, description.inputShape(), options)) {
                model.load(Initializer.initialize(
                        Graph.of(layers, model.inputShape()).stateDict(), 42, Initializer.Fan.OUT));
                Trainer.Data images = new Trainer.Data(parts.train(), parts.validation(), 1);
                new Trainer(model, description, images, config, Limits.NONE, folder, new TrainingListener() {}).run();
            }
            ModelFile trained = ModelFile.read(folder.last());
            try (Classifier model =
                    CpuClassifier.openForInference(layers, description.inputShape(), trained.state(), options)) {
                return Evaluator.evaluate(model, parts.validation(), description.preprocessing(), 32, 1);
            }
        }
    }
    // README: to here

    @Test
    void theExampleLearns(@TempDir Path runs) throws IOException {
        Evaluation evaluation = train(runs);
        assertEquals(5_000, evaluation.images());
        assertTrue(evaluation.top1() > 40, "chance is 10 %%, found %s".formatted(evaluation.top1()));
        assertTrue(Files.exists(runs.resolve("example/results.csv")));
    }

    @Test
    void theReadmeShowsIt() throws IOException {
        String source = Files.readString(Path.of("src/test/java/io/densenet/ReadmeExampleTest.java"));
        int from = source.indexOf("    static Evaluation train");
        int to = source.indexOf("    // README: to " + "here");
        String example = source.substring(from, to).replaceAll("(?m)^ {4}", "");
        String readme = Files.readString(Path.of("../README.md"));
        assertTrue(readme.contains("```java\n" + example + "```"), "README.md should show\n" + example);
    }
}
