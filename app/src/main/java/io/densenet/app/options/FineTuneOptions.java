package io.densenet.app.options;

import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import io.densenet.arch.Architecture;
import io.densenet.arch.Baseline;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.FrozenFront;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/// How training begins with trained weights.
public final class FineTuneOptions {
    private static final Pattern BLOCKS = Pattern.compile("([1-9][0-9]{0,2})-blocks?");

    @Option(
            names = "--weights",
            paramLabel = "RUN|WEIGHTS",
            description = "Start from these: a run, a folder as on the Hugging Face Hub, or a file (.safetensors, .pth,"
                    + " .h5, .keras). The network, and what is done to images, are theirs; the last layer begins anew"
                    + " unless the classes are the same. Other defaults then hold: --epochs 10, --batch-size 32, --sched"
                    + " onecycle, --lr 0.01.")
    private Optional<Path> weights = Optional.empty();

    @Option(
            names = "--freeze",
            paramLabel = "none|features|N-blocks",
            description = "What of --weights stays as it is: features for all but the last layer, 3-blocks for the stem"
                    + " and the first three dense blocks (default: none).")
    private String freeze = "none";

    @Option(
            names = "--head-lr",
            paramLabel = "X",
            description = "Learning rate of the last layer (default: that of --lr).")
    private Optional<Double> headLearningRate = Optional.empty();

    @Option(
            names = "--channels",
            paramLabel = "1|3",
            description = "Grey or colour, for a network that reads the other; the first convolution of --weights is"
                    + " fitted (default: as in training; images are turned grey, or repeated).")
    private Optional<Integer> channels = Optional.empty();

    /// Weights to start from; nothing for random ones.
    public Optional<Path> weights() {
        return weights;
    }

    /// Channels that the network is to read; nothing for those it was trained with.
    public Optional<Integer> channels() {
        return channels;
    }

    /// What the learning rate is multiplied with for the last layer.
    ///
    /// @throws IllegalArgumentException when the rate makes no sense
    double headRateFactor(double learningRate) {
        headLearningRate.ifPresent(rate -> {
            if (!(rate > 0) || Double.isInfinite(rate)) {
                throw new IllegalArgumentException("--head-lr must be positive, was " + rate);
            }
        });
        return headLearningRate.map(rate -> rate / learningRate).orElse(1.0);
    }

    /// What is left as it is.
    ///
    /// @throws CommandFailure when the network has no such part
    public FrozenFront frozen(Architecture architecture) {
        if (freeze.equals("none")) {
            return FrozenFront.NONE;
        }
        if (weights.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.USAGE, "--freeze %s: nothing is trained yet; it goes with --weights".formatted(freeze));
        }
        return switch (architecture) {
            case DenseNetConfig network -> frozen(network);
            case Baseline baseline ->
                throw new CommandFailure(
                        ExitCode.USAGE,
                        "--freeze is for DenseNets, and %s is none; leave it out".formatted(baseline.name()));
        };
    }

    private FrozenFront frozen(DenseNetConfig network) {
        if (freeze.equals("features")) {
            return FrozenFront.features(network);
        }
        Matcher blocks = BLOCKS.matcher(freeze);
        int all = network.layersPerBlock().size();
        if (!blocks.matches() || Integer.parseInt(blocks.group(1)) > all) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "--freeze: expected none, features, or 1-blocks to %d-blocks, found '%s'".formatted(all, freeze));
        }
        return FrozenFront.of(network, Integer.parseInt(blocks.group(1)));
    }
}
