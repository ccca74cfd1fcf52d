package io.densenet.train;

import io.densenet.data.BatchLoader;
import io.densenet.data.ImageBatch;
import io.densenet.data.ImageDataset;
import io.densenet.data.Task;
import io.densenet.data.TrainingOrder;
import io.densenet.engine.ParameterArena;
import io.densenet.engine.Step;
import io.densenet.engine.StepResult;
import io.densenet.engine.TrainableClassifier;
import io.densenet.eval.Evaluation;
import io.densenet.eval.Evaluator;
import io.densenet.model.ModelDescription;
import io.densenet.model.ModelFile;
import io.densenet.train.Progress.Best;
import io.densenet.train.TrainingListener.EpochSummary;
import io.densenet.train.TrainingListener.StepProgress;
import io.densenet.weights.StateDict;
import io.densenet.weights.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// The training loop: batches in, gradients from the engine, one update of the flat parameters, checkpoints at
/// the end of each epoch and in between.
///
/// A run that is stopped, killed and resumed any number of times ends with the bits of the run that was left
/// alone: every random number is named by (seed, epoch, sample), every counter is in the checkpoint, and
/// checkpoints stand between optimizer steps only.
public final class Trainer {
    private final TrainableClassifier model;
    private final ModelDescription description;
    private final Data data;
    private final TrainingConfig config;
    private final Limits limits;
    private final RunFolder folder;
    private final TrainingListener listener;

    private final int batchesPerEpoch;
    private final long totalSteps;
    private final float[] velocity;
    private final List<ParameterGroup> groups;
    private final List<Double> classWeights;
    private final Throughput throughput = new Throughput();
    private Progress progress = Progress.START;
    private volatile boolean stopRequested;

    /// Images to train on.
    ///
    /// @param validation held out, to choose the best epoch; null for none
    /// @param workers    threads that prepare images
    public record Data(ImageDataset train, @Nullable ImageDataset validation, int workers) {}

    /// Why training ended.
    public enum Ending {
        /// all epochs are done
        FINISHED,
        /// somebody called [Trainer#requestStop()]
        STOPPED,
        /// [Limits#maxSteps()]
        MAX_STEPS,
        /// [Limits#maxHours()]
        MAX_HOURS,
        /// [Limits#patience()]
        PATIENCE
    }

    /// How training ended. The checkpoint on disk is of this moment.
    ///
    /// @param imagesPerSecond as in [TrainingListener.StepProgress]; 0 when there was no second batch
    /// @param trainLoss       mean over the last epoch that this process finished; if none, over the one
    ///                        that has begun; NaN when there is neither
    public record Outcome(Ending ending, Progress progress, double imagesPerSecond, double trainLoss) {}

    /// Prepares a run from the beginning.
    ///
    /// @param model holds the initial weights
    /// @throws IllegalArgumentException when the images are labelled for another task than the description names,
    ///     or settings are for images of one class each and these may have several
    public Trainer(
            TrainableClassifier model,
            ModelDescription description,
            Data data,
            TrainingConfig config,
            Limits limits,
            RunFolder folder,
            TrainingListener listener) {
        this.model = model;
        this.description = description;
        this.data = data;
        this.config = config;
        this.limits = limits;
        this.folder = folder;
        this.listener = listener;
        requireTask(description.task(), data.train(), config);
        batchesPerEpoch = Math.ceilDiv(data.train().size(), config.batchSize());
        totalSteps = (long) config.epochs() * Math.ceilDiv(batchesPerEpoch, config.accumulationSteps());
        velocity = new float[model.parameters().values().length];
        groups = ParameterGroup.of(
                model,
                description.architecture().classifierParameters(description.inputShape()),
                config.headRateFactor());
        classWeights = config.classWeighting().weights(data.train());
    }

    private static void requireTask(Task task, ImageDataset images, TrainingConfig config) {
        if (images.task() != task) {
            throw new IllegalArgumentException(
                    "the network is described as %s, the images are labelled for %s".formatted(task, images.task()));
        }
        if (task == Task.MULTI_LABEL && config.labelSmoothing() > 0) {
            throw new IllegalArgumentException(
                    "label smoothing is for images of one class each, these may have several");
        }
    }

    /// Goes on where a checkpoint stands.
    ///
    /// @return a warning when another engine, or the same in another way, is to go on: then the bits will differ
    /// @throws IllegalArgumentException when it belongs to another run: other images, network or settings
    public Optional<String> resume(Checkpoint checkpoint) {
        Settings.firstDifference(checkpoint.settings(), settings()).ifPresent(difference -> {
            throw new IllegalArgumentException(
                    "the checkpoint is of another run: %s; resume with the settings it was started with, or start a new run"
                            .formatted(difference));
        });
        model.load(checkpoint.model().state());
        checkpoint.copyVelocity(model.parameters().views(), velocity);
        progress = checkpoint.progress();
        return checkpoint.engine().equals(model.arithmetic())
                ? Optional.empty()
                : Optional.of("the engine was %s, is now %s: the result will not be bit for bit that of one run"
                        .formatted(checkpoint.engine(), model.arithmetic()));
    }

