package io.densenet.examples;

import io.densenet.ImageClassifier;
import java.io.IOException;
import java.nio.file.Path;

/// Says how much alike pictures are to a network: the cosine between the features of the first and of each other.
///
///     Features WEIGHTS PICTURE PICTURE...
final class Features {
    private Features() {}

    public static void main(String... arguments) throws IOException {
        try (ImageClassifier classifier = ImageClassifier.load(Path.of(arguments[0]))) {
            float[] first = classifier.features(Path.of(arguments[1]));
            for (int i = 2; i < arguments.length; i++) {
                float[] other = classifier.features(Path.of(arguments[i]));
                System.out.printf(
                        "%s: %.3f%n", arguments[i], dot(first, other) / Math.sqrt(dot(first, first) * dot(other, other)));
            }
        }
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
