package io.densenet.app.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExceptionHandler;
import io.densenet.app.failure.ExitCode;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class ModelOptionsTest {
    private final TrainOptions options = new TrainOptions();

    @Test
    void aModelIsMadeForTheDataThatItWillSee() {
        new CommandLine(options).parseArgs("--model", "densenet-40-12", "--growth-rate", "6");
        assertEquals(1, options.model.config(1, 7).stem().inputChannels());
        assertEquals(7, options.model.config(1, 7).numClasses());
        assertEquals(6, options.model.config(1, 7).growthRate());
    }

    @Test
    void aNameThatIsNoModelIsWrongUse() {
        new CommandLine(options).parseArgs("--model", "densenet-40");
        CommandFailure failure = assertThrows(CommandFailure.class, () -> options.model.config(3, 10));
        assertEquals(ExitCode.USAGE, failure.exitCode());
        assertTrue(ExceptionHandler.line(failure).startsWith("no model is named 'densenet-40'"), failure.toString());
    }
}
