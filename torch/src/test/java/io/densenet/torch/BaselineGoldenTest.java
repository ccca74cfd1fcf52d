package io.densenet.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.arch.Graph;
import io.densenet.arch.ParameterSpec;
import io.densenet.arch.Shape;
import io.densenet.arch.baseline.Baselines;
import io.densenet.arch.baseline.Variations;
import io.densenet.data.ImageBatch;
import io.densenet.engine.ParameterArena;
import io.densenet.engine.Step;
import io.densenet.engine.StepResult;
import io.densenet.random.Philox;
import io.densenet.random.RandomStream;
import io.densenet.weights.StateDict;
import io.densenet.weights.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.zip.CRC32;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The baselines against definitions of their own in PyTorch, and for ImageNet against torchvision's, in double
/// precision: same weights, same logits, loss, gradients and running statistics. `make_baseline_goldens.py` says how
/// weights are drawn and what a sketch is.
class BaselineGoldenTest {
    private static final long SEED = 0x5EED_1234_5678L;

    /// ‖found − expected‖ / ‖expected‖ of one tensor.
    private static final double TOLERANCE = 1e-4;

    /// What rounding leaves of a gradient that is 0, of a shift that a later norm takes out: in double and in single
    /// precision.
    private static final double NOTHING = 1e-9;

