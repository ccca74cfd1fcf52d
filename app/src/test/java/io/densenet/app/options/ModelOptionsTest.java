package io.densenet.app.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExceptionHandler;
import io.densenet.app.failure.ExitCode;
import io.densenet.arch.Architecture;
import io.densenet.arch.DenseNets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class ModelOptionsTest {
    private final TrainOptions options = new TrainOptions();

    @Test
    void aModelIsMadeForTheDataThatItWillSee() {
        new CommandLine(options).parseArgs("--model", "densenet-40-12", "--growth-rate", "6");
        Architecture network = options.model.architecture(1, 7, Optional.of(0.2));
        assertEquals(1, network.inputChannels());
        assertEquals(7, network.numClasses());
        assertEquals(DenseNets.named("densenet-40-12", 1, 7).withGrowthRate(6).withDropRate(0.2), network);
    }

    @Test
    void aNameThatIsNoModelIsWrongUse() {
        new CommandLine(options).parseArgs("--model", "densenet-40");
        CommandFailure failure =
                assertThrows(CommandFailure.class, () -> options.model.architecture(3, 10, Optional.empty()));
        assertEquals(ExitCode.USAGE, failure.exitCode());
        assertTrue(ExceptionHandler.line(failure).startsWith("no model is named 'densenet-40'"), failure.toString());
    }
}
