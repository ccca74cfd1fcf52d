package io.densenet.app.inference;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// What came of one picture.
sealed interface Prediction {
    Path file();

    /// The most likely classes.
    ///
    /// @param ranked most likely first
    record Classes(Path file, List<Ranked> ranked) implements Prediction {
        static Classes best(Path file, double[] probabilities, int count) {
            return new Classes(
                    file,
                    IntStream.range(0, probabilities.length)
                            .boxed()
                            .sorted(Comparator.comparingDouble((Integer c) -> -probabilities[c]))
                            .limit(count)
                            .map(c -> new Ranked(c, probabilities[c]))
                            .toList());
        }
    }

    /// A class and its probability, 0 to 1.
    record Ranked(int index, double probability) {}

    /// The logits of all classes.
    record Logits(Path file, float[] logits) implements Prediction {}

    /// It could not be read.
    record Failed(Path file, String error) implements Prediction {}
}
