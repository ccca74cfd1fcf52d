package io.densenet.torch;

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
    }

    /// The faster layout of the measured case that is most like this one: the same use, then the nearest number
    /// of pixels, then the nearest batch size.
    public static MemoryLayout fastest(Shape image, Use use, int batch) {
        return mostSimilar(rows(), image, use, batch).fastest();
    }

    static Row mostSimilar(List<Row> rows, Shape image, Use use, int batch) {
        return rows.stream()
                .filter(row -> row.use() == use)
                .min(Comparator.comparingDouble(
                                (Row row) -> distance(row.image().pixels(), image.pixels()))
                        .thenComparingDouble(row -> distance(row.batch(), batch)))
                .orElseThrow();
    }

    private static double distance(int a, int b) {
        return Math.abs(Math.log((double) a / b));
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
