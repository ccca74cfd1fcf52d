package io.densenet.train;

import io.densenet.arch.DenseNetConfig;
import io.densenet.data.BatchLoader;
import io.densenet.data.ImageBatch;
import io.densenet.data.ImageDataset;
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
    private static final String ENGINE_KEY = "engine";

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
    /// @param imagesPerSecond of all steps of this process but the first; 0 when there was no second
    /// @param trainLoss       mean over the last epoch that this process finished; if none, over the one
    ///                        that has begun; NaN when there is neither
    public record Outcome(Ending ending, Progress progress, double imagesPerSecond, double trainLoss) {}

    /// Prepares a run from the beginning.
    ///
    /// @param model holds the initial weights
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
        batchesPerEpoch = Math.ceilDiv(data.train().size(), config.batchSize());
        totalSteps = (long) config.epochs() * Math.ceilDiv(batchesPerEpoch, config.accumulationSteps());
        velocity = new float[model.parameters().values().length];
    }

    /// Goes on where a checkpoint stands.
    ///
    /// @return a warning when another engine, or the same in another way, is to go on: then the bits will differ
    /// @throws IllegalArgumentException when it belongs to another run: other images, network or settings
    public Optional<String> resume(Checkpoint checkpoint) {
        TrainingConfig.firstDifference(checkpoint.settings(), settings()).ifPresent(difference -> {
            throw new IllegalArgumentException(
                    "the checkpoint is of another run: %s; resume with the settings it was started with, or start a new run"
                            .formatted(difference));
        });
        model.load(checkpoint.model().state());
        checkpoint.copyVelocity(model.parameters().views(), velocity);
        progress = checkpoint.progress();
        String engine = checkpoint.settings().getOrDefault(ENGINE_KEY, "unknown");
        return engine.equals(model.description())
                ? Optional.empty()
                : Optional.of("the engine was %s, is now %s: the result will not be bit for bit that of one run"
                        .formatted(engine, model.description()));
    }

    /// Asks for an end after the step that is being computed. May be called from any thread.
    public void requestStop() {
        stopRequested = true;
    }

    /// Trains until the end or until a limit. When this returns, the checkpoint is on disk.
    ///
    /// @throws DivergedException when a number is not finite; the last checkpoint stays as it was
    public Outcome run() throws IOException {
        double secondsBefore = progress.seconds();
        long start = System.nanoTime();
        MetricsLog log = MetricsLog.open(folder.resolve("results.csv"), progress.epoch());
        double trainLoss = Double.NaN;
        Optional<Ending> ending = endingBetweenEpochs();
        while (ending.isEmpty()) {
            ending = trainEpoch(secondsBefore, start);
            if (ending.isEmpty()) {
                trainLoss = progress.sums().meanLoss();
                finishEpoch(log);
                ending = endingBetweenEpochs();
            }
        }
        if (Double.isNaN(trainLoss)) {
            trainLoss = progress.sums().meanLoss(); // of the epoch that has begun; NaN when none has
        }
        return new Outcome(ending.get(), progress, throughput.imagesPerSecond(), trainLoss);
    }

    /// Trains from where the epoch stands to its end. Returns early, with a checkpoint, when a limit says so.
    private Optional<Ending> trainEpoch(double secondsBefore, long start) throws IOException {
        try (BatchLoader loader = BatchLoader.training(
                data.train(),
                description.preprocessing(),
                config.augmentation(),
                config.batchSize(),
                new TrainingOrder(config.seed(), progress.epoch(), progress.batch()),
                data.workers())) {
            for (@Nullable ImageBatch batch = loader.next(); batch != null; batch = loader.next()) {
                throughput.beginStep();
                accumulate(batch);
                boolean epochEnds = progress.batch() == batchesPerEpoch;
                if (!epochEnds && progress.batch() % config.accumulationSteps() != 0) {
                    throughput.endStep(batch.size());
                    continue;
                }
                double rate = update();
                throughput.endStep(batch.size());
                progress = progress.withSeconds(secondsBefore + (System.nanoTime() - start) / 1e9);
                listener.onStep(stepProgress(rate));
                Optional<Ending> ending = epochEnds ? Optional.empty() : endingWithinEpoch();
                if (ending.isPresent() || (!epochEnds && isCheckpointDue())) {
                    writeCheckpoint(modelFile());
                }
                if (ending.isPresent()) {
                    return ending;
                }
            }
        }
        return Optional.empty();
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
                new Step(config.seed(), forwardPass, (double) batch.size() / imagesOfGroup, config.labelSmoothing()));
        if (!Double.isFinite(result.loss())) {
            throw diverged("the loss is " + result.loss());
        }
        progress = progress.afterForwardPass(result.loss(), result.correct(), batch.size());
    }

    /// One optimizer step; gives its learning rate.
    private double update() {
        ParameterArena arena = model.parameters();
        NonFinite.firstIn(arena.gradients(), arena.views()).ifPresent(name -> {
            throw diverged("the gradient of " + name + " is not finite");
        });
        double rate = learningRate(progress.step());
        config.optimizer().update(arena.values(), arena.gradients(), velocity, rate);
        arena.zeroGradients();
        progress = progress.afterUpdate();
        return rate;
    }

    private void finishEpoch(MetricsLog log) throws IOException {
        ModelFile modelFile = modelFile();
        Evaluation validation = data.validation() == null
                ? null
                : Evaluator.evaluate(
                        model, data.validation(), description.preprocessing(), config.batchSize(), data.workers());
        Best before = progress.best();
        boolean isBest = validation == null || validation.top1() > before.top1();
        Best best = validation != null && isBest ? new Best(progress.epoch() + 1, validation.top1()) : before;
        Progress.Sums sums = progress.sums();
        double rate = learningRate(progress.step() - 1);
        progress = progress.afterEpoch(best);
        EpochSummary summary = new EpochSummary(
                progress.epoch(),
                progress.step(),
                progress.seconds(),
                sums.meanLoss(),
                sums.top1(),
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
    }

    private ModelFile modelFile() {
        StateDict state = model.stateDict();
        for (Map.Entry<String, Tensor> entry : state.entries().entrySet()) {
            if (entry.getValue() instanceof Tensor.Floats tensor && NonFinite.isIn(tensor.values())) {
                throw diverged(entry.getKey() + " is not finite");
            }
        }
        return new ModelFile(description, state);
    }

    private void writeCheckpoint(ModelFile modelFile) throws IOException {
        SequencedMap<String, String> settings = settings();
        settings.put(ENGINE_KEY, model.description());
        new Checkpoint(modelFile, Checkpoint.named(velocity, model.parameters().views()), progress, settings)
                .write(folder.last(), folder.previous());
    }

    /// Everything that must be the same for a resumed run to end with the same bits, but the engine.
    private SequencedMap<String, String> settings() {
        SequencedMap<String, String> settings = config.settings();
        DenseNetConfig network = description.config();
        settings.put("growth rate", Integer.toString(network.growthRate()));
        settings.put("layers per block", network.layersPerBlock().toString());
        settings.put("bottleneck factor", Integer.toString(network.bottleneckFactor()));
        settings.put("compression", Double.toString(network.compression()));
        settings.put("stem", network.stem().toString());
        settings.put("batch norm", network.batchNorm().toString());
        settings.put("dropout", Double.toString(network.dropRate()));
        settings.put("classes", description.classNames().toString());
        settings.put("preprocessing", description.preprocessing().toString());
        settings.put("training images", Integer.toString(data.train().size()));
        return settings;
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
                progress.sums().top1(),
                rate,
                throughput.imagesPerSecond());
    }

    private DivergedException diverged(String what) {
        return new DivergedException(what, progress.epoch() + 1, progress.step() + 1, learningRate(progress.step()));
    }
}