    /// Asks for an end after the step, or the batch of validation, that is being computed. May be called from any
    /// thread.
    public void requestStop() {
        stopRequested = true;
    }

    /// Trains until the end or until a limit. When this returns, the checkpoint is on disk.
    ///
    /// @throws DivergedException when a number is not finite; the last checkpoint stays as it was
    public Outcome run() throws IOException {
        double secondsBefore = progress.seconds();
        long start = System.nanoTime();
        folder.makeRoomForWeights();
        MetricsLog log = MetricsLog.open(folder.resolve("results.csv"), description.task(), progress.epoch());
        double trainLoss = Double.NaN;
        boolean onlyValidationIsLeft = progress.batch() == batchesPerEpoch;
        Optional<Ending> ending = onlyValidationIsLeft ? Optional.empty() : endingBetweenEpochs();
        while (ending.isEmpty()) {
            ending = trainEpoch(secondsBefore, start);
            if (ending.isEmpty()) {
                double loss = progress.sums().meanLoss();
                if (finishEpoch(log)) {
                    trainLoss = loss;
                    ending = endingBetweenEpochs();
                } else {
                    ending = Optional.of(Ending.STOPPED);
                }
            }
        }
        if (!Files.exists(folder.last())) { // stopped before the first step
            writeCheckpoint(modelFile());
        }
        if (Double.isNaN(trainLoss)) {
            trainLoss = progress.sums().meanLoss(); // of the epoch that has begun; NaN when none has
        }
        return new Outcome(ending.get(), progress, throughput.imagesPerSecond(), trainLoss);
    }

    /// Trains from where the epoch stands to the end of its batches. Returns early, with a checkpoint, when a limit
    /// says so. Saves at the end too, when a validation follows: that may take long, and a run that is killed in it
    /// or stopped before it goes on with it.
    private Optional<Ending> trainEpoch(double secondsBefore, long start) throws IOException {
        try (BatchLoader loader = BatchLoader.training(
                data.train(),
                description.preprocessing(),
                config.augmentation(),
                config.batchSize(),
                new TrainingOrder(config.seed(), progress.epoch(), progress.batch()),
                data.workers())) {
            for (@Nullable ImageBatch batch = next(loader); batch != null; batch = next(loader)) {
                accumulate(batch);
                boolean epochEnds = progress.batch() == batchesPerEpoch;
                if (!epochEnds && progress.batch() % config.accumulationSteps() != 0) {
                    throughput.endBatch(batch.size());
                    continue;
                }
                double rate = update();
                throughput.endBatch(batch.size());
                progress = progress.withSeconds(secondsBefore + (System.nanoTime() - start) / 1e9);
                listener.onStep(stepProgress(rate));
                Optional<Ending> ending = epochEnds ? Optional.empty() : endingWithinEpoch();
                if (ending.isPresent() || (epochEnds ? data.validation() != null : isCheckpointDue())) {
                    writeCheckpoint(modelFile());
                }
                if (ending.isPresent()) {
                    return ending;
                }
            }
        }
        return Optional.empty();
    }

    private @Nullable ImageBatch next(BatchLoader loader) throws IOException {
        throughput.beginBatch();
        return loader.next();
    }

    private void accumulate(ImageBatch batch) {
        int firstOfGroup = progress.batch() - progress.batch() % config.accumulationSteps();
        long imagesBefore = (long) firstOfGroup * config.batchSize();
        long imagesOfGroup = Math.min(
                (long) config.accumulationSteps() * config.batchSize(),
                data.train().size() - imagesBefore);
        long forwardPass = (long) progress.epoch() * batchesPerEpoch + progress.batch();
        StepResult result = model.gradients(
                batch,
                new Step(
                        config.seed(),
                        forwardPass,
                        (double) batch.size() / imagesOfGroup,
                        config.labelSmoothing(),
                        classWeights));
        if (!Double.isFinite(result.loss())) {
            throw diverged("the loss is " + result.loss(), progress.step());
        }
        progress = progress.afterForwardPass(result.loss(), result.correct(), batch.size());
    }

