package io.densenet.app;

import io.densenet.app.console.Console;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Options of every command about what it prints, and the two streams that it prints to.
final class OutputOptions {
    @Option(names = "--format", paramLabel = "text|json", description = "How the result is written (default: text).")
    private OutputFormat format = OutputFormat.TEXT;

    @Option(
            names = {"-q", "--quiet"},
            description = "Only the result, warnings and errors.")
    private boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            description = "More about what is going on; errors with their stack trace.")
    private boolean verbose;

    @Option(names = "--no-progress", description = "No progress bar; one line per epoch.")
    private boolean noProgress;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it before any command runs
    private CommandSpec command;

    OutputFormat format() {
        return format;
    }

    boolean showsProgress() {
        return !noProgress;
    }

    /// Standard output: results and nothing else.
    PrintWriter out() {
        return command.commandLine().getOut();
    }

    /// Standard error.
    Console console() {
        return new Console(
                command.commandLine().getErr(), DensenetCommand.of(command).terminal(), quiet, verbose);
    }
}
