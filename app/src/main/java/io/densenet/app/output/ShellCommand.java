package io.densenet.app.output;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Commands that the user is told to type.
public final class ShellCommand {
    private ShellCommand() {}

    /// This program, as it was called, with arguments, each quoted where a shell needs it.
    public static String of(String... arguments) {
        String program = System.getProperty("densenet.command", "densenet"); // from the launcher
        return Stream.concat(Stream.of(program), Arrays.stream(arguments))
                .map(ShellCommand::quoted)
                .collect(Collectors.joining(" "));
    }

    private static String quoted(String word) {
        return word.matches("[\\p{L}\\p{N}_./:=@%+,-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
