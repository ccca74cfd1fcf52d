package io.densenet.train;

import io.densenet.arch.Architecture;
import io.densenet.arch.Baseline;
import io.densenet.arch.BatchNorm;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.FrozenFront;
import io.densenet.arch.Stem;
import io.densenet.data.Augmentation;
import io.densenet.data.Fit;
import io.densenet.data.Interpolation;
import io.densenet.data.Preprocessing;
import io.densenet.model.ModelDescription;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Everything that must be the same for a resumed run to end with the same bits, but the engine: names
/// and values as checkpoints hold them. Written out by hand, so that renaming something in Java never
/// changes the files.
final class Settings {
    /// What a checkpoint that is older than a setting ran with. Whoever adds a setting names here what
    /// was the case before there was a choice.
    private static final Map<String, String> DEFAULTS = Map.of(
            "frozen", "nothing",
            "class weights", "none",
            "factor of the classifier's rate", "1.0",
            "task", "single-label");

    private Settings() {}

    static SequencedMap<String, String> of(
            TrainingConfig config, ModelDescription description, FrozenFront frozen, int trainingImages) {
        SequencedMap<String, String> settings = new LinkedHashMap<>();
        settings.put("epochs", Integer.toString(config.epochs()));
        settings.put("batch size", Integer.toString(config.batchSize()));
        settings.put("accumulation steps", Integer.toString(config.accumulationSteps()));
        settings.put("seed", Long.toString(config.seed()));
        settings.put("schedule", schedule(config.schedule()));
        settings.put("optimizer", optimizer(config.optimizer()));
        settings.put("label smoothing", Double.toString(config.labelSmoothing()));
        settings.put("augmentation", augmentation(config.augmentation()));
        settings.put("class weights", classWeighting(config.classWeighting()));
        settings.put("factor of the classifier's rate", Double.toString(config.headRateFactor()));
        settings.put("frozen", frozen(frozen));
        describe(description.architecture(), settings);
        settings.put("classes", classes(description.classNames()));
        settings.put("task", description.task().toString());
        settings.put("preprocessing", preprocessing(description.preprocessing()));
        settings.put("training images", Integer.toString(trainingImages));
        return settings;
    }

    private static void describe(Architecture architecture, SequencedMap<String, String> settings) {
        switch (architecture) {
            case DenseNetConfig network -> describe(network, settings);
            case Baseline baseline -> {
                settings.put("network", "%s, %d channels".formatted(baseline.name(), baseline.inputChannels()));
                baseline.variations().forEach(settings::put);
            }
        }
    }

    private static void describe(DenseNetConfig network, SequencedMap<String, String> settings) {
        settings.put("growth rate", Integer.toString(network.growthRate()));
        settings.put("layers per block", list(network.layersPerBlock()));
        settings.put("bottleneck factor", Integer.toString(network.bottleneckFactor()));
        settings.put("compression", Double.toString(network.compression()));
        settings.put("stem", stem(network.stem()));
        settings.put("batch norm", batchNorm(network.batchNorm()));
        settings.put("dropout", Double.toString(network.dropRate()));
    }

    /// One sentence for the first setting in which two runs differ, or nothing. What only one of them has
    /// counts.
    static Optional<String> firstDifference(Map<String, String> before, Map<String, String> now) {
        return firstDifference(before, now, DEFAULTS);
    }

    static Optional<String> firstDifference(
            Map<String, String> before, Map<String, String> now, Map<String, String> defaults) {
        SequencedMap<String, String> all = new LinkedHashMap<>(now);
        new TreeSet<>(before.keySet()).forEach(name -> all.putIfAbsent(name, "unknown to this version"));
        return all.entrySet().stream()
                .map(entry -> {
                    String old = before.getOrDefault(entry.getKey(), defaults.getOrDefault(entry.getKey(), "not set"));
                    return old.equals(entry.getValue())
                            ? ""
                            : "%s was %s, is now %s".formatted(entry.getKey(), old, entry.getValue());
                })
                .filter(sentence -> !sentence.isEmpty())
                .findFirst();
    }

