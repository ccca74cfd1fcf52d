package io.densenet.app.convert;

import io.densenet.app.inference.TrainedModel;
import io.densenet.app.options.OptionLayers;
import io.densenet.app.plot.ResultsRow;
import io.densenet.app.train.ResultsFile;
import io.densenet.data.NamedDataset;
import io.densenet.model.ModelCard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// What the folder of a run tells a model card.
final class RunCard {
    /// Options that say how a network was trained, as `args.yaml` has them.
    private static final List<String> TOLD = List.of(
            "data", "epochs", "batch-size", "lr", "sched", "momentum", "weight-decay", "dropout", "augment", "seed");

    private RunCard() {}

    /// Without training where the weights lie in no run.
    static ModelCard of(TrainedModel trained) throws IOException {
        Optional<Path> arguments = trained.arguments();
        if (arguments.isEmpty()) {
            return ModelCard.unknown();
        }
        Map<String, String> options = OptionLayers.yaml(arguments.get()).values();
        SequencedMap<String, String> training = new LinkedHashMap<>();
        for (String name : TOLD) {
            if (options.containsKey(name)) {
                training.put(name, options.get(name));
            }
        }
        Optional<NamedDataset> dataset = NamedDataset.of(options.getOrDefault("data", ""));
        if (dataset.isEmpty()) {
            training.replace("data", "a folder of pictures"); // where it lies is nobody's business
        }
        Path results = arguments.get().resolveSibling("results.csv");
        if (Files.exists(results)) {
            best(ResultsFile.read(results)).ifPresent(row -> {
                training.put("epoch of the best validation", String.valueOf(row.epoch()));
                String what = switch (row.task()) {
                    case SINGLE_LABEL -> "top-1";
                    case MULTI_LABEL -> "mean area under the ROC curves";
                };
                training.put(what + " there, on images held out", "%.2f %%".formatted(row.score()));
            });
        }
        return new ModelCard(dataset.map(RunCard::nameOnTheHub).stream().toList(), training);
    }

    private static Optional<ResultsRow> best(List<ResultsRow> rows) {
        return rows.stream()
                .filter(row -> !Double.isNaN(row.score()))
                .max(Comparator.comparingDouble(ResultsRow::score));
    }

    private static String nameOnTheHub(NamedDataset dataset) {
        return switch (dataset) {
            case FASHION_MNIST_MINI, FASHION_MNIST -> "zalando-datasets/fashion_mnist";
            case MNIST -> "ylecun/mnist";
            case CIFAR10 -> "uoft-cs/cifar10";
            case CIFAR100, CIFAR100_COARSE -> "uoft-cs/cifar100";
            case SVHN -> "ufldl-stanford/svhn";
            case IMAGENET -> "ILSVRC/imagenet-1k";
        };
    }
}
