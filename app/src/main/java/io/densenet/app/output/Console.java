package io.densenet.app.output;

import java.io.PrintWriter;

/// Standard error as commands see it: status lines and warnings, all of which `-q` silences but warnings.
/// Results never come here; they go to standard output. Thread-safe: a bar is redrawn from a thread of its own.
public final class Console {
    private static final String YELLOW = "\u001b[33m";
    private static final String CLEAR_REST_OF_LINE = "\u001b[K";
    private static final String RESET = "\u001b[0m";

    private final PrintWriter err;
    private final Terminal terminal;
    private final boolean quiet;

    /// Whether the cursor stands at the start of a line that holds a bar.
    private boolean redrawnLineStands;

    /// A console over a stream.
    ///
    /// @param quiet   whether only warnings are shown
    public Console(PrintWriter err, Terminal terminal, boolean quiet) {
        this.err = err;
        this.terminal = terminal;
        this.quiet = quiet;
    }

    public Terminal terminal() {
        return terminal;
    }

    public boolean isQuiet() {
        return quiet;
    }

    /// What is going on.
    public void status(String line) {
        if (!quiet) {
            println(line);
        }
    }

    /// What works but is probably not what was wanted.
    public void warning(String line) {
        println((terminal.colours() ? YELLOW + "warning:" + RESET : "warning:") + " " + line);
    }

    /// Replaces the line on which the cursor stands, or with an empty text clears it; only for an interactive terminal.
    ///
    /// @param text shorter than a line of the terminal
    synchronized void redraw(String text) {
        err.print("\r" + text + CLEAR_REST_OF_LINE + (text.isEmpty() ? "" : "\r"));
        err.flush();
        redrawnLineStands = !text.isEmpty();
    }

    private synchronized void println(String line) {
        err.println(redrawnLineStands ? CLEAR_REST_OF_LINE + line : line);
        err.flush();
        redrawnLineStands = false;
    }
}
