package io.densenet.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.Shape;
import io.densenet.data.ImageBatch;
import io.densenet.engine.Classifier;
import io.densenet.interop.onnx.OnnxFile;
import io.densenet.interop.onnx.OnnxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OnnxRuntimeTest {
    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{0}, batch {1}, {2} threads")
    @CsvSource({"cifar, 1, 1", "cifar, 3, 2", "plain, 3, 1", "imagenet, 1, 2", "imagenet, 3, 1"})
    void itsLogitsAreThoseOfOurEngine(String network, int images, int threads) {
        DenseNetConfig config = SmallNetworks.config(network);
        ImageBatch batch = SmallNetworks.batch(config, images);
        float[] ours = SmallNetworks.logits(config, batch);
        try (OnnxRuntimeSession session =
                OnnxRuntimeSession.open(SmallNetworks.graph(config), SmallNetworks.state(config), batch, threads)) {
            session.step();
            assertTrue(Math.abs(ours[0] - ours[1]) > 1e-2, "classes must differ for this to show anything");
            assertArrayEquals(ours, session.logits(), 1e-4f);
            assertEquals("1.29.0", session.version());
        }
    }

    @Test
    void dropoutDoesNothingInInference() {
        DenseNetConfig config = SmallNetworks.config("cifar").withDropRate(0.2);
        ImageBatch batch = SmallNetworks.batch(config, 1);
        try (OnnxRuntimeSession session =
                OnnxRuntimeSession.open(SmallNetworks.graph(config), SmallNetworks.state(config), batch, 1)) {
            session.step();
            assertArrayEquals(SmallNetworks.logits(config, batch), session.logits(), 1e-4f);
        }
    }

    /// As `convert --verify` runs it, from a file.
    @ParameterizedTest(name = "{0}, batch {1}, {2}x{3}")
    @CsvSource({"1, 64, 64", "3, 64, 64", "2, 64, 96", "1, 97, 71"})
    void aFileForImagesOfAnySizeHasTheLogitsOfOurEngine(int images, int height, int width) throws IOException {
        DenseNetConfig config = SmallNetworks.config("imagenet");
        Shape image = new Shape(3, height, width);
        ImageBatch batch = SmallNetworks.batch(image, images, 5);
        Path file = folder.resolve("model.onnx");
        OnnxFile.write(
                file,
                SmallNetworks.graph(config),
                SmallNetworks.state(config),
                new OnnxOptions("small", "test", true, new LinkedHashMap<>()));
        float[] logits = new float[images * config.numClasses()];
        try (Classifier runtime = new OnnxRuntimeProvider().open(file, image, config.numClasses(), 1)) {
            runtime.logits(batch, logits);
            assertTrue(runtime.description().startsWith("ONNX Runtime 1.29.0"), runtime.description());
        }
        assertArrayEquals(SmallNetworks.logits(config, image, batch), logits, 1e-4f);
    }

    @Test
    void aFileThatIsNoNetworkIsRefusedInOneLine() throws IOException {
        Path file = Files.writeString(folder.resolve("model.onnx"), "not at all");
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> new OnnxRuntimeProvider().open(file, new Shape(3, 8, 8), 2, 1))
                .toString();
        assertTrue(message.contains("model.onnx: ONNX Runtime does not take it"), message);
    }
}
