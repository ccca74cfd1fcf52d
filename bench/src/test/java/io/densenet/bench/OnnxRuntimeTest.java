package io.densenet.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.arch.DenseNetConfig;
import io.densenet.data.ImageBatch;
import io.densenet.weights.StateDict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OnnxRuntimeTest {
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

    @Test
    void weightsOfAnotherNetworkAreRefused() {
        StateDict other = SmallNetworks.state(SmallNetworks.config("plain"));
        DenseNetConfig config = SmallNetworks.config("cifar");
        assertThrows(IllegalArgumentException.class, () -> OnnxModel.bytes(SmallNetworks.graph(config), other));
    }
}
