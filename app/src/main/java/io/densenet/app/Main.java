package io.densenet.app;

import io.densenet.app.console.Terminal;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// Where the program starts. Only here does it end.
public final class Main {
    private static final int HELP_COLUMNS = 110;

    private Main() {}

    /// Runs one command and exits with its code.
    ///
    /// With `-Ddensenet.launcher=probe` nothing is run: the exit code tells the launcher whether the command
    /// needs native libraries that are not there yet.
    public static void main(String[] arguments) {
        boolean probe = System.getProperty("densenet.launcher", "").equals("probe");
        System.exit(probe ? probe(arguments) : run(System.out, System.err, Terminal.ofProcess(), arguments));
    }

    /// Runs one command as a script would see it, without a terminal.
    ///
    /// @return its exit code
    static int run(PrintStream out, PrintStream err, String... arguments) {
        return run(out, err, Terminal.NONE, arguments);
    }

    private static int run(PrintStream out, PrintStream err, Terminal terminal, String... arguments) {
        CommandLine commandLine = commandLine(terminal);
        PrintWriter errors = writer(err);
        commandLine.setOut(writer(out));
        commandLine.setErr(errors);
        try {
            return commandLine.execute(arguments);
        } catch (Error e) { // picocli handles exceptions; memory that ran out is an error
            return ExceptionHandler.handle(e, errors, false);
        }
    }

    private static int probe(String... arguments) {
        CommandLine commandLine = commandLine(Terminal.NONE);
        commandLine.setParameterExceptionHandler((_, _) -> ExitCode.DONE.code()); // told when it is run in earnest
        commandLine.setExecutionStrategy(parsed ->
                usesLibTorch(parsed) && !LibTorch.isPresent() ? ExitCode.NATIVES_NEEDED.code() : ExitCode.DONE.code());
        return commandLine.execute(arguments);
    }

    /// Whether a command that was understood will be computed by libtorch.
    static boolean usesLibTorch(ParseResult parsed) {
        return parsed.asCommandLineList().stream()
                .filter(command -> !command.isUsageHelpRequested() && !command.isVersionHelpRequested())
                .flatMap(command -> mixins(command.getCommandSpec()))
                .anyMatch(mixin -> mixin instanceof EngineOptions options && options.usesLibTorch());
    }

    /// The objects behind the mixins of a command, and behind the mixins of those.
    private static Stream<Object> mixins(CommandSpec command) {
        return command.mixins().values().stream()
                .flatMap(mixin -> Stream.concat(Stream.of(mixin.userObject()), mixins(mixin)));
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
