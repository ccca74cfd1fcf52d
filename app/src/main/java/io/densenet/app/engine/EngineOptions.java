package io.densenet.app.engine;

import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import io.densenet.arch.Architecture;
import io.densenet.arch.Baseline;
import io.densenet.arch.DenseNetConfig;
import io.densenet.torch.MissingNativesException;
import io.densenet.torch.TorchNatives;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/// What runs a network. Every command with this mixin may need libtorch's native libraries; the launcher
/// fetches them before the command starts.
public final class EngineOptions implements Needs {
    /// What the user may ask for.
    enum Choice {
        AUTO,
        CPU,
        TORCH;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--engine",
            paramLabel = "auto|cpu|torch",
            description = "What computes: this project's own engine, on the CPU, or libtorch (default: auto, which is"
                    + " cpu, or torch for a GPU and for all networks but DenseNets).")
    private Choice engine = Choice.AUTO;

    @Option(
            names = "--device",
            paramLabel = "auto|cpu|cuda:0",
            description = "Where it computes; a GPU is libtorch's (default: auto, which is cpu, or a GPU that libtorch"
                    + " finds with --engine torch).")
    private String device = "auto";

    @Option(names = "--threads", paramLabel = "N", description = "Threads that compute (default: one for each core).")
    private Optional<Integer> threads = Optional.empty();

    /// Checks the choice and that it can run here. Call it before any work.
    ///
    /// @throws CommandFailure when the engine does not exist or its native libraries are not there
    public void require() {
        requireSense();
        if (usesLibTorch()) {
            requireLibTorch();
        }
    }

    /// Checks that libtorch can run here.
    ///
    /// @throws CommandFailure when its native libraries are not there
    static void requireLibTorch() {
        try {
            TorchNatives.require();
        } catch (MissingNativesException e) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, advice(e, System.getProperty("densenet.natives", "")));
        }
    }

    /// What to do about missing libraries.
    ///
    /// @param folder where the launcher keeps them; empty when another has started the program
    static String advice(MissingNativesException missing, String folder) {
        return TorchNatives.arePublished() && !folder.isEmpty() && Files.isDirectory(Path.of(folder))
                ? folder
                        + ": libtorch's native libraries are not complete; delete this folder, and they are fetched again"
                : String.valueOf(missing.getMessage());
    }

    private void requireSense() {
        if (threads() < 1) {
            throw new CommandFailure(ExitCode.USAGE, "--threads must be positive, was " + threads());
        }
        if (!device.matches("auto|cpu|cuda(:[0-9]{1,3})?")) {
            throw new CommandFailure(ExitCode.USAGE, "--device: expected auto, cpu or cuda:N, found '" + device + "'");
        }
        if (engine == Choice.CPU && isGpu()) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "--engine cpu does not compute on %s; use --engine torch or auto with it".formatted(device));
        }
    }

    /// Whether libtorch computes: when it was asked for, or a GPU was.
    @Override
    public boolean usesLibTorch() {
        return switch (engine) {
            case AUTO -> isGpu();
            case CPU -> false;
            case TORCH -> true;
        };
    }

    /// Whether libtorch computes a network: also when this project's own engine does not, and was not
    /// asked for.
    public boolean usesLibTorch(Architecture architecture) {
        return usesLibTorch() || (engine == Choice.AUTO && isForeign(architecture));
    }

    private static boolean isForeign(Architecture architecture) {
        return switch (architecture) {
            case DenseNetConfig _ -> false;
            case Baseline _ -> true;
        };
    }

    /// Why it is libtorch that computes, where nobody asked for it; else nothing.
    public String reason(Architecture architecture) {
        return usesLibTorch(architecture) && !usesLibTorch() ? " (this project's own engine runs DenseNets only)" : "";
    }

    private boolean isGpu() {
        return device.startsWith("cuda");
    }

    /// What was asked for.
    ///
    /// @throws CommandFailure when that engine does not exist, cannot run here or cannot run this network
    public EngineChoice choice(Architecture architecture) {
        require();
        if (!usesLibTorch(architecture) && isForeign(architecture)) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "--engine cpu runs DenseNets only, and this is a %s; leave --engine out, or try --engine torch"
                            .formatted(architecture.variant()));
        }
        return new EngineChoice(usesLibTorch(architecture), device, threads());
    }

    public int threads() {
        return threads.orElseGet(() -> Runtime.getRuntime().availableProcessors());
    }
}