    private static String schedule(Schedule schedule) {
        return switch (schedule) {
            case Schedule.Constant _ -> "constant";
            case Schedule.Multistep m -> "multistep at %s by %s".formatted(list(m.milestones()), m.gamma());
            case Schedule.Cosine _ -> "cosine";
            case Schedule.OneCycle _ -> "one cycle";
            case Schedule.Warmup w -> "warm-up of %d epochs, then %s".formatted(w.epochs(), schedule(w.schedule()));
        };
    }

    private static String optimizer(Sgd sgd) {
        return "sgd, learning rate %s, momentum %s%s, weight decay %s"
                .formatted(sgd.learningRate(), sgd.momentum(), sgd.nesterov() ? " (nesterov)" : "", sgd.weightDecay());
    }

    private static String classWeighting(ClassWeighting weighting) {
        return switch (weighting) {
            case NONE -> "none";
            case BALANCED -> "balanced";
        };
    }

    private static String frozen(FrozenFront frozen) {
        return frozen.isEmpty() ? "nothing" : "%d blocks of %d".formatted(frozen.blocks(), frozen.allBlocks());
    }

    private static String augmentation(Augmentation augmentation) {
        return switch (augmentation) {
            case Augmentation.None _ -> "none";
            case Augmentation.Standard s -> "standard, padding " + s.padding() + padColour(s.colour());
            case Augmentation.ImageNet i ->
                "imagenet, area from %s, jitter %s, lighting %s".formatted(i.leastArea(), i.jitter(), i.lighting());
        };
    }

    /// The mean colour is not named: checkpoints are older than the choice.
    private static String padColour(Augmentation.PadColour colour) {
        return switch (colour) {
            case MEAN -> "";
            case BLACK -> ", black";
        };
    }

    private static String stem(Stem stem) {
        String kind = switch (stem) {
            case Stem.Cifar _ -> "cifar";
            case Stem.ImageNet _ -> "imagenet";
        };
        return "%s, %d to %d channels".formatted(kind, stem.inputChannels(), stem.initialChannels());
    }

    private static String batchNorm(BatchNorm norm) {
        return "epsilon %s, momentum %s".formatted(norm.epsilon(), norm.momentum());
    }

    /// Each behind its length: a name may hold any character.
    private static String classes(List<String> names) {
        return names.stream().map(name -> name.length() + ":" + name).collect(Collectors.joining(", "));
    }

    private static String preprocessing(Preprocessing preprocessing) {
        return "%dx%dx%d, mean %s, deviation %s%s%s"
                .formatted(
                        preprocessing.channels(),
                        preprocessing.height(),
                        preprocessing.width(),
                        list(preprocessing.normalization().mean()),
                        list(preprocessing.normalization().deviation()),
                        fit(preprocessing.fit()),
                        switch (preprocessing.order()) {
                            case RGB -> "";
                            case BGR -> ", bgr";
                        });
    }

    /// Stretching is not named, and neither is where the centre lies in the authors' code: checkpoints are older
    /// than these choices.
    private static String fit(Fit fit) {
        return switch (fit) {
            case Fit.Stretch stretch ->
                stretch.equals(new Fit.Stretch()) ? "" : ", stretched " + interpolation(stretch.interpolation());
            case Fit.Square square -> ", square " + interpolation(square.interpolation());
            case Fit.ShortSide side ->
                ", short side %d %s%s"
                        .formatted(
                                side.pixels(),
                                interpolation(side.interpolation()),
                                switch (side.halfPixel()) {
                                    case UP -> "";
                                    case EVEN -> ", centre even";
                                });
        };
    }

    private static String interpolation(Interpolation interpolation) {
        return switch (interpolation) {
            case NEAREST -> "nearest";
            case BILINEAR -> "bilinear";
            case BICUBIC -> "bicubic";
        };
    }

    private static String list(List<?> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
