package io.densenet.examples;

import io.densenet.arch.DenseNet;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.DenseNets;
import io.densenet.cpu.CpuClassifier;
import io.densenet.cpu.CpuOptions;
import io.densenet.cpu.MemoryMode;
import io.densenet.data.Augmentation;
import io.densenet.data.DatasetPlaces;
import io.densenet.data.DatasetSplits;
import io.densenet.data.Datasets;
import io.densenet.data.ImageDataset;
import io.densenet.engine.TrainableClassifier;
import io.densenet.eval.Evaluation;
import io.densenet.eval.Evaluator;
import io.densenet.model.ModelDescription;
import io.densenet.train.Limits;
import io.densenet.train.RunFolder;
import io.densenet.train.Schedule;
import io.densenet.train.Sgd;
import io.densenet.train.Trainer;
import io.densenet.train.TrainingConfig;
import io.densenet.train.TrainingListener;
import io.densenet.weights.Initializer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/// Trains a small DenseNet-BC on the pictures that ship with the program, and tests it.
///
///     Train FOLDER [STEPS]
final class Train {
    private Train() {}

    public static void main(String... arguments) throws IOException {
        DatasetSplits data = Datasets.open("fashion-mnist-mini", DatasetPlaces.usual(null), 28);
        ImageDataset test = Objects.requireNonNull(data.test()); // a folder of pictures may have none
        List<String> classes = data.train().classNames();
        DenseNetConfig network = DenseNets.named("densenet-bc-22-8", data.channels(), classes.size());
        var description = new ModelDescription("fashion", network, data.preprocessing(), classes);
        var config = new TrainingConfig(
                10, 32, 1, 42, new Schedule.OneCycle(), new Sgd(0.2, 0.9, true, 1e-4), 0, new Augmentation.None());
        var limits = new Limits(arguments.length > 1 ? Long.parseLong(arguments[1]) : 0, 0, 0, 500);

        var options = new CpuOptions(Runtime.getRuntime().availableProcessors(), MemoryMode.STANDARD);
        try (TrainableClassifier model =
                        CpuClassifier.open(DenseNet.of(network), description.inputShape(), options);
                RunFolder folder = RunFolder.createNext(Path.of(arguments[0]), "example")) {
            model.load(Initializer.initialize(description.graph().stateDict(), 42, Initializer.Fan.OUT));
            var images = new Trainer.Data(data.train(), null, 1);
            new Trainer(model, description, images, config, limits, folder, new TrainingListener() {}).run();
            Evaluation tested = Evaluator.evaluate(model, test, description.preprocessing(), 100, 1);
            System.out.printf("%s: %.1f %% right%n", folder.last(), tested.accuracy());
        }
    }
}
