package io.densenet.train;

import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.DenseNets;
import io.densenet.data.Augmentation;
import io.densenet.data.ImageDataset;
import io.densenet.data.InMemoryDataset;
import io.densenet.data.Normalization;
import io.densenet.data.Preprocessing;
import io.densenet.model.ModelDescription;
import io.densenet.random.RandomStream;
import io.densenet.weights.Initializer;
import io.densenet.weights.StateDict;
import java.util.List;

/// A training run small enough for a test: a [ToyClassifier], 50 images to train on and 20 to validate, 8 × 8
/// pixels each.
final class Toys {
    private static final int SIZE = 8;
    private static final int IMAGES = 50;
    private static final List<String> CLASSES = List.of("가", "b", "c");

    ToyClassifier fresh() {
        ToyClassifier toy = new ToyClassifier(description());
        toy.load(initial());
        return toy;
    }

    Trainer trainer(ToyClassifier toy, RunFolder folder, TrainingConfig config, Limits limits) {
        return new Trainer(toy, description(), data(), config, limits, folder, new TrainingListener() {});
    }

    StateDict initial() {
        return Initializer.initialize(new ToyClassifier(description()).graph().stateDict(), 7, Initializer.Fan.OUT);
    }

    TrainingConfig config(int epochs, int accumulation) {
        return new TrainingConfig(
                epochs,
                8,
                accumulation,
                7,
                new Schedule.OneCycle(),
                new Sgd(0.05, 0.9, true, 1e-4),
                0.1,
                new Augmentation.Standard(2));
    }

    ModelDescription description() {
        return description(CLASSES);
    }

    ModelDescription description(List<String> classNames) {
        DenseNetConfig config = DenseNets.named("densenet-bc-10-2", 1, 3);
        Normalization normalization = new Normalization(List.of(0.5), List.of(0.25));
        return new ModelDescription(
                "densenet-bc-10-2", config, new Preprocessing(1, SIZE, SIZE, normalization), classNames);
    }

    /// Images whose brightest third says the class, with noise.
    Trainer.Data data() {
        return new Trainer.Data(images(IMAGES, 1), images(20, 2), 2);
    }

    private static ImageDataset images(int count, long seed) {
        RandomStream random = RandomStream.of(seed, RandomStream.Purpose.SPLIT, 0, 0);
        byte[] pixels = new byte[count * SIZE * SIZE];
        int[] labels = new int[count];
        for (int n = 0; n < count; n++) {
            labels[n] = random.nextInt(3);
            for (int i = 0; i < SIZE * SIZE; i++) {
                boolean bright = i * 3 / (SIZE * SIZE) == labels[n];
                pixels[n * SIZE * SIZE + i] = (byte) (random.nextInt(100) + (bright ? 100 : 30));
            }
        }
        return new InMemoryDataset(1, SIZE, SIZE, pixels, labels, CLASSES);
    }
}
