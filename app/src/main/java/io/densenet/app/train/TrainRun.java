package io.densenet.app.train;

import io.densenet.app.doctor.Environment;
import io.densenet.app.engine.Engines;
import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExceptionHandler;
import io.densenet.app.failure.ExitCode;
import io.densenet.app.inference.EvaluationCharts;
import io.densenet.app.inference.EvaluationReport;
import io.densenet.app.options.OptionLayers;
import io.densenet.app.options.TrainOptions;
import io.densenet.app.output.Json;
import io.densenet.app.output.OutputOptions;
import io.densenet.app.output.ProgressListener;
import io.densenet.app.output.ShellCommand;
import io.densenet.app.plot.Plots;
import io.densenet.arch.Baseline;
import io.densenet.arch.Cost;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.FrozenFront;
import io.densenet.arch.Graph;
import io.densenet.arch.KnownMistakes;
import io.densenet.arch.Loss;
import io.densenet.arch.Op;
import io.densenet.data.DatasetException;
import io.densenet.data.DatasetSplits;
import io.densenet.data.ImageDataset;
import io.densenet.data.Task;
import io.densenet.engine.TrainableClassifier;
import io.densenet.error.MalformedFileException;
import io.densenet.eval.Evaluation;
import io.densenet.eval.Evaluator;
import io.densenet.model.ModelDescription;
import io.densenet.model.ModelFile;
import io.densenet.train.Checkpoint;
import io.densenet.train.ClassWeighting;
import io.densenet.train.RateSearch;
import io.densenet.train.RunFolder;
import io.densenet.train.Trainer;
import io.densenet.train.TrainingConfig;
import io.densenet.weights.DurableFile;
import io.densenet.weights.StateDict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.ObjIntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// One run of `densenet train`: data and network are prepared before anything is written, then training,
/// then the test with what came out best, pictures and the result.
final class TrainRun {
    private final TrainOptions options;
    private final OutputOptions output;
    private Beginning beginning;
    private final DatasetSplits splits;
    private final Trainer.Data data;
    private final ModelDescription description;
    private final TrainingConfig config;

    private TrainRun(TrainOptions options, OutputOptions output, Beginning beginning, TrainingConfig config) {
        this.options = options;
        this.output = output;
        this.beginning = beginning;
        this.splits = beginning.splits();
        this.description = beginning.description();
        this.data = new Trainer.Data(splits.train(), splits.validation(), options.workers());
        this.config = config;
    }

    /// Opens the data and lays out the network; writes nothing.
    ///
    /// @param resumed folder of the run to go on with
    static TrainRun prepare(TrainOptions options, Optional<Path> resumed, OutputOptions output) throws IOException {
        TrainingConfig config = CommandFailure.usage(options::config);
        CommandFailure.usage(options::limits);
        Beginning beginning = Beginning.of(options, resumed, output.console());
        ImageDataset images = beginning.splits().train();
        requireReadable(images);
        CommandFailure.requireUsage(() -> config.augmentation()
                .requireChannels(beginning.description().preprocessing().channels()));
        Graph graph = CommandFailure.usage(beginning.description()::graph);
        requireSmoothLoss(graph, config);
        requireSingleLabels(beginning.splits(), graph, config);
        requireBatchStatistics(graph, beginning.frozen(), images.size(), options.batchSize());
        return new TrainRun(options, output, beginning, config);
    }

    /// The network on its engine; writes nothing. Call it once: the weights to start from are not kept.
    ///
    /// @param initialize whether it is to have its initial weights; all zeros otherwise
    TrainableClassifier openModel(boolean initialize) throws IOException {
        Optional<StateDict> initial = initialize ? Optional.of(beginning.weights(options)) : Optional.empty();
        TrainableClassifier model = Engines.openForTraining(
                description, options.engine(), options.memory(), beginning.frozen(), options.batchSize());
        initial.ifPresent(model::load);
        beginning = beginning.withoutWeights();
        return model;
    }

