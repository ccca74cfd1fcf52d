package io.densenet.examples;

import io.densenet.ImageClassifier;
import java.io.IOException;
import java.nio.file.Path;

/// Names what is in pictures.
///
///     Predict WEIGHTS PICTURE...
final class Predict {
    private Predict() {}

    public static void main(String... arguments) throws IOException {
        try (ImageClassifier classifier = ImageClassifier.load(Path.of(arguments[0]))) {
            for (int i = 1; i < arguments.length; i++) {
                ImageClassifier.Ranked best =
                        classifier.predict(Path.of(arguments[i])).getFirst();
                System.out.printf("%s: %s, %.1f %%%n", arguments[i], best.name(), 100 * best.probability());
            }
        }
    }
}
