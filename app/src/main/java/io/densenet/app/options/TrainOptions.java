package io.densenet.app.options;

import io.densenet.app.engine.EngineOptions;
import io.densenet.cpu.MemoryMode;
import io.densenet.data.Augmentation;
import io.densenet.data.Fit;
import io.densenet.train.ClassWeighting;
import io.densenet.train.Limits;
import io.densenet.train.Schedule;
import io.densenet.train.Sgd;
import io.densenet.train.TrainingConfig;
import io.densenet.weights.Initializer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Everything that describes a training run: what `args.yaml` holds and a configuration file may say. The
/// built-in defaults are the paper's recipe for CIFAR (§4.2).
@Command
public final class TrainOptions {
    @Parameters(
            arity = "0..1",
            paramLabel = "DATA",
            description = "fashion-mnist-mini (ships with the program), fashion-mnist, mnist, cifar10, cifar100,"
                    + " cifar100-coarse, svhn, imagenet; a folder DIR/{train,val,test}/<class>/*; or, for pictures of"
                    + " several classes, tables DIR/{train,val,test}.csv or FILE.csv (default: fashion-mnist-mini).")
    String data = "fashion-mnist-mini";

    @Mixin
    ModelOptions model = new ModelOptions();

    @Mixin
    EngineOptions engine = new EngineOptions();

    @Option(
            names = "--memory",
            paramLabel = "standard|efficient",
            description =
                    "efficient: compute the 1x1 convolutions, with libtorch concatenations and norms, again instead of"
                            + " keeping them; the same result with less memory, a little slower (default: standard).")
    MemoryMode memory = MemoryMode.STANDARD;

    @Mixin
    DataOptions dataOptions = new DataOptions();

    @Option(
            names = "--image-size",
            paramLabel = "N",
            description = "Height and width that the network reads (default: that of the data set; for the pictures of"
                    + " a folder 224 for the ImageNet family, 32 for the CIFAR family; or that of --weights).")
    @Nullable
    Integer imageSize;

    @Option(
            names = "--crop-pct",
            paramLabel = "X",
            description =
                    "For tests, scale the short side to image-size / X and cut out the centre (default: 0.875 with"
                            + " --augment imagenet; otherwise pictures are stretched to the size).")
    @Nullable
    Double cropPart;

    @Option(
            names = "--normalize",
            paramLabel = "channel|unit",
            description = "channel: subtract the mean of each channel and divide by its deviation; unit: divide by 255"
                    + " (default: as the paper, unit for svhn and channel for all others).")
    @Nullable
    NormalizeKind normalize;

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the training images (default: 300).")
    int epochs = 300;

    @Option(
            names = {"-b", "--batch-size"},
            paramLabel = "N",
            description = "Images of one step (default: 64).")
    int batchSize = 64;

    @Option(
            names = "--grad-accum-steps",
            paramLabel = "N",
            description = "Batches of which the gradients are added up for one step (default: 1).")
    int accumulationSteps = 1;

    @Option(names = "--lr", paramLabel = "X", description = "Learning rate (default: 0.1).")
    double learningRate = 0.1;

    @Option(
            names = "--sched",
            paramLabel = "multistep|cosine|onecycle|constant",
            description = "How the learning rate changes (default: multistep).")
    ScheduleKind schedule = ScheduleKind.MULTISTEP;

    @Option(
            names = "--milestones",
            split = ",",
            paramLabel = "X",
            description = "Parts of the epochs after which multistep lowers the rate (default: 0.5,0.75).")
    List<Double> milestones = Schedule.Multistep.OF_THE_PAPER.milestones();

    @Option(
            names = "--decay-rate",
            paramLabel = "X",
            description = "What each milestone multiplies the rate with (default: 0.1).")
    double decayRate = Schedule.Multistep.OF_THE_PAPER.gamma();

    @Option(
            names = "--warmup-epochs",
            paramLabel = "N",
            description = "Epochs in which the rate rises to its start (default: 0).")
    int warmupEpochs;

    @Option(names = "--momentum", paramLabel = "X", description = "Momentum of SGD (default: 0.9).")
    double momentum = 0.9;

    @Option(names = "--no-nesterov", description = "Plain momentum instead of Nesterov's.")
    boolean noNesterov;

    @Option(names = "--weight-decay", paramLabel = "X", description = "On every parameter (default: 1e-4).")
    double weightDecay = 1e-4;

    @Option(
            names = "--dropout",
            paramLabel = "P",
            description = "Part of the outputs of each convolution but the first that is zeroed; 0.2 in the paper"
                    + " where nothing is augmented (default: 0). Other networks have their own places and defaults.")
    Optional<Double> dropRate = Optional.empty();

    @Option(
            names = "--augment",
            paramLabel = "none|standard|imagenet",
            description =
                    "standard: mirror, pad by 4 pixels and crop, the paper's '+' columns; imagenet: windows of all"
                            + " sizes, colours, light, mirror (default: standard).")
    AugmentKind augment = AugmentKind.STANDARD;

    @Option(
            names = "--pad-with",
            paramLabel = "mean|black",
            description = "What --augment standard pads with: the mean colour, after normalisation, as the authors do;"
                    + " or black, before it (default: mean).")
    Augmentation.PadColour padColour = Augmentation.PadColour.MEAN;

    @Option(names = "--label-smoothing", paramLabel = "X", description = "Spread over all classes (default: 0).")
    double labelSmoothing;

    @Option(
            names = "--init",
            paramLabel = "fan-out|fan-in",
            description = "He initialisation as the authors' code has it, or as torchvision's (default: fan-out).")
    InitKind init = InitKind.FAN_OUT;

