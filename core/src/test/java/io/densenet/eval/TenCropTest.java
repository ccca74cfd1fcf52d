package io.densenet.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.densenet.arch.Shape;
import io.densenet.data.Fit;
import io.densenet.data.Image;
import io.densenet.data.ImageBatch;
import io.densenet.data.ImageDataset;
import io.densenet.data.ImageDecoder;
import io.densenet.data.Interpolation;
import io.densenet.data.Normalization;
import io.densenet.data.Preprocessing;
import io.densenet.engine.Classifier;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Against crops that Pillow cut: core/src/test/scripts/make_image_fixtures.py.
class TenCropTest {
    private static final int SIDE = 28;
    private static final int VALUES = 3 * SIDE * SIDE;
    private static final List<String> COLOURS = List.of("red", "green", "blue");

    /// Values stay on the scale 0–255.
    private static final Preprocessing PREPROCESSING = new Preprocessing(
            3,
            SIDE,
            SIDE,
            new Normalization(List.of(0.0, 0.0, 0.0), List.of(1 / 255.0, 1 / 255.0, 1 / 255.0)),
            new Fit.ShortSide(32, Interpolation.BICUBIC));

    @Test
    void theCentreTheCornersAndTheirMirrorImagesReachTheNetwork() throws IOException {
        List<float[]> crops = pillowsCrops();
        Recorder network = new Recorder();
        Evaluator.evaluate(network, new OnePicture(2), PREPROCESSING, new Crop.TenCrop(), 64, 1);
        assertEquals(20, network.seen.size());
        for (int i = 0; i < 20; i++) {
            assertArrayEquals(crops.get(i % 10), network.seen.get(i), 1e-3f, "crop " + i);
        }
        Recorder once = new Recorder();
        Evaluator.evaluate(once, new OnePicture(2), PREPROCESSING, new Crop.SingleCrop(), 64, 1);
        assertEquals(2, once.seen.size());
        assertArrayEquals(crops.getFirst(), once.seen.getFirst(), 1e-3f);
    }

    @Test
    void theLogitsOfAllTenAreAddedUp() throws IOException {
        double[] sums = new double[3];
        for (float[] crop : pillowsCrops()) {
            double[] logits = logits(crop, 0);
            for (int c = 0; c < 3; c++) {
                sums[c] += logits[c];
            }
        }
        int best = 0;
        for (int c = 1; c < 3; c++) {
            best = sums[c] > sums[best] ? c : best;
        }
        double logSum =
                Math.log(Arrays.stream(sums).map(sum -> Math.exp(sum / 10)).sum());
        for (int label = 0; label < 3; label++) {
            Evaluation evaluation = Evaluator.evaluate(
                    new Recorder(), new OnePicture(3, label), PREPROCESSING, new Crop.TenCrop(), 7, 2);
            assertEquals(3, evaluation.images());
            assertEquals(label == best ? 100 : 0, evaluation.accuracy());
            assertEquals(logSum - sums[label] / 10, evaluation.loss(), 1e-4);
        }
    }

    /// Where a pixel lies decides how much it counts, so that no two of the crops give the same.
    private static double[] logits(float[] values, int offset) {
        double[] logits = new double[3];
        int at = offset;
        for (int c = 0; c < 3; c++) {
            for (int y = 0; y < SIDE; y++) {
                for (int x = 0; x < SIDE; x++) {
                    logits[c] += values[at++] * (3 * x + y) / 1e6;
                }
            }
        }
        return logits;
    }

    /// Planes of the ten crops that stand above each other in the file.
    private static List<float[]> pillowsCrops() throws IOException {
        byte[] pixels = picture("fit/wide-32x28-ten.png").pixels();
        List<float[]> crops = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            float[] crop = new float[VALUES];
            for (int v = 0; v < VALUES; v++) {
                crop[v % 3 * SIDE * SIDE + v / 3] = pixels[i * VALUES + v] & 0xFF;
            }
            crops.add(crop);
        }
        return crops;
    }

    private static Image picture(String name) throws IOException {
        try (InputStream stream = Image.class.getResourceAsStream(name)) {
            assertNotNull(stream, name);
            return ImageDecoder.decode(stream, Path.of(name));
        }
    }

    /// The same picture several times.
    private record OnePicture(int size, int label) implements ImageDataset {
        OnePicture(int size) {
            this(size, 0);
        }

        @Override
        public int label(int index) {
            return label;
        }

        @Override
        public Image image(int index) throws IOException {
            return picture("fit/wide.png");
        }

        @Override
        public List<String> classNames() {
            return COLOURS;
        }
    }

    /// Keeps what it was shown.
    private static final class Recorder implements Classifier {
        private final List<float[]> seen = new ArrayList<>();

        @Override
        public Shape inputShape() {
            return new Shape(3, SIDE, SIDE);
        }

        @Override
        public int numClasses() {
            return 3;
        }

        @Override
        public void logits(ImageBatch images, float[] out) {
            for (int n = 0; n < images.size(); n++) {
                seen.add(Arrays.copyOfRange(images.pixels(), n * VALUES, (n + 1) * VALUES));
                double[] logits = TenCropTest.logits(images.pixels(), n * VALUES);
                for (int c = 0; c < 3; c++) {
                    out[n * 3 + c] = (float) logits[c];
                }
            }
        }

        @Override
        public String description() {
            return "recorder";
        }

        @Override
        public void close() {}
    }
}
