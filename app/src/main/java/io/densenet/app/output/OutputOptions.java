package io.densenet.app.output;

import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExceptionHandler;
import io.densenet.app.failure.ExitCode;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Options of every command about what it prints, and the two streams that it prints to.
public final class OutputOptions {
    @Option(
            names = "--format",
            paramLabel = "text|json|csv",
            description = "How the result is written (default: text); csv is for predict.")
    private OutputFormat format = OutputFormat.TEXT;

    @Option(
            names = {"-q", "--quiet"},
            description = "Only the result, warnings and errors.")
    private boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            description = "Errors with their stack trace.")
    private boolean verbose;

    @Option(names = "--no-progress", description = "No progress bar; one line per epoch.")
    private boolean noProgress;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it before any command runs
    private CommandSpec command;

    /// Whether the result is to be JSON rather than text, for commands whose result is no table.
    ///
    /// @throws CommandFailure when it is to be CSV
    public boolean isJson() {
        if (format == OutputFormat.CSV) {
            throw new CommandFailure(ExitCode.USAGE, "--format csv: expected text or json here");
        }
        return format == OutputFormat.JSON;
    }

    /// The format, for commands whose result is rows.
    public OutputFormat format() {
        return format;
    }

    public boolean showsProgress() {
        return !noProgress;
    }

    /// Standard output: results and nothing else.
    public PrintWriter out() {
        return command.commandLine().getOut();
    }

    /// Makes sure that what was printed so far has arrived. A writer swallows errors; somebody has to ask.
    ///
    /// @throws CommandFailure when it could not be written
    public static void requireWritten(PrintWriter out) {
        if (out.checkError()) {
            throw new CommandFailure(
                    ExitCode.INPUT_OUTPUT,
                    "standard output: the result could not be written; the disk is full, or the program that reads it"
                            + " has ended");
        }
    }

    /// Tells the user of a failure that does not come to the end of the command.
    ///
    /// @return its exit code
    public int report(Throwable failure) {
        return ExceptionHandler.handle(failure, command.commandLine().getErr(), verbose);
    }

    private Terminal terminal() {
        return command.root().userObject() instanceof Terminal.Owner root ? root.terminal() : Terminal.NONE;
    }

    /// Standard error.
    public Console console() {
        return new Console(command.commandLine().getErr(), terminal(), quiet);
    }
}
