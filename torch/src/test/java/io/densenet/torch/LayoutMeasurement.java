package io.densenet.torch;

import io.densenet.arch.DenseNet;
import io.densenet.arch.DenseNets;
import io.densenet.arch.Graph;
import io.densenet.arch.Shape;
import io.densenet.data.ImageBatch;
import io.densenet.engine.Step;
import io.densenet.random.RandomStream;
import io.densenet.torch.LayoutTable.Row;
import io.densenet.torch.LayoutTable.Use;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Measures both memory layouts and writes the table that [LayoutTable] reads, and a page about it. Not part of the
/// test suite; on a machine that does nothing else:
///
///     ./mvnw -q -pl torch -am test -Dtest=LayoutMeasurement -Dsurefire.failIfNoSpecifiedTests=false
///
/// `-Dlayout.rounds=N` and `-Dlayout.seconds=X` change how often each layout has its turn, and for how long;
/// `-Dlayout.threads=N` the threads, one per processor otherwise. Where other programs run, the threads of libtorch
/// wait for each other spinning, and two of them can be slower than one by far.
class LayoutMeasurement {
    private static final Path TABLE = Path.of("src/main/resources/io/densenet/torch/layouts.csv");
    private static final Path PAGE = Path.of("../docs/results/torch-layout.md");
    private static final int ROUNDS = Integer.getInteger("layout.rounds", 7);
    private static final double SECONDS = Double.parseDouble(System.getProperty("layout.seconds", "10"));
    private static final int THREADS =
            Integer.getInteger("layout.threads", Runtime.getRuntime().availableProcessors());
    private static final int CLASSES = LayoutTable.CLASSES;

    private record Workload(Use use, String model, Shape image, int batch) {}

    private static final List<Workload> WORKLOADS = List.of(
            new Workload(Use.TRAINING, "densenet-bc-100-12", new Shape(3, 32, 32), 64),
            new Workload(Use.TRAINING, "densenet-40-12", new Shape(3, 32, 32), 64),
            new Workload(Use.TRAINING, "densenet-bc-40-12", new Shape(1, 28, 28), 64),
            new Workload(Use.TRAINING, "densenet121", new Shape(3, 224, 224), 8),
            new Workload(Use.INFERENCE, "densenet-bc-100-12", new Shape(3, 32, 32), 1),
            new Workload(Use.INFERENCE, "densenet-bc-100-12", new Shape(3, 32, 32), 64),
            new Workload(Use.INFERENCE, "densenet-40-12", new Shape(3, 32, 32), 64),
            new Workload(Use.INFERENCE, "densenet121", new Shape(3, 224, 224), 1),
            new Workload(Use.INFERENCE, "densenet121", new Shape(3, 224, 224), 8));

    @Test
    void measure() throws IOException {
        List<Row> rows = WORKLOADS.stream().map(LayoutMeasurement::measured).toList();
        Files.writeString(TABLE, LayoutTable.write(rows));
        Files.createDirectories(PAGE.getParent());
        Files.writeString(PAGE, page(rows));
    }

    /// Both layouts in turn, so that a drift of the machine meets both.
    private static Row measured(Workload workload) {
        Graph graph = Graph.of(
                DenseNet.of(DenseNets.named(workload.model(), workload.image().channels(), CLASSES)), workload.image());
        Map<MemoryLayout, List<Double>> rates = new EnumMap<>(MemoryLayout.class);
        for (int round = 0; round < ROUNDS; round++) {
            for (MemoryLayout layout : MemoryLayout.values()) {
                rates.computeIfAbsent(layout, _ -> new ArrayList<>()).add(imagesPerSecond(workload, graph, layout));
            }
        }
        return new Row(
                workload.use(),
                workload.model(),
                workload.image(),
                workload.batch(),
                median(rates.getOrDefault(MemoryLayout.CONTIGUOUS, List.of())),
                median(rates.getOrDefault(MemoryLayout.CHANNELS_LAST, List.of())));
    }

    private static double imagesPerSecond(Workload workload, Graph graph, MemoryLayout layout) {
        try (TorchClassifier classifier = TorchClassifier.open(graph, TorchOptions.cpu(THREADS, layout))) {
            RandomStream random = RandomStream.of(1, RandomStream.Purpose.INITIALIZATION, 0, 0);
            float[] values = classifier.parameters().values();
            Arrays.setAll(new double[values.length], i -> values[i] = (float) (0.05 * random.nextGaussian()));
            ImageBatch batch = batch(workload, random);
            return switch (workload.use()) {
                case TRAINING -> rate(workload.batch(), () -> classifier.gradients(batch, new Step(1, 0, 1, 0)));
                case INFERENCE -> {
                    float[] logits = new float[workload.batch() * CLASSES];
                    try (var frozen = TorchClassifier.openForInference(
                            graph, classifier.stateDict(), TorchOptions.cpu(THREADS, layout))) {
                        yield rate(workload.batch(), () -> frozen.logits(batch, logits));
                    }
                }
            };
        }
    }

    private static ImageBatch batch(Workload workload, RandomStream random) {
        Shape image = workload.image();
        float[] pixels = new float[Math.toIntExact(workload.batch() * image.elements())];
        Arrays.setAll(new double[pixels.length], i -> pixels[i] = (float) random.nextGaussian());
        return new ImageBatch(
                workload.batch(), image.channels(), image.height(), image.width(), pixels, new int[workload.batch()]);
    }

    /// The first call warms up and does not count.
    private static double rate(int images, Runnable call) {
        call.run();
        long start = System.nanoTime();
        int calls = 0;
        double seconds;
        do {
            call.run();
            calls++;
            seconds = (System.nanoTime() - start) / 1e9;
        } while (seconds < SECONDS);
        return images * calls / seconds;
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    private static String page(List<Row> rows) throws IOException {
        String table = rows.stream()
                .map(row -> "| %s | %s | %s | %d | %.2f | %.2f | %.2f | %s |"
                        .formatted(
                                row.use().name().toLowerCase(Locale.ROOT),
                                row.model(),
                                row.image(),
                                row.batch(),
                                row.contiguous(),
                                row.channelsLast(),
                                row.channelsLast() / row.contiguous(),
                                row.fastest()))
                .collect(Collectors.joining("\n"));
        return """
                # Memory layout for libtorch

                Images per second of the libtorch engine in both memory layouts, medians of %d rounds of %s s each, the layouts taking
                turns. `LayoutTable` reads the same figures, so that libtorch is always measured and used at its best.

                | use | model | image | batch | contiguous | channels last | ratio | taken |
                |---|---|---|---|---|---|---|---|
                %s

                - machine: %s, threads: %d
                - Java %s, libtorch %s
                - command: `./mvnw -q -pl torch -am test -Dtest=LayoutMeasurement -Dsurefire.failIfNoSpecifiedTests=false`
                  with `-Dlayout.rounds=%d -Dlayout.seconds=%s -Dlayout.threads=%d`
                """.formatted(
                        ROUNDS,
                        SECONDS,
                        table,
                        processor(),
                        THREADS,
                        Runtime.version(),
                        TorchNatives.version(),
                        ROUNDS,
                        SECONDS,
                        THREADS);
    }

    private static String processor() throws IOException {
        Path facts = Path.of("/proc/cpuinfo");
        if (!Files.exists(facts)) {
            return System.getProperty("os.arch", "unknown");
        }
        try (var lines = Files.lines(facts)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        }
    }
}
