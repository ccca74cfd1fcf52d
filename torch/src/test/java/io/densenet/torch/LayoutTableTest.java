package io.densenet.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.arch.DenseNet;
import io.densenet.arch.DenseNets;
import io.densenet.arch.Graph;
import io.densenet.arch.Shape;
import io.densenet.torch.LayoutTable.Row;
import io.densenet.torch.LayoutTable.Use;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayoutTableTest {
    private static final List<Row> ROWS = List.of(
            row(Use.TRAINING, "densenet-bc-100-12", "3x32x32", 64, MemoryLayout.CHANNELS_LAST),
            row(Use.TRAINING, "densenet-bc-40-12", "1x28x28", 64, MemoryLayout.CONTIGUOUS),
            row(Use.TRAINING, "densenet121", "3x224x224", 8, MemoryLayout.CONTIGUOUS),
            row(Use.INFERENCE, "densenet-bc-100-12", "3x32x32", 1, MemoryLayout.CONTIGUOUS),
            row(Use.INFERENCE, "densenet-bc-100-12", "3x32x32", 64, MemoryLayout.CHANNELS_LAST));

    @ParameterizedTest(name = "{0}, {1}, batch {2} of {3}: row {4}")
    @CsvSource({
        "densenet-bc-100-12,   TRAINING,  128, 3x32x32,   0",
        "densenet-bc-40-12,    TRAINING,   64, 3x32x32,   1", // the network that was measured, on other images
        "densenet-bc-100-12,   TRAINING,   64, 1x28x28,   0", // and the other way round
        "densenet-bc-190-40,   TRAINING,   64, 3x32x32,   0",
        "densenet169,          TRAINING,   64, 3x192x256, 2",
        "densenet121,          TRAINING,   64, 3x64x64,   2",
        "densenet-bc-100-12,   INFERENCE,   2, 3x32x32,   3",
        "densenet121,          INFERENCE,  32, 3x64x64,   4",
    })
    void theMostSimilarMeasurementDecides(String model, Use use, int batch, String image, int row) {
        assertSame(ROWS.get(row), LayoutTable.mostSimilar(ROWS, graph(model, image), use, batch));
    }

    @Test
    void figuresOfACpuDecideNothingOnAGpu() {
        Graph graph = graph("densenet-bc-100-12", "3x32x32");
        assertEquals(
                MemoryLayout.CHANNELS_LAST,
                LayoutTable.mostSimilar(ROWS, graph, Use.TRAINING, 64).fastest());
        assertEquals(MemoryLayout.CONTIGUOUS, LayoutTable.layout("cuda:0", graph, Use.TRAINING, 64));
        assertEquals(MemoryLayout.CONTIGUOUS, LayoutTable.layout("cuda", graph, Use.TRAINING, 64));
    }

    @Test
    void theTableGoesRoundThroughItsFile() {
        assertEquals(ROWS, LayoutTable.read(LayoutTable.write(ROWS)));
    }

    @Test
    void thePageShowsTheCommittedTable() throws IOException {
        String page = Files.readString(Path.of("../docs/results/torch-layout.md"));
        List<Row> rows = LayoutTable.rows();
        assertTrue(rows.stream().map(Row::use).distinct().count() == Use.values().length, "a row for every use");
        for (Row row : rows) {
            String cells = String.format(
                    Locale.ROOT,
                    "| %s | %s | %d | %.2f | %.2f |",
                    row.model(),
                    row.image(),
                    row.batch(),
                    row.contiguous(),
                    row.channelsLast());
            assertTrue(page.contains(cells), cells);
        }
    }

    private static Graph graph(String model, String image) {
        Shape shape = Shape.parse(image);
        return Graph.of(DenseNet.of(DenseNets.named(model, shape.channels(), 100)), shape);
    }

    private static Row row(Use use, String model, String image, int batch, MemoryLayout fastest) {
        boolean contiguous = fastest == MemoryLayout.CONTIGUOUS;
        return new Row(use, model, Shape.parse(image), batch, contiguous ? 2 : 1, contiguous ? 1 : 2);
    }
}
