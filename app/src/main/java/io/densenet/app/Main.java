package io.densenet.app;

import io.densenet.app.engine.Needs;
import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExceptionHandler;
import io.densenet.app.failure.ExitCode;
import io.densenet.app.output.OutputOptions;
import io.densenet.app.output.Terminal;
import java.io.PrintStream;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/// Where the program starts. Only here does it end.
public final class Main {
    private static final int HELP_COLUMNS = 110;

    private Main() {}

    /// Runs one command and exits with its code.
    ///
    /// With `-Ddensenet.launcher=probe` nothing is run: the exit code tells the launcher whether the command
    /// needs something that is not there yet.
    public static void main(String[] arguments) {
        Terminal terminal = Terminal.ofProcess();
        hideIncubatorWarning(System.err, terminal);
        boolean probe = System.getProperty("densenet.launcher", "").equals("probe");
        System.exit(probe ? probe(arguments) : run(System.out, System.err, terminal, arguments));
    }

    /// The JVM tells on standard error that it uses a module that is still incubating, and has no switch for
    /// that. On a terminal it is the line above the cursor when the program starts, and is taken away again; what
    /// a file or a pipe has got cannot be taken back.
    static void hideIncubatorWarning(PrintStream err, Terminal terminal) {
        if (terminal.interactive()
                && ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
            err.print("\033[1A\033[2K"); // a line up; erase it
            err.flush();
        }
    }

    /// Runs one command as a script would see it, without a terminal.
    ///
    /// @return its exit code
    static int run(PrintStream out, PrintStream err, String... arguments) {
        return run(out, err, Terminal.NONE, arguments);
    }

    private static int run(PrintStream out, PrintStream err, Terminal terminal, String... arguments) {
        CommandLine commandLine = commandLine(terminal);
        commandLine.setOut(writer(out));
        commandLine.setErr(writer(err));
        return execute(commandLine, arguments);
    }

    /// Runs a command; whatever goes wrong is told on its standard error.
    ///
    /// @return its exit code
    static int execute(CommandLine commandLine, String... arguments) {
        try {
            int code = commandLine.execute(arguments);
            if (code == ExitCode.DONE.code()) { // otherwise something else was told already
                OutputOptions.requireWritten(commandLine.getOut());
            }
            return code;
        } catch (CommandFailure e) {
            return ExceptionHandler.handle(e, commandLine.getErr(), false);
        } catch (Error e) { // picocli handles exceptions; memory that ran out is an error
            return ExceptionHandler.handle(
                    e, commandLine.getErr(), ExceptionHandler.isVerbose(commandLine.getParseResult()));
        }
    }

    private static int probe(String... arguments) {
        CommandLine commandLine = commandLine(Terminal.NONE);
        commandLine.setParameterExceptionHandler((_, _) -> ExitCode.DONE.code()); // told when it is run in earnest
        commandLine.setExecutionStrategy(parsed -> missing(parsed).code());
        return commandLine.execute(arguments);
    }

    /// What the launcher has to fetch before the command starts. It knows by itself whether the peers of `bench` are
    /// there, and asks only if they are not.
    private static ExitCode missing(ParseResult parsed) {
        if (Needs.libTorchToFetch(parsed)) {
            return ExitCode.NATIVES_NEEDED;
        }
        return Needs.peers(parsed) ? ExitCode.PEERS_NEEDED : ExitCode.DONE;
    }

    private static CommandLine commandLine(Terminal terminal) {
        CommandLine commandLine = new CommandLine(new DensenetCommand(terminal));
        ExceptionHandler handler = new ExceptionHandler();
        return commandLine
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpWidth(HELP_COLUMNS)
                .setParameterExceptionHandler(handler)
                .setExecutionExceptionHandler(handler);
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, stream.charset());
    }
}
