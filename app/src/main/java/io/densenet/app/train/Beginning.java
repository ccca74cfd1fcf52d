package io.densenet.app.train;

import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import io.densenet.app.inference.TrainedModel;
import io.densenet.app.options.DataSource;
import io.densenet.app.options.TrainOptions;
import io.densenet.app.output.Console;
import io.densenet.arch.Architecture;
import io.densenet.arch.Baseline;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.FrozenFront;
import io.densenet.data.DatasetSplits;
import io.densenet.data.Preprocessing;
import io.densenet.model.ModelDescription;
import io.densenet.model.ModelFile;
import io.densenet.model.Transfer;
import io.densenet.train.Checkpoint;
import io.densenet.weights.Initializer;
import io.densenet.weights.StateDict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// What a run begins with: data, the network for their classes, and where its first weights come from. Everything
/// is read here and nothing is written.
///
/// @param before  network to start from; nothing for weights at random
/// @param trained its weights, until [#withoutWeights()] lets them go
/// @param frozen  what of it stays as it is
record Beginning(
        DatasetSplits splits,
        ModelDescription description,
        Optional<ModelDescription> before,
        Optional<StateDict> trained,
        FrozenFront frozen) {
    /// Opens the data and lays out the network.
    ///
    /// @param resumed run to go on with. What it was started from need not be there any more: its checkpoints have
    ///                the network
    static Beginning of(TrainOptions options, Optional<Path> resumed, Console console) throws IOException {
        Optional<Path> weights = options.fineTuning().weights();
        if (weights.isEmpty()) {
            return atRandom(options, console);
        }
        ModelFile trained = resumed.isPresent()
                ? checkpoint(resumed.get())
                : TrainedModel.read(weights.get(), console).model();
        return from(options, trained, console);
    }

    private static ModelFile checkpoint(Path run) throws IOException {
        return Checkpoint.newestNetwork(run)
                .orElseThrow(
                        () -> new CommandFailure(ExitCode.USAGE, run + ": has no checkpoint yet; start a new run"));
    }

    private static Beginning atRandom(TrainOptions options, Console console) throws IOException {
        if (options.fineTuning().channels().isPresent()) {
            throw new CommandFailure(
                    ExitCode.USAGE, "--channels fits trained weights to other images; it goes with --weights");
        }
        DatasetSplits splits = DataSource.open(options, console);
        int classes = splits.train().classNames().size();
        Architecture network = options.model().architecture(splits.channels(), classes, options.dropRate());
        Preprocessing preprocessing = DataSource.preprocessing(options, splits);
        return new Beginning(
                splits,
                new ModelDescription(
                        options.model().name(),
                        network,
                        preprocessing,
                        splits.train().classNames(),
                        splits.train().task()),
                Optional.empty(),
                Optional.empty(),
                options.fineTuning().frozen(network));
    }

    private static Beginning from(TrainOptions options, ModelFile trained, Console console) throws IOException {
        ModelDescription before = trained.description();
        DatasetSplits splits = DataSource.open(options, before.preprocessing(), console);
        Preprocessing preprocessing = DataSource.preprocessing(options, splits, before.preprocessing());
        int classes = splits.train().classNames().size();
        if (options.model().isOverriddenOnly()) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "the network is that of --weights, so what changes one goes with --model only; leave it out");
        }
        Architecture network = options.model().isGiven()
                ? options.model().architecture(preprocessing.channels(), classes, options.dropRate())
                : fitted(before.architecture(), preprocessing.channels(), classes, options.dropRate());
        String name = options.model().isGiven() ? options.model().name() : before.name();
        ModelDescription description = CommandFailure.usage(() -> new ModelDescription(
                name,
                network,
                preprocessing,
                splits.train().classNames(),
                splits.train().task()));
        return new Beginning(
                splits,
                description,
                Optional.of(before),
                Optional.of(trained.state()),
                options.fineTuning().frozen(network));
    }

    private static Architecture fitted(Architecture network, int channels, int classes, Optional<Double> dropRate) {
        return switch (network) {
            case DenseNetConfig config -> {
                DenseNetConfig fitted =
                        config.withNumClasses(classes).withStem(config.stem().withInputChannels(channels));
                yield dropRate.map(fitted::withDropRate).orElse(fitted);
            }
            case Baseline baseline -> {
                if (dropRate.isPresent() || channels != baseline.inputChannels()) {
                    throw new CommandFailure(
                            ExitCode.USAGE,
                            "--dropout and --channels change DenseNets only, and %s is none; leave them out"
                                    .formatted(baseline.name()));
                }
                yield baseline.withNumClasses(classes);
            }
        };
    }

    /// The same for the time when the network has its first weights, so that memory does not hold them twice.
    Beginning withoutWeights() {
        return new Beginning(splits, description, before, Optional.empty(), frozen);
    }

    /// The first weights.
    ///
    /// @throws CommandFailure when those to start from are of another network
    StateDict weights(TrainOptions options) {
        StateDict fresh = Initializer.initialize(description.graph().stateDict(), options.seed(), options.fan());
        if (before.isEmpty()) {
            return fresh;
        }
        ModelFile start = new ModelFile(before.get(), trained.orElseThrow());
        try {
            return Transfer.of(start, description, fresh);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(
                    ExitCode.MODEL_FILE_REFUSED,
                    "%s: holds a %s, which is another network than the one asked for (%s): %s"
                            .formatted(
                                    options.fineTuning().weights().orElseThrow(),
                                    before.get().name(),
                                    description.name(),
                                    e.getMessage()));
        }
    }

    /// What becomes of the weights to start from, in words; nothing when there are none.
    Optional<String> inWords() {
        return before.map(network -> classifierInWords(network) + frozenInWords());
    }

    private String classifierInWords(ModelDescription before) {
        return switch (Transfer.lastLayer(before.classNames(), description.classNames())) {
            case KEPT -> "the classes are the same, so the last layer is kept";
            case REORDERED -> "the classes are the same in another order, so the last layer is kept, put in order";
            case NEW ->
                "a new last layer for %,d classes"
                        .formatted(description.classNames().size());
        };
    }

    private String frozenInWords() {
        if (frozen.isEmpty()) {
            return "";
        }
        return frozen.isAllFeatures()
                ? "; all before it is frozen"
                : "; frozen are the stem and %d of %d blocks".formatted(frozen.blocks(), frozen.allBlocks());
    }
}
