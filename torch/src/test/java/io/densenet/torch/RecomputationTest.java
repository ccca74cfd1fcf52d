package io.densenet.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.arch.DenseNet;
import io.densenet.arch.DenseNets;
import io.densenet.arch.FrozenFront;
import io.densenet.arch.Graph;
import io.densenet.arch.Shape;
import io.densenet.cpu.MemoryMode;
import io.densenet.data.ImageBatch;
import io.densenet.engine.Step;
import io.densenet.engine.StepResult;
import io.densenet.weights.Initializer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Computing concatenations and norms again must change nothing but the memory.
final class RecomputationTest {
    /// Loss, every gradient and every running statistic after three steps with an update between them, for
    /// each variant, both stems, both layouts, with and without dropout: to the bit.
    @ParameterizedTest
    @CsvSource({
        "densenet-16-4,     32, 0,   CONTIGUOUS,    0",
        "densenet-16-4,     32, 0.2, CHANNELS_LAST, 0",
        "densenet-bc-22-4,  32, 0.2, CONTIGUOUS,    0",
        "densenet-bc-22-4,  31, 0,   CHANNELS_LAST, 0",
        "densenet121,       64, 0,   CONTIGUOUS,    0",
        "densenet-bc-22-4,  32, 0.2, CONTIGUOUS,    1",
        "densenet-bc-22-4,  32, 0,   CONTIGUOUS,    3",
    })
    void efficientMemoryGivesTheSameBits(
            String model, int pixels, double dropRate, MemoryLayout layout, int frozenBlocks) {
        FrozenFront frozen = FrozenFront.of(DenseNets.named(model, 3, 5), frozenBlocks);
        Graph graph = graph(model, pixels, dropRate);
        int images = model.equals("densenet121") ? 2 : 6;
        try (TorchClassifier standard = open(graph, layout, MemoryMode.STANDARD, frozen);
                TorchClassifier efficient = open(graph, layout, MemoryMode.EFFICIENT, frozen)) {
            for (int step = 0; step < 3; step++) {
                StepResult expected = step(standard, batch(graph, images, step), step);
                StepResult found = step(efficient, batch(graph, images, step), step);
                assertEquals(expected, found);
                assertArrayEquals(
                        standard.parameters().gradients(),
                        efficient.parameters().gradients());
                update(standard);
                update(efficient);
            }
            assertEquals(standard.stateDict().sha256(), efficient.stateDict().sha256());
        }
    }

    /// A step of BC-100-12 with 16 images keeps 357 MB of concatenations and norms and 142 MB of other
    /// maps, by the shapes of its graph: without the first it should take less than a third, with what
    /// comes and goes less than 0.7.
    @Test
    void aDeepNetworkTakesLessMemory() throws IOException, InterruptedException {
        long efficient = growthInAProcessOfItsOwn(MemoryMode.EFFICIENT);
        long standard = growthInAProcessOfItsOwn(MemoryMode.STANDARD);
        assertTrue(
                efficient < 0.7 * standard,
                "efficient %d MB, standard %d MB".formatted(efficient / 1_000_000, standard / 1_000_000));
    }

    /// What earlier tests left in the C library's heap is used again without a word to the system, and the
    /// more they freed, the less it gives back: only a fresh process, whose blocks go back at once, shows
    /// what a step needs.
    private static long growthInAProcessOfItsOwn(MemoryMode memory) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Dorg.bytedeco.javacpp.cachedir=" + System.getProperty("org.bytedeco.javacpp.cachedir", ""),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                GrowthMain.class.getName(),
                memory.name());
        builder.environment().put("MALLOC_MMAP_THRESHOLD_", "65536");
        Process child = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, child.waitFor());
        return Long.parseLong(output.strip());
    }

    /// Prints the most bytes that the process holds while it computes a step, above what it held before.
    static final class GrowthMain {
        public static void main(String[] arguments) throws InterruptedException {
            MemoryMode memory = MemoryMode.valueOf(arguments[0]);
            Graph graph = graph("densenet-bc-100-12", 32, 0);
            try (TorchClassifier classifier = open(graph, MemoryLayout.CHANNELS_LAST, memory, FrozenFront.NONE)) {
                step(classifier, batch(graph, 1, 0), 0); // reads the library's pages
                ImageBatch batch = batch(graph, 16, 0);
                long before = Pointer.physicalBytes();
                AtomicLong most = new AtomicLong(before);
                Thread watch = Thread.ofPlatform().daemon().start(() -> {
                    while (!Thread.currentThread().isInterrupted()) {
                        most.accumulateAndGet(Pointer.physicalBytes(), Math::max);
                        LockSupport.parkNanos(2_000_000);
                    }
                });
                step(classifier, batch, 0);
                watch.interrupt();
                watch.join();
                System.out.println(most.get() - before);
            }
        }
    }

    private static Graph graph(String model, int pixels, double dropRate) {
        return Graph.of(DenseNet.of(DenseNets.named(model, 3, 5).withDropRate(dropRate)), new Shape(3, pixels, pixels));
    }

    private static TorchClassifier open(Graph graph, MemoryLayout layout, MemoryMode memory, FrozenFront frozen) {
        TorchClassifier classifier = TorchClassifier.open(
                graph, TorchOptions.cpu(2, layout).withMemory(memory).withFrozen(frozen));
        classifier.load(Initializer.initialize(graph.stateDict(), 7, Initializer.Fan.OUT));
        return classifier;
    }

    private static StepResult step(TorchClassifier classifier, ImageBatch batch, int index) {
        classifier.parameters().zeroGradients();
        return classifier.gradients(batch, new Step(3, index, 1, 0));
    }

    private static void update(TorchClassifier classifier) {
        float[] values = classifier.parameters().values();
        float[] gradients = classifier.parameters().gradients();
        for (int i = 0; i < values.length; i++) {
            values[i] -= 0.05f * gradients[i];
        }
    }

    private static ImageBatch batch(Graph graph, int images, int seed) {
        Random random = new Random(seed);
        Shape image = graph.input();
        float[] pixels = new float[Math.toIntExact(images * image.elements())];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextGaussian();
        }
        int[] labels = random.ints(images, 0, graph.numClasses()).toArray();
        return new ImageBatch(images, image.channels(), image.height(), image.width(), pixels, labels);
    }
}
