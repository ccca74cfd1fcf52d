package io.densenet.app.train;

import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import io.densenet.app.inference.TrainedModel;
import io.densenet.app.options.ModelOptions;
import io.densenet.app.options.OptionLayers;
import io.densenet.app.options.OptionLayers.Layer;
import io.densenet.app.options.Recipes;
import io.densenet.app.options.TrainOptions;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.ParseResult;

/// Where the options of a training come from, first place first: the command line, `-c FILE`, what suits trained
/// weights, the recipe of the data set, and the paper.
final class OptionSources {
    /// What weights bring with them, so that a recipe has no say in it.
    private static final Set<String> OF_THE_WEIGHTS = Set.of("model", "normalize", "image-size", "crop-pct", "dropout");

    private OptionSources() {}

    /// The options of a new run.
    ///
    /// @param config what `-c` names
    static TrainOptions ofNewRun(ParseResult parsed, Optional<Path> config) throws IOException {
        Layer typed = OptionLayers.typed(parsed);
        Layer file = configuration(config);
        String data = said("data", typed, file).orElse(new TrainOptions().data());
        Layer recipe = Recipes.of(data, said("model", typed, file).orElse(""));
        List<Layer> layers = said("weights", typed, file).isPresent()
                ? List.of(typed, file, Recipes.fineTuning(), recipe.without(OF_THE_WEIGHTS))
                : List.of(typed, file, recipe, new Layer("usual", Map.of("model", ModelOptions.USUAL)));
        return OptionLayers.fill(new TrainOptions(), layers);
    }

    /// The options of a run that goes on: its own, but for what is said now.
    static TrainOptions ofResumed(ParseResult parsed, Optional<Path> config, Path folder) throws IOException {
        Layer typed = OptionLayers.typed(parsed);
        Layer file = configuration(config);
        Layer own = OptionLayers.yaml(folder.resolve("args.yaml"));
        said("weights", typed, file)
                .filter(weights -> !weights.equals(own.values().get("weights")))
                .ifPresent(weights -> {
                    throw new CommandFailure(
                            ExitCode.USAGE,
                            "--weights %s: %s goes on from its checkpoint; leave it out, or start a new run"
                                    .formatted(weights, folder));
                });
        return OptionLayers.fill(new TrainOptions(), List.of(typed, file, own));
    }

    /// Whether libtorch will train with the options of a new run. Whatever is wrong with them is told when they are
    /// used.
    static boolean usesLibTorch(ParseResult parsed, Optional<Path> config) {
        try {
            return usesLibTorch(ofNewRun(parsed, config), Optional.empty());
        } catch (IOException | CommandFailure e) {
            return false;
        }
    }

    /// Whether libtorch will train with these options: when they say so, or the network is none that this project's
    /// own engine runs.
    ///
    /// @param resumed run to go on with
    static boolean usesLibTorch(TrainOptions options, Optional<Path> resumed) {
        Optional<Path> weights = options.fineTuning().weights();
        if (weights.isPresent() && !options.model().isGiven()) {
            return TrainedModel.usesLibTorch(resumed.orElse(weights.get()), options.engine());
        }
        return options.engine().usesLibTorch(options.model().architecture(1, 1, Optional.empty()));
    }

    /// Refuses an engine that is not there, or does not run the network, before any data are read.
    ///
    /// @throws CommandFailure when it is so
    static void requireEngine(TrainOptions options) {
        options.engine().require();
        if (options.fineTuning().weights().isEmpty()) {
            options.engine().choice(options.model().architecture(3, 10, Optional.empty()));
        }
    }

    private static Optional<String> said(String option, Layer typed, Layer file) {
        return Optional.ofNullable(
                typed.values().getOrDefault(option, file.values().get(option)));
    }

    private static Layer configuration(Optional<Path> config) throws IOException {
        if (config.isEmpty()) {
            return new Layer("no file", Map.of());
        }
        try {
            return OptionLayers.yaml(config.get());
        } catch (NoSuchFileException e) {
            throw new CommandFailure(ExitCode.USAGE, "-c %s: no such file".formatted(config.get()));
        }
    }
}