    @Option(
            names = "--val-split",
            paramLabel = "N",
            description = "Training images to hold out for validation; the best epoch is chosen by them (default: 0,"
                    + " or the folder's own val).")
    int valSplit;

    @Option(names = "--seed", paramLabel = "N", description = "Of every random number (default: 42).")
    long seed = 42;

    @Option(
            names = {"-j", "--workers"},
            paramLabel = "N",
            description = "Threads that prepare images (default: half the cores). They do not change the result.")
    int workers = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    @Mixin
    FineTuneOptions fineTuning = new FineTuneOptions();

    @Option(
            names = "--class-weights",
            paramLabel = "none|balanced",
            description = "balanced: each class counts as much as any other, however many images it has (default:"
                    + " none).")
    ClassWeighting classWeighting = ClassWeighting.NONE;

    @Option(
            names = "--checkpoint-every-steps",
            paramLabel = "N",
            description = "Save within an epoch too; its end always saves (default: 500, 0 for never).")
    int checkpointEverySteps = 500;

    @Option(
            names = "--patience",
            paramLabel = "N",
            description = "End after so many epochs without a better validation top-1 (default: 0, never).")
    int patience;

    @Option(names = "--max-hours", paramLabel = "X", description = "End after so many hours (default: 0, never).")
    double maxHours;

    @Option(names = "--max-steps", paramLabel = "N", description = "End after so many steps (default: 0, never).")
    long maxSteps;

    /// Kinds of learning-rate schedules, as they are typed.
    enum ScheduleKind {
        MULTISTEP,
        COSINE,
        ONECYCLE,
        CONSTANT
    }

    /// Kinds of augmentation, as they are typed.
    enum AugmentKind {
        NONE,
        STANDARD,
        IMAGENET
    }

    /// Kinds of normalisation, as they are typed.
    enum NormalizeKind {
        CHANNEL,
        UNIT
    }

    /// Kinds of He initialisation; typed with a dash.
    enum InitKind {
        FAN_OUT,
        FAN_IN;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /// Name or folder of the data set.
    public String data() {
        return data;
    }

    public ModelOptions model() {
        return model;
    }

    public EngineOptions engine() {
        return engine;
    }

    /// Height and width that the network reads, where the user said so.
    public Optional<Integer> imageSize() {
        return Optional.ofNullable(imageSize);
    }

    public MemoryMode memory() {
        return memory;
    }

    public int batchSize() {
        return batchSize;
    }

    /// What the user gave; the network has its own rate.
    public Optional<Double> dropRate() {
        return dropRate;
    }

    public long seed() {
        return seed;
    }

    /// How wide the random first weights are spread.
    public Initializer.Fan fan() {
        return switch (init) {
            case FAN_OUT -> Initializer.Fan.OUT;
            case FAN_IN -> Initializer.Fan.IN;
        };
    }

    /// How training begins with trained weights.
    public FineTuneOptions fineTuning() {
        return fineTuning;
    }

    /// Threads that prepare images.
    public int workers() {
        return workers;
    }

    /// What the trainer is told.
    ///
    /// @throws IllegalArgumentException when a value makes no sense
    public TrainingConfig config() {
        require(workers > 0, "--workers must be positive, was " + workers);
        require(valSplit >= 0, "--val-split must be 0 or positive, was " + valSplit);
        require(imageSize == null || imageSize > 0, "--image-size must be positive, was " + imageSize);
        require(cropPart == null || (cropPart > 0 && cropPart <= 1), "--crop-pct must lie in (0, 1], was " + cropPart);
        require(
                decayRate > 0 && decayRate < Double.POSITIVE_INFINITY,
                "--decay-rate must be positive, was " + decayRate);
        require(warmupEpochs >= 0, "--warmup-epochs must be 0 or positive, was " + warmupEpochs);
        Schedule multistep = new Schedule.Multistep(milestones, decayRate);
        Schedule plain = switch (schedule) {
            case MULTISTEP -> multistep;
            case COSINE -> new Schedule.Cosine();
            case ONECYCLE -> new Schedule.OneCycle();
            case CONSTANT -> new Schedule.Constant();
        };
        return new TrainingConfig(
                        epochs,
                        batchSize,
                        accumulationSteps,
                        seed,
                        warmupEpochs == 0 ? plain : new Schedule.Warmup(warmupEpochs, plain),
                        new Sgd(learningRate, momentum, !noNesterov, weightDecay),
                        labelSmoothing,
                        switch (augment) {
                            case NONE -> new Augmentation.None();
                            case STANDARD -> new Augmentation.Standard(4, padColour);
                            case IMAGENET -> Augmentation.ImageNet.OF_THE_PAPER;
                        })
                .withFineTuning(classWeighting, fineTuning.headRateFactor(learningRate));
    }

    /// How images that are not augmented get the size of the network's input.
    ///
    /// @param side the longer one of the input
    /// @throws IllegalArgumentException when a value makes no sense
    Fit fit(int side) {
        if (cropPart != null) {
            return Fit.ShortSide.of(side, cropPart);
        }
        return augment == AugmentKind.IMAGENET ? Fit.ShortSide.of(side, Fit.PART_OF_THE_PAPER) : new Fit.Stretch();
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    /// When to end early and how often to save.
    ///
    /// @throws IllegalArgumentException when a value makes no sense
    public Limits limits() {
        require(maxSteps >= 0, "--max-steps must be 0 or positive, was " + maxSteps);
        require(maxHours >= 0, "--max-hours must be 0 or positive, was " + maxHours);
        require(patience >= 0, "--patience must be 0 or positive, was " + patience);
        require(
                checkpointEverySteps >= 0,
                "--checkpoint-every-steps must be 0 or positive, was " + checkpointEverySteps);
        return new Limits(maxSteps, maxHours, patience, checkpointEverySteps);
    }
}
