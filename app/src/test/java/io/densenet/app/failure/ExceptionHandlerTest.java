package io.densenet.app.failure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.app.CommandLineRun;
import io.densenet.data.DatasetException;
import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import io.densenet.torch.MissingNativesException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class ExceptionHandlerTest {
    static Stream<Arguments> failures() {
        Path file = Path.of("a.safetensors");
        return Stream.of(
                Arguments.of(new CommandFailure(ExitCode.VERIFICATION_FAILED, "a differs"), 8, "a differs"),
                Arguments.of(new DatasetException("a: no classes"), 4, "a: no classes"),
                Arguments.of(
                        new MalformedFileException(file, 8, "cut short"), 5, "a.safetensors: cut short (offset 8)"),
                Arguments.of(new UnsupportedFormatException(file, "is a GIF"), 5, "a.safetensors: is a GIF"),
                Arguments.of(new NoSuchFileException("images"), 7, "images: no such file or folder"),
                Arguments.of(new AccessDeniedException("images"), 7, "images: permission denied"),
                Arguments.of(
                        new FileSystemException("runs/train", null, "Read-only file system"),
                        7,
                        "runs/train: read-only file system; choose another folder with --project"),
                Arguments.of(
                        new UncheckedIOException(new FileSystemException("runs", null, "No space left on device")),
                        7,
                        "runs: no space left on device; free some space or choose another folder with --project"),
                Arguments.of(new ExecutionException(new DatasetException("a: empty")), 4, "a: empty"),
                Arguments.of(
                        new MissingNativesException("linux-arm64", List.of("linux-x86_64", "macosx-arm64")),
                        7,
                        "there is no libtorch for linux-arm64, only for linux-x86_64, macosx-arm64; --engine cpu runs everywhere"),
                Arguments.of(new IOException("the pipe broke"), 7, "the pipe broke"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aForeseenFailureIsOneLineAndItsOwnCode(Exception failure, int code, String line) {
        StringWriter err = new StringWriter();
        assertEquals(code, ExceptionHandler.handle(failure, new PrintWriter(err), false));
        assertEquals("densenet: " + line + System.lineSeparator(), err.toString());
    }

    @Test
    void anythingElseIsABugWhoseTraceComesWithV() {
        StringWriter brief = new StringWriter();
        StringWriter full = new StringWriter();
        Exception bug = new IllegalStateException("seven is not eight");
        assertEquals(1, ExceptionHandler.handle(bug, new PrintWriter(brief), false));
        assertEquals(1, ExceptionHandler.handle(bug, new PrintWriter(full), true));
        assertTrue(brief.toString().startsWith("densenet: this is a bug: java.lang.IllegalStateException: seven"));
        assertFalse(brief.toString().contains("\tat "));
        assertTrue(full.toString().contains("\tat io.densenet.app.failure.ExceptionHandlerTest"));
    }

    @Test
    void memoryThatRanOutIsNotCalledABug() {
        StringWriter err = new StringWriter();
        ExceptionHandler.handle(new OutOfMemoryError("Java heap space"), new PrintWriter(err), false);
        assertTrue(err.toString().startsWith("densenet: out of memory (Java heap space): try a smaller batch"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "inspet densenet121                       | unknown command 'inspet'; did you mean inspect",
                "inspect densenet121 --classs 3           | unknown option '--classs'; did you mean --classes?",
                "inspect densenet121 more                 | unexpected argument 'more'",
                "inspect                                  | Missing required parameter: 'MODEL|RUN|WEIGHTS'",
                "inspect densenet-41-12                   | densenet-41-12: a depth of 41 does not divide",
                "inspect densenet122                      | no model is named 'densenet122'",
                "inspect densenet121 --input 3x20x20      | features.transition3.pool: nothing is left",
                "inspect densenet121 --input 3-20-20      | Invalid value for option '--input'",
                "inspect densenet121 --format xml         | Invalid value for option '--format'",
                "inspect densenet121 --compression 1.5    | compression must lie in (0, 1], was 1.5",
                "inspect densenet121 --layers-per-block 0 | every block needs at least one layer, was [0]",
                "inspect densenet121 --depth 4            | --depth must be 1, 2 or 3, was 4",
                "inspect densenet121 -b 0                 | batch size must be positive, was 0",
            })
    void wrongUseIsExplainedInALineOrTwoAndNeverWithTheWholeUsage(String arguments, String line) {
        CommandLineRun run = CommandLineRun.of(arguments.split(" +", -1));
        assertEquals(2, run.exitCode(), run.err());
        assertEquals("", run.out());
        assertTrue(run.err().startsWith("densenet: " + line), run.err());
        assertTrue(run.err().lines().count() <= 2, run.err());
    }

    @Test
    void withoutACommandTheCommandsAreListedOnStandardError() {
        CommandLineRun run = CommandLineRun.of();
        assertEquals(2, run.exitCode());
        assertEquals("", run.out());
        assertTrue(run.err().contains("inspect"), run.err());
    }

    @Test
    void helpAndVersionGoToStandardOutput() {
        CommandLineRun help = CommandLineRun.of("inspect", "-h");
        assertEquals(0, help.exitCode());
        assertTrue(help.out().contains("Examples:"), help.out());
        assertTrue(CommandLineRun.of("--version").out().matches("densenet \\d+\\.\\d+.*\\R"));
    }
}
