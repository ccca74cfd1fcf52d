package io.densenet.app.engine;

import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import io.densenet.torch.MissingNativesException;
import io.densenet.torch.TorchNatives;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/// What runs a network. Every command with this mixin may need libtorch's native libraries; the launcher
/// fetches them before the command starts.
public final class EngineOptions {
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
                    + " cpu, or torch for a GPU).")
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
        if (!usesLibTorch()) {
            return;
        }
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

    /// Whether a command that was understood will be computed by libtorch, whose libraries are not here but could be.
    public static boolean needFetching(ParseResult parsed) {
        return needLibTorch(parsed) && TorchNatives.arePublished() && !TorchNatives.isPresent();
    }

    /// Whether a command that was understood will be computed by libtorch.
    static boolean needLibTorch(ParseResult parsed) {
        return parsed.asCommandLineList().stream()
                .filter(command -> !command.isUsageHelpRequested() && !command.isVersionHelpRequested())
                .flatMap(command -> mixins(command.getCommandSpec()))
                .anyMatch(mixin -> mixin instanceof EngineOptions options && options.usesLibTorch());
    }

    /// The objects behind the mixins of a command, and behind the mixins of those.
    private static Stream<Object> mixins(CommandSpec command) {
        return command.mixins().values().stream()
                .flatMap(mixin -> Stream.concat(Stream.of(mixin.userObject()), mixins(mixin)));
    }

    /// Whether libtorch computes: when it was asked for, or a GPU was.
    boolean usesLibTorch() {
        return switch (engine) {
            case AUTO -> isGpu();
            case CPU -> false;
            case TORCH -> true;
        };
    }

    private boolean isGpu() {
        return device.startsWith("cuda");
    }

    /// `auto`, `cpu` or `cuda:N`.
    String device() {
        return device;
    }

    public int threads() {
        return threads.orElseGet(() -> Runtime.getRuntime().availableProcessors());
    }
}