    private static final double NOTHING_IN_SINGLE_PRECISION = 1e-6;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "resnet-14-original",
                "resnet-14-bn-after-add",
                "resnet-14-relu-before-add",
                "resnet-14-relu-only-preact",
                "resnet-14-full-preact",
                "resnet-11-original",
                "resnet-11-bn-after-add",
                "resnet-11-relu-before-add",
                "resnet-11-relu-only-preact",
                "resnet-11-full-preact",
                "resnet-20",
                "preact-resnet-11",
                "stochastic-depth-20-0",
                "stochastic-depth-20-1",
                "stochastic-depth-14-all",
                "wrn-10-2",
                "wrn-16-1",
                "nin",
                "nin-28",
                "dsn",
                "dsn-softmax",
                "all-cnn-c",
                "highway-19",
                "fractalnet-11-0",
                "fractalnet-11-1",
                "fractalnet-11-2",
                "fractalnet-11-3",
                "fractalnet-21",
                "fractalnet-21-0",
                "fractalnet-21-1",
                "resnet18",
                "resnet34",
                "resnet50",
                "resnet101",
                "resnet152",
            })
    void aBaselineIsTheOneThatPyTorchComputes(String name) {
        JsonNode golden = golden(name);
        Graph graph = graph(golden);
        ImageBatch batch = batch(golden);
        try (TorchClassifier classifier = TorchClassifier.open(graph, TorchOptions.cpu(1, MemoryLayout.CONTIGUOUS))) {
            classifier.load(state(graph, golden));
            float[] logits = new float[batch.size() * classifier.numClasses()];
            classifier.logits(batch, logits);
            double difference = distance(numbers(golden.get("logits")), logits);
            assertTrue(difference <= TOLERANCE, "logits differ by " + difference);
            if (golden.has("loss")) {
                trainsAlike(golden, classifier, batch);
            }
        }
        if (golden.has("names")) {
            List<String> names =
                    golden.get("names").valueStream().map(JsonNode::asString).toList();
            assertEquals(
                    names, graph.stateDict().stream().map(ParameterSpec::name).toList(), "torchvision's order");
        }
    }

    private static void trainsAlike(JsonNode golden, TorchClassifier classifier, ImageBatch batch) {
        StepResult result =
                classifier.gradients(batch, new Step(SEED, golden.get("step").asLong(), 1, 0));
        double loss = golden.get("loss").asDouble();
        assertEquals(loss, result.loss(), TOLERANCE * loss, "loss");
        List<String> failures = new ArrayList<>();
        for (ParameterArena.View view : classifier.parameters().views()) {
            float[] found = Arrays.copyOfRange(classifier.parameters().gradients(), view.offset(), view.end());
            compare(view.spec().name(), golden.get("gradients"), found, failures);
        }
        StateDict after = classifier.stateDict();
        after.entries().forEach((name, tensor) -> {
            switch (tensor) {
                case Tensor.Longs count ->
                    compare(name, golden.get("after"), new float[] {count.values()[0]}, failures);
                case Tensor.Floats floats -> {
                    if (name.contains(".running_")) {
                        compare(name, golden.get("after"), floats.values(), failures);
                    }
                }
            }
        });
        assertEquals(List.of(), failures);
    }

    /// By the sketches, which estimate the distance of the tensors.
    private static void compare(String name, JsonNode expected, float[] found, List<String> failures) {
        double[] sketch = numbers(Objects.requireNonNull(expected.get(name), name));
        double[] own = sketch(name, found, sketch.length - 1);
        double squares = 0;
        for (int k = 1; k < sketch.length; k++) {
            squares += Math.pow(sketch[k] - own[k], 2) / (sketch.length - 1);
        }
        double distance = Math.max(Math.sqrt(squares), Math.abs(sketch[0] - own[0]));
        double most = sketch[0] > NOTHING ? TOLERANCE * sketch[0] : NOTHING_IN_SINGLE_PRECISION;
        if (!(distance <= most)) {
            failures.add("%s differs by %.1e of %.1e".formatted(name, distance, sketch[0]));
        }
    }

    /// Every parameter is in reach of the loss, whatever drop-path leaves out: over a few steps each has a gradient.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "resnet-14-original",
                "resnet-11-full-preact",
                "stochastic-depth-20-0",
                "wrn-10-2",
                "nin",
                "dsn",
                "all-cnn-c",
                "highway-19",
                "fractalnet-11-0",
                "preact-resnet-11",
                "resnet18",
                "resnet50",
            })
    void everyParameterGetsAGradient(String name) {
        JsonNode golden = golden(name);
        Graph graph = graph(golden);
        try (TorchClassifier classifier = TorchClassifier.open(graph, TorchOptions.cpu(1, MemoryLayout.CONTIGUOUS))) {
            classifier.load(state(graph, golden));
            List<String> without = List.of("not tried");
            for (int step = 0; step < 20 && !without.isEmpty(); step++) {
                classifier.gradients(batch(golden), new Step(SEED, step, 1, 0));
                float[] gradients = classifier.parameters().gradients();
                without = classifier.parameters().views().stream()
                        .filter(view -> isZero(gradients, view))
                        .map(view -> view.spec().name())
                        .toList();
            }
            assertEquals(List.of(), without);
        }
    }

    private static boolean isZero(float[] gradients, ParameterArena.View view) {
        for (int i = view.offset(); i < view.end(); i++) {
            if (gradients[i] != 0) {
                return false;
            }
        }
        return true;
    }

    @ParameterizedTest
    @ValueSource(strings = {"stochastic-depth-20-0", "fractalnet-11-0"})
    void aRepeatedStepLeavesOutTheSamePaths(String name) {
        JsonNode golden = golden(name);
        Graph graph = graph(golden);
        try (TorchClassifier classifier = TorchClassifier.open(graph, TorchOptions.cpu(1, MemoryLayout.CONTIGUOUS))) {
            classifier.load(state(graph, golden));
            double[] losses = new double[6];
            for (int step = 0; step < losses.length; step++) {
                losses[step] = classifier
                        .gradients(batch(golden), new Step(SEED, step, 1, 0))
                        .loss();
            }
            for (int step = losses.length - 1; step >= 0; step--) {
                double again = classifier
                        .gradients(batch(golden), new Step(SEED, step, 1, 0))
                        .loss();
                assertEquals(losses[step], again, "step " + step);
            }
            assertTrue(Arrays.stream(losses).distinct().count() > 2, "steps differ: " + Arrays.toString(losses));
            double other = classifier
                    .gradients(batch(golden), new Step(SEED + 1, 0, 1, 0))
                    .loss();
            assertFalse(Arrays.stream(losses).allMatch(loss -> loss == other));
        }
    }

    private static Graph graph(JsonNode golden) {
        Map<String, String> variations = new LinkedHashMap<>();
        if (golden.has("variations")) {
            golden.get("variations")
                    .properties()
                    .forEach(entry ->
                            variations.put(entry.getKey(), entry.getValue().asString()));
        }
        Shape image = new Shape(
                golden.get("channels").asInt(),
                golden.get("height").asInt(),
                golden.get("width").asInt());
        return Baselines.named(
                        golden.get("model").asString(),
                        Variations.of(variations),
                        image.channels(),
                        golden.get("classes").asInt())
                .graph(image);
    }

    private static ImageBatch batch(JsonNode golden) {
        int size = golden.get("batch").asInt();
        Shape image = graph(golden).input();
        double[] uniform = uniform("image", golden.get("draw").asInt(), Math.toIntExact(size * image.elements()));
        float[] pixels = new float[uniform.length];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) (4 * uniform[i] - 2);
        }
        int classes = golden.get("classes").asInt();
        int[] labels = Arrays.stream(uniform("labels", golden.get("draw").asInt(), size))
                .mapToInt(u -> (int) (u * classes))
                .toArray();
        return new ImageBatch(size, image.channels(), image.height(), image.width(), pixels, labels);
    }

    private static StateDict state(Graph graph, JsonNode golden) {
        int number = golden.get("draw").asInt();
        double shift = golden.path("shift").asDouble(0);
        SequencedMap<String, Tensor> entries = new LinkedHashMap<>();
        graph.stateDict().forEach(spec -> entries.put(spec.name(), draw(spec, number, shift)));
        return new StateDict(entries);
    }

    /// @param normShift what is added to the shifts of norms
    private static Tensor draw(ParameterSpec spec, int number, double normShift) {
        if (spec.kind() == ParameterSpec.Kind.BATCHES_TRACKED) {
            return new Tensor.Longs(spec.shape(), new long[] {3});
        }
        double[] uniform = uniform(spec.name(), number, Math.toIntExact(spec.elements()));
        boolean positive =
                spec.kind() == ParameterSpec.Kind.NORM_WEIGHT || spec.kind() == ParameterSpec.Kind.RUNNING_VARIANCE;
        double fan = (double) spec.elements() / spec.shape().getFirst();
        double scale = spec.shape().size() == 1 ? 0.4 : Math.sqrt(24 / fan);
        double centre = spec.kind() == ParameterSpec.Kind.NORM_BIAS ? normShift : 0;
        float[] values = new float[uniform.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (positive ? 0.5 + uniform[i] : centre + scale * (uniform[i] - 0.5));
        }
        return new Tensor.Floats(spec.shape(), values);
    }

    private static double[] sketch(String name, float[] values, int products) {
        int[] bits = words(RandomStream.Purpose.SPLIT, name, 0, values.length);
        double[] sketch = new double[1 + products];
        for (int i = 0; i < values.length; i++) {
            sketch[0] += (double) values[i] * values[i];
            for (int k = 0; k < products; k++) {
                sketch[1 + k] += (bits[i] >>> k & 1) == 0 ? values[i] : -values[i];
            }
        }
        sketch[0] = Math.sqrt(sketch[0]);
        return sketch;
    }

    private static double[] uniform(String name, int number, int count) {
        return Arrays.stream(words(RandomStream.Purpose.INITIALIZATION, name, number, count))
                .mapToDouble(word -> Integer.toUnsignedLong(word) * 0x1.0p-32)
                .toArray();
    }

    private static int[] words(RandomStream.Purpose purpose, String name, int number, int count) {
        CRC32 crc = new CRC32();
        crc.update(name.getBytes(StandardCharsets.UTF_8));
        long stream = RandomStream.name(purpose, number, crc.getValue());
        int[] words = new int[(count + 3) / 4 * 4];
        for (int block = 0; block < words.length / 4; block++) {
            Philox.block(block, stream, SEED, words, 4 * block);
        }
        return Arrays.copyOf(words, count);
    }

    private static double distance(double[] expected, float[] found) {
        assertEquals(expected.length, found.length);
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += Math.pow(found[i] - expected[i], 2);
            norm += Math.pow(expected[i], 2);
        }
        return Math.sqrt(difference / norm);
    }

    private static double[] numbers(JsonNode list) {
        return list.valueStream().mapToDouble(JsonNode::asDouble).toArray();
    }

    private static JsonNode golden(String name) {
        try (var stream = BaselineGoldenTest.class.getResourceAsStream("/baselines/" + name + ".json")) {
            return JsonMapper.shared()
                    .readTree(Objects.requireNonNull(stream, name).readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