    /// One optimizer step; gives its learning rate.
    private double update() {
        ParameterArena arena = model.parameters();
        NonFinite.firstIn(arena.gradients(), arena.views()).ifPresent(name -> {
            throw diverged("the gradient of " + name + " is not finite", progress.step());
        });
        double rate = learningRate(progress.step());
        config.optimizer().update(arena, groups, velocity, rate);
        NonFinite.firstIn(arena.values(), arena.views()).ifPresent(name -> {
            throw diverged(name + " is no longer finite", progress.step());
        });
        arena.zeroGradients();
        progress = progress.afterUpdate();
        return rate;
    }

    /// Validates, and notes the epoch in the log and in a checkpoint.
    ///
    /// @return false when it was stopped before that: then nothing is noted
    private boolean finishEpoch(MetricsLog log) throws IOException {
        Evaluation validation = null;
        if (data.validation() != null) {
            validation = Evaluator.evaluateUnless(
                            () -> stopRequested,
                            model,
                            data.validation(),
                            description.preprocessing(),
                            config.batchSize(),
                            data.workers())
                    .orElse(null);
            if (validation == null) {
                return false;
            }
        }
        ModelFile modelFile = modelFile();
        Best before = progress.best();
        boolean isBest = validation == null || validation.score() > before.score();
        Best best = validation != null && isBest ? new Best(progress.epoch() + 1, validation.score()) : before;
        Progress.Sums sums = progress.sums();
        double rate = learningRate(progress.step() - 1);
        progress = progress.afterEpoch(best);
        EpochSummary summary = new EpochSummary(
                progress.epoch(),
                progress.step(),
                progress.seconds(),
                sums.meanLoss(),
                sums.accuracy(),
                validation,
                rate,
                isBest);
        // the log before the checkpoint: whoever resumes drops the lines that the checkpoint does not know
        log.add(summary);
        if (isBest) {
            modelFile.write(folder.best());
        }
        writeCheckpoint(modelFile);
        listener.onEpoch(summary);
        return true;
    }

    private ModelFile modelFile() {
        StateDict state = model.stateDict();
        for (Map.Entry<String, Tensor> entry : state.entries().entrySet()) {
            if (entry.getValue() instanceof Tensor.Floats tensor && NonFinite.isIn(tensor.values())) {
                throw diverged(entry.getKey() + " is no longer finite", Math.max(0, progress.step() - 1));
            }
        }
        return new ModelFile(description, state);
    }

    private void writeCheckpoint(ModelFile modelFile) throws IOException {
        SequencedMap<String, Tensor> velocities =
                Checkpoint.named(velocity, model.parameters().views());
        new Checkpoint(modelFile, velocities, progress, model.arithmetic(), settings())
                .write(folder.last(), folder.previous());
    }

    private SequencedMap<String, String> settings() {
        return Settings.of(config, description, model.frozen(), data.train().size());
    }

    /// Learning rate of an optimizer step of the epoch that has begun.
    ///
    /// @param step since the start, from 0
    private double learningRate(long step) {
        return config.optimizer().learningRate()
                * config.schedule().factor(new Schedule.Moment(progress.epoch(), config.epochs(), step, totalSteps));
    }

    private boolean isCheckpointDue() {
        return limits.checkpointEverySteps() > 0 && progress.step() % limits.checkpointEverySteps() == 0;
    }

    private Optional<Ending> endingWithinEpoch() {
        if (stopRequested) {
            return Optional.of(Ending.STOPPED);
        }
        if (limits.maxSteps() > 0 && progress.step() >= limits.maxSteps()) {
            return Optional.of(Ending.MAX_STEPS);
        }
        if (limits.maxHours() > 0 && progress.seconds() >= limits.maxHours() * 3600) {
            return Optional.of(Ending.MAX_HOURS);
        }
        return Optional.empty();
    }

    private Optional<Ending> endingBetweenEpochs() {
        if (progress.epoch() >= config.epochs()) {
            return Optional.of(Ending.FINISHED);
        }
        boolean outOfPatience = limits.patience() > 0
                && data.validation() != null
                && progress.epoch() - progress.best().epoch() >= limits.patience();
        return outOfPatience ? Optional.of(Ending.PATIENCE) : endingWithinEpoch();
    }

    private StepProgress stepProgress(double rate) {
        return new StepProgress(
                progress.epoch() + 1,
                config.epochs(),
                Math.ceilDiv(progress.batch(), config.accumulationSteps()),
                Math.ceilDiv(batchesPerEpoch, config.accumulationSteps()),
                progress.sums().meanLoss(),
                progress.sums().accuracy(),
                rate,
                throughput.imagesPerSecond());
    }

    /// @param step that did it, from 0
    private DivergedException diverged(String what, long step) {
        return new DivergedException(what, progress.epoch() + 1, step + 1, learningRate(step));
    }
}
