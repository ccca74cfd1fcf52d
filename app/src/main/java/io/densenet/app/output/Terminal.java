package io.densenet.app.output;

import java.util.Map;
import java.util.Properties;

/// What standard error leads to.
///
/// @param interactive whether a person watches: the last line may be redrawn in place
/// @param colours     whether text may be coloured
/// @param columns     width of a line
public record Terminal(boolean interactive, boolean colours, int columns) {
    /// A file, a pipe or a test: plain lines only.
    public static final Terminal NONE = new Terminal(false, false, 80);

    /// The command above all commands, which knows the terminal of the process.
    @FunctionalInterface
    public interface Owner {
        Terminal terminal();
    }

    /// Works it out from the environment. Java cannot ask whether standard error is a terminal, so the launcher
    /// does and passes `densenet.stderr.columns`.
    ///
    /// Honoured are `TERM=dumb` and `CI` (nothing is redrawn) and `NO_COLOR` (nothing is coloured).
    public static Terminal of(Map<String, String> environment, Properties properties) {
        String columns = properties.getProperty("densenet.stderr.columns", "");
        boolean dumb = environment.getOrDefault("TERM", "dumb").equals("dumb");
        boolean ci = !environment.getOrDefault("CI", "").isEmpty();
        if (!columns.matches("[1-9][0-9]{0,4}") || dumb || ci) {
            return NONE;
        }
        boolean noColour = !environment.getOrDefault("NO_COLOR", "").isEmpty();
        return new Terminal(true, !noColour, Integer.parseInt(columns));
    }

    /// Standard error of this process.
    public static Terminal ofProcess() {
        return of(System.getenv(), System.getProperties());
    }
}
