package io.densenet.app.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExceptionHandler;
import io.densenet.app.failure.ExitCode;
import io.densenet.torch.MissingNativesException;
import io.densenet.torch.TorchNatives;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

final class EngineOptionsTest {
    /// A command as those that run a network will be.
    @Command(name = "run", mixinStandardHelpOptions = true)
    private static final class RunCommand {
        @Mixin
        private final Options options = new Options();
    }

    /// Options that have mixins of their own, as those of `train` have.
    @Command
    private static final class Options {
        @Mixin
        private final EngineOptions engine = new EngineOptions();
    }

    private final RunCommand run = new RunCommand();

    @ParameterizedTest
    @CsvSource({
        "--engine torch, true",
        "--engine AUTO, false",
        "--device cuda:0, true",
        "--engine cpu, false",
        "-h, false"
    })
    void aCommandIsKnownToUseLibtorchEvenThroughAMixinOfAMixin(String arguments, boolean needed) {
        assertEquals(
                needed,
                Needs.libTorch(new CommandLine(run)
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .parseArgs(arguments.split(" ", -1))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--threads=0    | USAGE        | --threads must be positive, was 0",
                "--device=gpu   | USAGE        | --device: expected auto, cpu or cuda:N, found 'gpu'",
                "--engine=cpu --device=cuda:0 | USAGE | --engine cpu does not compute on cuda:0",
            })
    void whatCannotRunIsRefusedBeforeAnyWork(String arguments, ExitCode code, String message) {
        new CommandLine(run).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(arguments.split(" ", -1));
        CommandFailure failure = assertThrows(CommandFailure.class, () -> run.options.engine.require());
        assertEquals(code, failure.exitCode());
        assertTrue(ExceptionHandler.line(failure).startsWith(message), failure.toString());
    }

    @Test
    void librariesThatAreNotCompleteAreToBeDeleted(@TempDir Path folder) {
        MissingNativesException missing = new MissingNativesException("linux-x86_64", TorchNatives.PLATFORMS);
        assertEquals(missing.getMessage(), EngineOptions.advice(missing, ""));
        assertEquals(
                missing.getMessage(),
                EngineOptions.advice(missing, folder.resolve("none").toString()));
        assertTrue(EngineOptions.advice(missing, folder.toString()).startsWith(folder + ": "), folder.toString());
        assertTrue(EngineOptions.advice(missing, folder.toString()).contains("delete this folder"));
    }
}
