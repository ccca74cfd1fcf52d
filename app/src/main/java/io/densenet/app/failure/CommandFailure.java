package io.densenet.app.failure;

import java.util.function.Supplier;

/// A foreseen end of a command: the line that the user reads and the exit code that a script reads.
public final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ExitCode exitCode;

    /// A failure that no other exception caused.
    ///
    /// @param message one line: where, what was expected, what was found, what to try
    public CommandFailure(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    private CommandFailure(ExitCode exitCode, Throwable cause) {
        super(ExceptionHandler.line(cause), cause);
        this.exitCode = exitCode;
    }

    public ExitCode exitCode() {
        return exitCode;
    }

    /// Works out something that the user's options decide. An [IllegalArgumentException] is then the user's
    /// mistake and not a bug, which the same exception would be anywhere else.
    ///
    /// @throws CommandFailure with the exit code of such mistakes
    public static <T> T usage(Supplier<T> resolution) {
        try {
            return resolution.get();
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.USAGE, e);
        }
    }

    /// As [#usage(Supplier)], for a check that has no result.
    ///
    /// @throws CommandFailure with the exit code of such mistakes
    public static void requireUsage(Runnable check) {
        usage(() -> {
            check.run();
            return true;
        });
    }
}