    /// What the learning rate is multiplied with for the last layer.
    double headRateFactor() {
        return config.headRateFactor();
    }

    /// Tries learning rates instead of training.
    ///
    /// @param model    from [#openModel(boolean)]; its weights are spoiled
    /// @param listener hears of every step
    RateSearch searchRate(TrainableClassifier model, RateSearch.Range range, ObjIntConsumer<RateSearch.Point> listener)
            throws IOException {
        return RateSearch.run(model, description, data, config, range, listener);
    }

    /// Trains and tests.
    ///
    /// @param model   from [#openModel(boolean)]
    /// @param resumed whether the folder holds a run to go on with
    /// @param strict  whether a damaged last checkpoint is refused instead of taking the one before
    ExitCode execute(TrainableClassifier model, RunFolder folder, boolean resumed, boolean strict) throws IOException {
        if (!resumed) {
            folder.clear();
            writeDescription(folder, model);
        }
        try (RunLog log = new RunLog(output.console(), description.task(), folder.resolve("train.log"))) {
            announce(log, folder, model, resumed);
            Trainer.Outcome outcome;
            try (ProgressListener progress =
                    new ProgressListener(output.console(), description.task(), output.showsProgress())) {
                Trainer trainer = new Trainer(
                        model,
                        description,
                        data,
                        config,
                        options.limits(),
                        folder,
                        new Listeners(List.of(progress, log)));
                if (resumed) {
                    resume(trainer, folder, strict, log);
                    writeArguments(folder); // accepted, and perhaps changed
                }
                outcome = new SaveOnSignal(log, resumeCommand(folder), output::report).run(trainer);
            }
            if (outcome.ending() == Trainer.Ending.STOPPED) {
                return ExitCode.DONE; // not seen: the signal decides the exit code
            }
            finish(folder, model, outcome, log);
            return ExitCode.DONE;
        }
    }

    /// Some data sets read their images only when the first is asked for; better here than when there is a
    /// run folder.
    private static void requireReadable(ImageDataset images) throws IOException {
        images.image(0);
        images.image(images.size() - 1);
    }

