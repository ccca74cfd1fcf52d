package io.densenet.model;

import java.util.SplittableRandom;

/// Damages JSON in the ways that matter to whoever reads it.
public final class Mutations {
    private static final String[] PIECES = {
        "{",
        "}",
        "[",
        "]",
        "\"",
        ",",
        ":",
        "-",
        "0",
        "1",
        "9",
        "99999999999",
        "2147483647",
        "e9",
        ".",
        "null",
        "true",
        "{}",
        "[]",
        "\"x\"",
        " ",
        "\\",
        "\u0000"
    };

    private Mutations() {}

    /// One or two changes: a piece put in the place of up to twelve characters, a cut, or a part doubled.
    public static String of(String text, SplittableRandom random) {
        String mutated = text;
        for (int change = random.nextInt(1, 3); change > 0 && !mutated.isEmpty(); change--) {
            int at = random.nextInt(mutated.length());
            int end = Math.min(mutated.length(), at + random.nextInt(13));
            String piece = PIECES[random.nextInt(PIECES.length)];
            mutated = switch (random.nextInt(6)) {
                case 0 -> mutated.substring(0, at);
                case 1 -> mutated.substring(0, end) + mutated.substring(at);
                case 2 -> mutated.substring(0, at) + piece + mutated.substring(at);
                default -> mutated.substring(0, at) + piece + mutated.substring(end);
            };
        }
        return mutated;
    }
}
