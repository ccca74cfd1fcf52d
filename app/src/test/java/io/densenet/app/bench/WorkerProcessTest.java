package io.densenet.app.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import java.io.BufferedReader;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class WorkerProcessTest {
    @Test
    void aContestantThatDiesWithoutAWordIsNamedWithWhatItLeft() throws Exception {
        try (WorkerProcess worker = WorkerProcess.ceiling()) {
            ProcessHandle process = worker.handle();
            assertTrue(worker.ceiling(1) > 0);
            assertTrue(process.destroyForcibly());
            CommandFailure failure = assertThrows(CommandFailure.class, () -> worker.ceiling(1));
            assertEquals(ExitCode.INPUT_OUTPUT, failure.exitCode());
            assertTrue(
                    String.valueOf(failure.getMessage())
                            .startsWith("the ceiling: its process ended with exit code 137, saying: "),
                    failure.toString());
        }
    }

    @Test
    void aWorkerThatIsClosedIsGone() throws Exception {
        ProcessHandle process;
        try (WorkerProcess worker = WorkerProcess.ceiling()) {
            process = worker.handle();
            assertTrue(process.isAlive());
        }
        assertFalse(process.isAlive());
    }

    /// What happens to its standard input when the process that started it is killed.
    @Test
    void aWorkerWhoseStarterDiesEndsEvenWhileItComputes() throws Exception {
        List<String> command = WorkerProcess.javaCommand(List.of());
        command.add(Worker.class.getName());
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader answers = process.inputReader()) {
            assertEquals(Protocol.MARK + Protocol.READY + "\t\t", answers.readLine());
            process.outputWriter().write("ceiling 1\n".repeat(100)); // a minute and more
            process.outputWriter().close();
            assertTrue(process.waitFor(20, TimeUnit.SECONDS), "still computing for nobody");
            assertEquals(ExitCode.INPUT_OUTPUT.code(), process.exitValue());
        } finally {
            process.destroyForcibly();
        }
    }
}