    /// Smoothing spreads a probability, which only cross-entropy compares with.
    private static void requireSmoothLoss(Graph graph, TrainingConfig config) {
        if (graph.loss() != Loss.CROSS_ENTROPY && config.labelSmoothing() > 0) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "--label-smoothing does not go with the loss %s; leave it out, or try --loss %s"
                            .formatted(graph.loss(), Loss.CROSS_ENTROPY));
        }
    }

    /// Some options are for images of one class each; and whoever is to choose the best epoch needs images to choose
    /// by.
    private static void requireSingleLabels(DatasetSplits splits, Graph graph, TrainingConfig config)
            throws DatasetException {
        if (splits.train().task() == Task.SINGLE_LABEL) {
            return;
        }
        String option = config.labelSmoothing() > 0
                ? "--label-smoothing"
                : config.classWeighting() != ClassWeighting.NONE
                        ? "--class-weights"
                        : graph.loss() != Loss.CROSS_ENTROPY ? "--loss " + graph.loss() : "";
        if (!option.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "%s is for images of one class each, those of %s may have several; leave it out"
                            .formatted(option, splits.name()));
        }
        ImageDataset validation = splits.validation();
        if (validation != null && !tellsApart(validation)) {
            throw new DatasetException(
                    "%s: the best epoch is chosen by the areas under the ROC curves, but no class has images with and without it among the %,d held out; hold out more or none"
                            .formatted(splits.name(), validation.size()));
        }
    }

    /// Whether some class has images that are of it and others that are not.
    private static boolean tellsApart(ImageDataset images) {
        int classes = images.classNames().size();
        boolean[] with = new boolean[classes];
        boolean[] without = new boolean[classes];
        for (int i = 0; i < images.size(); i++) {
            float[] targets = images.targets(i);
            for (int c = 0; c < classes; c++) {
                with[c] |= targets[c] > 0.5;
                without[c] |= targets[c] <= 0.5;
            }
        }
        return IntStream.range(0, classes).anyMatch(c -> with[c] && without[c]);
    }

    /// A batch of one image leaves a batch norm over maps of one pixel without variance.
    private static void requireBatchStatistics(Graph graph, FrozenFront frozen, int images, int batchSize) {
        boolean lonely = batchSize == 1 || images % batchSize == 1;
        boolean onePixel = graph.nodes().stream()
                .anyMatch(node -> node.op() instanceof Op.BatchNormalization
                        && !frozen.holds(node.name())
                        && node.output().pixels() == 1);
        if (lonely && onePixel) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "%,d images in batches of %d leave a batch of one image, and this network shrinks images to one pixel,"
                                    .formatted(images, batchSize)
                            + " so batch normalization has nothing to average; change --batch-size or --image-size");
        }
    }

    private static void resume(Trainer trainer, RunFolder folder, boolean strict, RunLog log) throws IOException {
        Checkpoint checkpoint = strict
                ? last(folder)
                : Checkpoint.newest(folder, log::warning)
                        .orElseThrow(() -> new CommandFailure(
                                ExitCode.USAGE, folder.path() + ": has no checkpoint yet; start a new run"));
        CommandFailure.usage(() -> trainer.resume(checkpoint)).ifPresent(log::warning);
        log.status("resumed after epoch %d, step %,d"
                .formatted(checkpoint.progress().epoch(), checkpoint.progress().step()));
    }

    /// The last checkpoint and no other; when it cannot be read, the failure says what `--resume auto`
    /// would do.
    private static Checkpoint last(RunFolder folder) throws IOException {
        try {
            return Checkpoint.read(folder.last());
        } catch (MalformedFileException | NoSuchFileException e) {
            String advice = Checkpoint.previousInWords(folder)
                    .map(previous -> "--resume auto would go on from " + previous)
                    .orElse("there is no checkpoint before it that could be used; start a new run");
            throw new CommandFailure(
                    ExitCode.MODEL_FILE_REFUSED, "%s%n          %s".formatted(ExceptionHandler.line(e), advice));
        }
    }

    private void writeDescription(RunFolder folder, TrainableClassifier model) throws IOException {
        writeArguments(folder);
        Files.writeString(
                folder.resolve("environment.json"), Json.document(Environment.of(model.description())) + "\n");
        Files.write(folder.resolve("classes.txt"), description.classNames());
    }

    /// Writes `args.yaml`.
    void writeArguments(RunFolder folder) throws IOException {
        ByteBuffer document = StandardCharsets.UTF_8.encode(OptionLayers.document(options));
        DurableFile.write(folder.resolve("args.yaml"), channel -> channel.write(document));
    }

    private void announce(RunLog log, RunFolder folder, TrainableClassifier model, boolean resumed) {
        Cost cost = Cost.of(description.graph());
        log.status(String.format(
                Locale.ROOT,
                "%s: %s, %,d parameters, %.1f M multiply-adds an image of %s",
                description.name(),
                description.architecture().variant(),
                cost.parameters(),
                cost.multiplyAdds() / 1e6,
                description.inputShape()));
        ImageDataset validation = data.validation();
        ImageDataset test = splits.test();
        log.status(String.format(
                Locale.ROOT,
                "%s: %,d images to train on, %,d held out, %,d to test, %d classes",
                splits.name(),
                data.train().size(),
                validation == null ? 0 : validation.size(),
                test == null ? 0 : test.size(),
                description.classNames().size()));
        if (!resumed) {
            beginning
                    .inWords()
                    .ifPresent(words -> log.status("weights: %s; %s"
                            .formatted(options.fineTuning().weights().orElseThrow(), words)));
        }
        log.status("engine: " + model.description() + options.engine().reason(description.architecture()));
        log.status("run folder: " + folder.path());
        switch (description.architecture()) {
            case DenseNetConfig denseNet -> KnownMistakes.in(denseNet).forEach(sentence -> log.warning(sentence));
            case Baseline _ -> {}
        }
    }

    private void finish(RunFolder folder, TrainableClassifier model, Trainer.Outcome outcome, RunLog log)
            throws IOException {
        String weightsSha256 = model.stateDict().sha256();
        Plots.results(folder.resolve("results.png"), () -> ResultsFile.read(folder.resolve("results.csv")))
                .forEach(log::warning);
        ImageDataset images = splits.test() != null ? splits.test() : data.validation();
        Tested tested = images == null ? null : test(folder, model, images, weightsSha256);
        if (tested != null) {
            EvaluationCharts.draw(folder.path(), tested.evaluation(), description.classNames(), log::warning);
        }
        report(folder, model, outcome, tested, weightsSha256, log);
    }

    /// What was tested, and how good it is.
    private record Tested(Path weights, String sha256, Evaluation evaluation) {}

    /// Tests the weights of the best epoch, or the last ones when nothing was held out to choose by or
    /// the run was cut within its first epoch.
    private Tested test(RunFolder folder, TrainableClassifier model, ImageDataset images, String lastSha256)
            throws IOException {
        Path weights = folder.last();
        String sha256 = lastSha256;
        if (data.validation() != null && Files.exists(folder.best())) {
            StateDict best = ModelFile.read(folder.best()).state();
            model.load(best);
            weights = folder.best();
            sha256 = best.sha256();
        }
        return new Tested(
                folder.path().relativize(weights),
                sha256,
                Evaluator.evaluate(model, images, description.preprocessing(), config.batchSize(), options.workers()));
    }

    private void report(
            RunFolder folder,
            TrainableClassifier model,
            Trainer.Outcome outcome,
            @Nullable Tested tested,
            String weightsSha256,
            RunLog log) {
        Optional<EvaluationReport> report = Optional.ofNullable(tested)
                .map(Tested::evaluation)
                .map(evaluation -> new EvaluationReport(evaluation, description.classNames()));
        if (output.isJson()) {
            Map<String, @Nullable Object> result = new LinkedHashMap<>();
            result.put("run", folder.path().toString());
            result.put("ending", outcome.ending().name().toLowerCase(Locale.ROOT));
            result.put("epochs", outcome.progress().epoch());
            result.put("steps", outcome.progress().step());
            result.put("trainLoss", Double.isNaN(outcome.trainLoss()) ? null : outcome.trainLoss());
            report.map(EvaluationReport::summary).orElseGet(TrainRun::notTested).forEach(result::put);
            result.put("testedWeights", tested == null ? null : tested.weights().toString());
            result.put("testedWeightsSha256", tested == null ? null : tested.sha256());
            result.put("seconds", outcome.progress().seconds());
            result.put("imagesPerSecond", outcome.imagesPerSecond());
            result.put("engine", model.description());
            result.put("weightsSha256", weightsSha256);
            result.put("lossesSha256", outcome.progress().lossesSha256());
            output.out().println(Json.line(result));
            return;
        }
        report.ifPresent(lines ->
                output.out().println(lines.summary(splits.test() != null ? "test images" : "validation images")));
        String drawn = switch (description.task()) {
            case SINGLE_LABEL -> "weights, curves and confusion matrix: ";
            case MULTI_LABEL -> "weights, curves and ROC curves: ";
        };
        log.status(drawn + folder.path());
        String run = folder.path().toString();
        log.status("next: %s    %s IMAGE".formatted(ShellCommand.of("evaluate", run), ShellCommand.of("predict", run)));
    }

    private static SequencedMap<String, @Nullable Object> notTested() {
        SequencedMap<String, @Nullable Object> summary = new LinkedHashMap<>();
        summary.put("top1", null);
        summary.put("top5", null);
        summary.put("loss", null);
        summary.put("images", 0);
        return summary;
    }

    private static String resumeCommand(RunFolder folder) {
        return ShellCommand.of("train", "--resume", folder.path().toString());
    }
}
