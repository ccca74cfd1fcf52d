package io.densenet.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.app.bench.Use;
import io.densenet.arch.DenseNet;
import io.densenet.arch.DenseNetConfig;
import io.densenet.cpu.CpuClassifier;
import io.densenet.cpu.CpuOptions;
import io.densenet.cpu.MemoryMode;
import io.densenet.data.ImageBatch;
import io.densenet.engine.ParameterArena;
import io.densenet.engine.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DjlTest {
    @ParameterizedTest(name = "{0}, batch {1}")
    @CsvSource({"cifar, 1", "cifar, 3", "plain, 3", "imagenet, 2"})
    void itsLogitsAreThoseOfOurEngine(String network, int images) {
        DenseNetConfig config = SmallNetworks.config(network);
        ImageBatch batch = SmallNetworks.batch(config, images);
        try (DjlSession session = open(config, batch, Use.INFER)) {
            float[] ours = SmallNetworks.logits(config, batch);
            assertArrayEquals(ours, session.logits(), 1e-3f * largest(ours));
        }
    }

    /// Where an output lies on the kink of a ReLU but for rounding, the two engines may fall on different
    /// sides, and then every gradient before it differs by a percent. That happens in one batch of five or
    /// so; hence the median over seven batches is held to the tolerance.
    @ParameterizedTest(name = "{0}")
    @CsvSource({"cifar", "plain", "imagenet"})
    void itsLossAndGradientsAreThoseOfOurEngine(String network) {
        DenseNetConfig config = SmallNetworks.config(network);
        SequencedMap<String, List<Double>> differences = new LinkedHashMap<>();
        for (int seed = 0; seed < 7; seed++) {
            ImageBatch batch = SmallNetworks.batch(config, 4, seed);
            try (DjlSession session = open(config, batch, Use.TRAIN);
                    CpuClassifier ours = CpuClassifier.open(
                            DenseNet.of(config), SmallNetworks.image(config), new CpuOptions(1, MemoryMode.STANDARD))) {
                ours.load(SmallNetworks.state(config));
                double loss = ours.gradients(batch, new Step(1, 0, 1, 0)).loss();
                session.loss(); // gradients must not add up over the steps
                assertEquals(loss, session.loss(), 1e-5 * loss);
                ParameterArena arena = ours.parameters();
                for (int place = 0; place < arena.views().size(); place++) {
                    ParameterArena.View view = arena.views().get(place);
                    float[] expected = Arrays.copyOfRange(arena.gradients(), view.offset(), view.end());
                    differences
                            .computeIfAbsent(view.spec().name(), _ -> new ArrayList<>())
                            .add(relativeDifference(session.gradient(place), expected));
                }
            }
        }
        differences.forEach((name, values) -> {
            double median = values.stream().sorted().toList().get(values.size() / 2);
            assertTrue(median <= 5e-5, () -> name + ": " + values);
        });
    }

    /// ‖a − b‖ / ‖b‖.
    private static double relativeDifference(float[] a, float[] b) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < b.length; i++) {
            difference += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
            norm += (double) b[i] * b[i];
        }
        return Math.sqrt(difference / norm);
    }

    private static DjlSession open(DenseNetConfig config, ImageBatch batch, Use use) {
        return DjlSession.open(DenseNet.of(config), SmallNetworks.state(config), batch, use, 1);
    }

    private static float largest(float[] values) {
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
