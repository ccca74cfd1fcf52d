package io.densenet.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
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

        @Mixin
        private final ModelOptions model = new ModelOptions();
    }

    private final RunCommand run = new RunCommand();
    private final Options command = run.options;

    @ParameterizedTest
    @CsvSource({"--engine torch, true", "--engine AUTO, true", "--engine cpu, false", "-h, false"})
    void aCommandIsKnownToUseLibtorchEvenThroughAMixinOfAMixin(String arguments, boolean needed) {
        assertEquals(
                needed,
                Main.usesLibTorch(new CommandLine(run)
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .parseArgs(arguments.split(" ", -1))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--engine=cpu   | USAGE        | --engine cpu: this version has no engine of its own yet",
                "--threads=0    | USAGE        | --threads must be positive, was 0",
                "--device=gpu   | USAGE        | --device: expected auto, cpu or cuda:N, found 'gpu'",
                "--device=cpu   | INPUT_OUTPUT | libtorch's native libraries are not on the class path",
            })
    void whatCannotRunIsRefusedBeforeAnyWork(String argument, ExitCode code, String message) {
        new CommandLine(run).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(argument);
        CommandFailure failure = assertThrows(CommandFailure.class, () -> command.engine.require(false));
        assertEquals(code, failure.exitCode());
        assertTrue(ExceptionHandler.line(failure).startsWith(message), failure.toString());
    }

    @Test
    void aModelIsMadeForTheDataThatItWillSee() {
        new CommandLine(run).parseArgs("--model", "densenet-40-12", "--growth-rate", "6");
        assertEquals(1, command.model.config(1, 7).stem().inputChannels());
        assertEquals(7, command.model.config(1, 7).numClasses());
        assertEquals(6, command.model.config(1, 7).growthRate());
        new CommandLine(run).parseArgs("--model", "densenet-40");
        CommandFailure failure = assertThrows(CommandFailure.class, () -> command.model.config(3, 10));
        assertEquals(ExitCode.USAGE, failure.exitCode());
        assertTrue(ExceptionHandler.line(failure).startsWith("no model is named 'densenet-40'"), failure.toString());
    }
}
