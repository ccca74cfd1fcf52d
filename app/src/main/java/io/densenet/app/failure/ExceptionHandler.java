package io.densenet.app.failure;

import io.densenet.data.DatasetException;
import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import io.densenet.torch.MissingNativesException;
import io.densenet.train.DivergedException;
import io.densenet.train.RunFolderInUseException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// The one place where exceptions become a line on standard error and an exit code. A new kind of failure is
/// one more case in [#exitCode(Throwable)]; its message is shown as it is.
public final class ExceptionHandler
        implements CommandLine.IParameterExceptionHandler, CommandLine.IExecutionExceptionHandler {
    private static final Pattern CHOICES = Pattern.compile("(expected one of \\[[^\\]]*\\]) \\(case-insensitive\\)");

    /// Options and commands that are not understood.
    @Override
    public int handleParseException(ParameterException exception, String[] arguments) {
        CommandLine command = exception.getCommandLine();
        print(command.getErr(), usageLine(exception));
        command.getErr()
                .printf(
                        "          '%s -h' explains the options.%n",
                        command.getCommandSpec().qualifiedName());
        command.getErr().flush();
        return ExitCode.USAGE.code();
    }

    /// Whatever a command throws.
    @Override
    public int handleExecutionException(Exception exception, CommandLine command, ParseResult result) {
        if (exception instanceof ParameterException usage) {
            return handleParseException(usage, new String[0]);
        }
        return handle(exception, command.getErr(), isVerbose(result));
    }

    /// Reports a failure.
    ///
    /// @param verbose whether the stack trace is wanted
    /// @return the exit code
    public static int handle(Throwable thrown, PrintWriter err, boolean verbose) {
        Throwable failure = unwrap(thrown);
        ExitCode code = exitCode(failure);
        print(err, isBug(failure) ? bugLine(failure) : line(failure));
        if (verbose) {
            failure.printStackTrace(err);
        } else if (isBug(failure)) {
            err.println("          Run it again with -v for the stack trace, and please report it.");
        }
        err.flush();
        return code.code();
    }

    private static ExitCode exitCode(Throwable failure) {
        return switch (failure) {
            case CommandFailure f -> f.exitCode();
            case DatasetException _ -> ExitCode.DATASET_UNUSABLE;
            case MalformedFileException _, UnsupportedFormatException _ -> ExitCode.MODEL_FILE_REFUSED;
            case DivergedException _ -> ExitCode.TRAINING_DIVERGED;
            case RunFolderInUseException _ -> ExitCode.USAGE;
            case IOException _, MissingNativesException _ -> ExitCode.INPUT_OUTPUT;
            default -> ExitCode.BUG;
        };
    }

    private static boolean isBug(Throwable failure) {
        return exitCode(failure) == ExitCode.BUG && !(failure instanceof OutOfMemoryError);
    }

    private static String bugLine(Throwable failure) {
        return "this is a bug: " + failure.toString().lines().findFirst().orElse("");
    }

    /// A failure in one line that a person can act on.
    public static String line(Throwable failure) {
        return switch (failure) {
            case OutOfMemoryError e ->
                "out of memory (%s): try a smaller batch with -b, or a larger heap with JAVA_OPTS=-Xmx8g"
                        .formatted(e.getMessage());
            case NoSuchFileException e -> e.getFile() + ": no such file or folder";
            case AccessDeniedException e -> e.getFile() + ": permission denied";
            case FileAlreadyExistsException e ->
                e.getFile() + ": is there already and no folder; choose another with --project";
            case NotDirectoryException e -> e.getFile() + ": not a folder";
            case FileSystemException e when e.getReason() != null -> fileSystemLine(e, e.getReason());
            default -> Objects.requireNonNullElse(failure.getMessage(), failure.toString());
        };
    }

    private static String fileSystemLine(FileSystemException failure, String reason) {
        String lower = reason.toLowerCase(Locale.ROOT);
        String advice = switch (lower) {
            case "read-only file system", "not a directory" -> "; choose another folder with --project";
            case "no space left on device", "disk quota exceeded" ->
                "; free some space or choose another folder with --project";
            default -> "";
        };
        return failure.getFile() + ": " + lower + advice;
    }

    private static String usageLine(ParameterException exception) {
        if (exception instanceof UnmatchedArgumentException unmatched) {
            String argument = unmatched.getUnmatched().getFirst();
            boolean isCommand = !argument.startsWith("-")
                    && !exception.getCommandLine().getSubcommands().isEmpty();
            String kind = unmatched.isUnknownOption()
                    ? "unknown option"
                    : isCommand ? "unknown command" : "unexpected argument";
            List<String> suggestions = unmatched.getSuggestions();
            return kind + " '" + argument + "'"
                    + (suggestions.isEmpty() ? "" : "; did you mean " + String.join(" or ", suggestions) + "?");
        }
        return line(exception);
    }

    /// What picocli says about a value that does not fit. It names the choices as Java does, this as they are typed.
    public static String line(ParameterException exception) {
        String message = Objects.requireNonNullElse(exception.getMessage(), exception.toString());
        return CHOICES.matcher(message)
                .replaceAll(choices -> choices.group(1).toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    /// The failure that a wrapper carries from another thread or out of a stream.
    private static Throwable unwrap(Throwable thrown) {
        Throwable cause = thrown.getCause();
        boolean wraps = thrown instanceof UncheckedIOException
                || thrown instanceof CompletionException
                || thrown instanceof ExecutionException;
        return wraps && cause != null ? unwrap(cause) : thrown;
    }

    /// Whether the user asked for stack traces.
    ///
    /// @param result null when the arguments were not understood
    public static boolean isVerbose(@Nullable ParseResult result) {
        ParseResult innermost = result;
        while (innermost != null && innermost.hasSubcommand()) {
            innermost = innermost.subcommand();
        }
        return innermost != null && innermost.hasMatchedOption("-v");
    }

    private static void print(PrintWriter err, String line) {
        err.println("densenet: " + line);
    }
}
