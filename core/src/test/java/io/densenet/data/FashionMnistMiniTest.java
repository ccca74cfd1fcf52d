package io.densenet.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The data set that ships with the program.
class FashionMnistMiniTest {
    private static final int TROUSER = 1;
    private static final int ANKLE_BOOT = 9;

    private final DatasetSplits splits;

    FashionMnistMiniTest() throws IOException {
        Path nowhere = Path.of("nowhere");
        splits = Datasets.open("fashion-mnist-mini", new DatasetPlaces(nowhere, nowhere, List.of()), 224);
    }

    @Test
    void everyClassHas800TrainingAnd200TestImages() {
        assertEquals(8_000, splits.train().size());
        assertEquals(2_000, test().size());
        for (int label = 0; label < 10; label++) {
            assertEquals(800, count(splits.train(), label));
            assertEquals(200, count(test(), label));
        }
        assertEquals("Ankle boot", splits.train().classNames().get(ANKLE_BOOT));
        assertEquals(10, test().classNames().size());
    }

    /// The uncompressed files, so that another zlib may pack them differently.
    @ParameterizedTest
    @CsvSource({
        "train, f1fbe030da36c96da99a71d83c231e9cb3d061c840a36061a57c1ba617b8f6fe",
        "t10k, 87ea999e1c17d3879047af36e500ee227afaf97195777be535ae043875042e8a"
    })
    void imagesAreThoseThatTheScriptChose(String part, String expected) throws Exception {
        ImageDataset dataset = part.equals("train") ? splits.train() : test();
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(ByteBuffer.allocate(16)
                .putInt(0x803)
                .putInt(dataset.size())
                .putInt(28)
                .putInt(28)
                .array());
        for (int i = 0; i < dataset.size(); i++) {
            digest.update(dataset.image(i).pixels());
        }
        assertEquals(expected, HexFormat.of().formatHex(digest.digest()));
    }

    /// Trousers are tall and boots are wide, and all pictures are clothes on black: the labels belong to the
    /// images.
    @Test
    void trousersAreTallBootsAreWideAndTheGroundIsBlack() throws IOException {
        double[] trousers = meanImage(TROUSER);
        double[] boots = meanImage(ANKLE_BOOT);
        int topMiddle = 2 * 28 + 14;
        int bottomLeft = 22 * 28 + 3;
        assertTrue(trousers[topMiddle] > 100 && boots[topMiddle] < 60, "top");
        assertTrue(trousers[bottomLeft] < 20 && boots[bottomLeft] > 100, "bottom left");
        assertTrue(trousers[0] < 1 && boots[0] < 1, "corner");
    }

    @Test
    void theNormalisationOfTheWholeSetFitsTheSubset() throws IOException {
        Normalization found = ChannelStatistics.of(splits.train(), 1, 28, 28, 8_000);
        assertEquals(splits.normalization().mean().getFirst(), found.mean().getFirst(), 0.005);
        assertEquals(
                splits.normalization().deviation().getFirst(), found.deviation().getFirst(), 0.005);
    }

    @Test
    void aLinearModelReachesAboutFourInFive() throws IOException {
        SoftmaxRegression model = SoftmaxRegression.train(splits.train(), splits.preprocessing(), 20);
        double train = model.top1(splits.train(), splits.preprocessing());
        double test = model.top1(test(), splits.preprocessing());
        assertTrue(test > 80 && test < 85, () -> "top-1 on the test images was %.2f %%".formatted(test));
        assertTrue(train > test, () -> "top-1 on the training images was only %.2f %%".formatted(train));
    }

    private ImageDataset test() {
        ImageDataset test = splits.test();
        assertNotNull(test);
        return test;
    }

    private static long count(ImageDataset dataset, int label) {
        return IntStream.range(0, dataset.size())
                .filter(i -> dataset.label(i) == label)
                .count();
    }

    private double[] meanImage(int label) throws IOException {
        double[] mean = new double[28 * 28];
        for (int i = 0; i < splits.train().size(); i++) {
            if (splits.train().label(i) == label) {
                byte[] pixels = splits.train().image(i).pixels();
                for (int p = 0; p < mean.length; p++) {
                    mean[p] += (pixels[p] & 0xFF) / 800.0;
                }
            }
        }
        return mean;
    }
}
