package io.densenet.data;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/// Small images and data sets for the tests of this package.
final class TestImages {
    private TestImages() {}

    /// The bytes of a file beside the tests.
    static byte[] resource(String name) throws IOException {
        try (InputStream stream = TestImages.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new FileNotFoundException(name);
            }
            return stream.readAllBytes();
        }
    }

    /// A picture beside the tests, decoded.
    static Image decoded(String name) throws IOException {
        try (InputStream stream = TestImages.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new FileNotFoundException(name);
            }
            return ImageDecoder.decode(stream, Path.of(name));
        }
    }

    /// Preprocessing that keeps values on the scale 0–255.
    static Preprocessing unscaled(int channels, int height, int width) {
        List<Double> zero = Collections.nCopies(channels, 0.0);
        List<Double> scale = Collections.nCopies(channels, 1 / 255.0);
        return new Preprocessing(channels, height, width, new Normalization(zero, scale));
    }

    /// `count` grey images of `side` × `side` pixels in four classes; pixel p of image i is (7 i + p) mod 256.
    static InMemoryDataset numbered(int count, int side) {
        byte[] pixels = new byte[count * side * side];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (7 * (i / (side * side)) + i % (side * side));
        }
        int[] labels = IntStream.range(0, count).map(i -> i % 4).toArray();
        return new InMemoryDataset(1, side, side, pixels, labels, List.of("a", "b", "c", "d"));
    }
}
