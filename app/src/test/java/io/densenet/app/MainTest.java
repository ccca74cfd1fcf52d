package io.densenet.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.app.output.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

final class MainTest {
    @Command(name = "deep")
    private static final class DeepCommand implements Runnable {
        @Option(names = "-v")
        private boolean verbose;

        @Override
        public void run() {
            throw new StackOverflowError(verbose ? "deep" : "shallow");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"inspect densenet121", "inspect densenet121 --format json", "doctor", "--help", "--version"})
    void aResultThatCannotBeWrittenIsNoSuccess(String command) throws IOException {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (PrintStream full = new PrintStream(new FileOutputStream("/dev/full"))) {
            int code = Main.run(full, new PrintStream(err, true, StandardCharsets.UTF_8), command.split(" ", -1));
            assertEquals(7, code);
        }
        List<String> lines = err.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.getFirst().startsWith("densenet: standard output: the result could not be written"));
    }

    @Test
    void anErrorOfTheJavaMachineComesWithItsTraceToo() {
        assertTrue(errors("-v").contains("\tat io.densenet.app.MainTest"), errors("-v"));
        assertEquals(2, errors().lines().count(), errors());
        assertTrue(errors().startsWith("densenet: this is a bug: java.lang.StackOverflowError: shallow"), errors());
    }

    /// The tests, too, are run with the vector module, as the launcher runs the program.
    @Test
    void theLineOfTheJavaMachineIsErasedOnATerminalAndNothingIsWrittenElsewhere() {
        assertEquals("\033[1A\033[2K", firstBytes(new Terminal(true, true, 80)));
        assertEquals("\033[1A\033[2K", firstBytes(new Terminal(true, false, 80)), "NO_COLOR is about colours");
        assertEquals("", firstBytes(Terminal.NONE));
    }

    private static String firstBytes(Terminal terminal) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Main.hideIncubatorWarning(new PrintStream(err, false, StandardCharsets.UTF_8), terminal);
        return err.toString(StandardCharsets.UTF_8);
    }

    private static String errors(String... arguments) {
        StringWriter err = new StringWriter();
        CommandLine commandLine = new CommandLine(new DeepCommand()).setErr(new PrintWriter(err));
        assertEquals(1, Main.execute(commandLine, arguments));
        return err.toString();
    }
}
