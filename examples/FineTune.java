package io.densenet.examples;

import io.densenet.Weights;
import io.densenet.arch.DenseNet;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.FrozenFront;
import io.densenet.cpu.CpuClassifier;
import io.densenet.cpu.CpuOptions;
import io.densenet.cpu.MemoryMode;
import io.densenet.data.Augmentation;
import io.densenet.data.DatasetPlaces;
import io.densenet.data.DatasetSplits;
import io.densenet.data.Datasets;
import io.densenet.data.HoldOut;
import io.densenet.engine.TrainableClassifier;
import io.densenet.model.ModelDescription;
import io.densenet.model.ModelFile;
import io.densenet.model.Transfer;
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

/// Fits a trained DenseNet to other classes: the pictures of PICTURES/train/<class>/*. The stem and the first two
/// dense blocks stay as they are.
///
///     FineTune WEIGHTS PICTURES FOLDER
final class FineTune {
    private FineTune() {}

    public static void main(String... arguments) throws IOException {
        ModelFile trained = Weights.load(Path.of(arguments[0])); // ours, PyTorch's or Keras'
        var preprocessing = trained.description().preprocessing();
        DatasetSplits data = Datasets.open(arguments[1], DatasetPlaces.usual(null), preprocessing.height());
        List<String> classes = data.train().classNames();
        DenseNetConfig network =
                ((DenseNetConfig) trained.description().architecture()).withNumClasses(classes.size());
        var description = new ModelDescription("fine-tuned", network, preprocessing, classes);
        var config = new TrainingConfig(
                5, 16, 1, 42, new Schedule.OneCycle(), new Sgd(0.02, 0.9, true, 1e-4), 0, new Augmentation.Standard(4));

        var options = new CpuOptions(
                Runtime.getRuntime().availableProcessors(), MemoryMode.STANDARD, FrozenFront.of(network, 2));
        try (TrainableClassifier model =
                        CpuClassifier.open(DenseNet.of(network), description.inputShape(), options);
                RunFolder folder = RunFolder.createNext(Path.of(arguments[2]), "fine-tuned")) {
            var fresh = Initializer.initialize(description.graph().stateDict(), 42, Initializer.Fan.OUT);
            model.load(Transfer.of(trained, description, fresh));
            HoldOut parts = HoldOut.of(data.train(), data.train().size() / 5, 42); // to choose the best epoch by
            var images = new Trainer.Data(parts.train(), parts.validation(), 1);
            new Trainer(model, description, images, config, Limits.NONE, folder, new TrainingListener() {}).run();
            System.out.println(folder.best());
        }
    }
}
