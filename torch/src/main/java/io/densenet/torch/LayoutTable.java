package io.densenet.torch;

import io.densenet.arch.Cost;
import io.densenet.arch.DenseNet;
import io.densenet.arch.DenseNets;
import io.densenet.arch.Graph;
import io.densenet.arch.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/// Which [MemoryLayout] is the faster one on a CPU, from measurements (docs/results/torch-layout.md), never
/// from timing at start-up: a run must not depend on what else the machine did in its first second.
public final class LayoutTable {
    private static final String RESOURCE = "layouts.csv";
    /// Of the measured networks.
    static final int CLASSES = 10;

    /// How much more than the size of the image the network counts, so that the same one is found first.
    private static final double NETWORK_COUNTS = 4;

    private static final String HEADER = "use,model,image,batch,contiguous,channelsLast";

    private LayoutTable() {}

    /// What the network is opened for.
    public enum Use {
        TRAINING,
        INFERENCE
    }

    /// One measurement.
    ///
    /// @param contiguous   images per second
    /// @param channelsLast images per second
    record Row(Use use, String model, Shape image, int batch, double contiguous, double channelsLast) {
        MemoryLayout fastest() {
            return contiguous >= channelsLast ? MemoryLayout.CONTIGUOUS : MemoryLayout.CHANNELS_LAST;
        }

        double workPerPixel() {
            return LayoutTable.workPerPixel(graph());
        }

        /// What was measured; the number of classes makes no difference.
        Graph graph() {
            return Graph.of(DenseNet.of(DenseNets.named(model, image.channels(), CLASSES)), image);
        }
    }

    /// The layout to take: that of the measured case which is most like this one.
    ///
    /// Nothing was measured on a GPU, so there it is [MemoryLayout#CONTIGUOUS], libtorch's own default.
    ///
    /// @param device as in [TorchOptions]
    public static MemoryLayout layout(String device, Graph graph, Use use, int batch) {
        return device.equals("cpu") ? mostSimilar(rows(), graph, use, batch).fastest() : MemoryLayout.CONTIGUOUS;
    }

    /// Of the same use the row nearest in network and image, then the nearest batch size. Networks are compared by
    /// multiply-adds for each pixel of the image, which hardly changes with the size of the image, so that the same
    /// network is nearer than another for images of another size too. Distances are in powers of e.
    static Row mostSimilar(List<Row> rows, Graph graph, Use use, int batch) {
        double pixels = (double) graph.input().pixels();
        double work = workPerPixel(graph);
        return rows.stream()
                .filter(row -> row.use() == use)
                .min(Comparator.comparingDouble((Row row) -> NETWORK_COUNTS * distance(row.workPerPixel(), work)
                                + distance((double) row.image().pixels(), pixels))
                        .thenComparingDouble(row -> distance(row.batch(), batch)))
                .orElseThrow();
    }

    private static double workPerPixel(Graph graph) {
        return (double) Cost.of(graph).multiplyAdds() / graph.input().pixels();
    }

    private static double distance(double a, double b) {
        return Math.abs(Math.log(a / b));
    }

    static String write(List<Row> rows) {
        return rows.stream()
                .map(row -> String.format(
                        Locale.ROOT,
                        "%s,%s,%s,%d,%.2f,%.2f",
                        row.use(),
                        row.model(),
                        row.image(),
                        row.batch(),
                        row.contiguous(),
                        row.channelsLast()))
                .collect(Collectors.joining("\n", HEADER + "\n", "\n"));
    }

    static List<Row> rows() {
        try (var stream = LayoutTable.class.getResourceAsStream(RESOURCE)) {
            return read(new String(Objects.requireNonNull(stream, RESOURCE).readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Row> read(String table) {
        return table.lines().skip(1).map(LayoutTable::row).toList();
    }

    private static Row row(String line) {
        String[] cells = line.split(",", -1);
        return new Row(
                Use.valueOf(cells[0]),
                cells[1],
                Shape.parse(cells[2]),
                Integer.parseInt(cells[3]),
                Double.parseDouble(cells[4]),
                Double.parseDouble(cells[5]));
    }
}
