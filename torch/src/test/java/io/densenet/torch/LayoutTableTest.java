package io.densenet.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.arch.Shape;
import io.densenet.torch.LayoutTable.Row;
import io.densenet.torch.LayoutTable.Use;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class LayoutTableTest {
    private static final List<Row> ROWS = List.of(
            row(Use.TRAINING, "3x32x32", 64, MemoryLayout.CHANNELS_LAST),
            row(Use.TRAINING, "3x224x224", 8, MemoryLayout.CONTIGUOUS),
            row(Use.INFERENCE, "3x32x32", 1, MemoryLayout.CONTIGUOUS),
            row(Use.INFERENCE, "3x32x32", 64, MemoryLayout.CHANNELS_LAST));

    @Test
    void theMostSimilarMeasurementDecides() {
        assertEquals(MemoryLayout.CHANNELS_LAST, fastest("1x28x28", Use.TRAINING, 128));
        assertEquals(MemoryLayout.CONTIGUOUS, fastest("3x192x256", Use.TRAINING, 64));
        assertEquals(MemoryLayout.CONTIGUOUS, fastest("3x32x32", Use.INFERENCE, 2));
        assertEquals(MemoryLayout.CHANNELS_LAST, fastest("3x64x64", Use.INFERENCE, 32));
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

    private static MemoryLayout fastest(String image, Use use, int batch) {
        return LayoutTable.mostSimilar(ROWS, Shape.parse(image), use, batch).fastest();
    }

    private static Row row(Use use, String image, int batch, MemoryLayout fastest) {
        boolean contiguous = fastest == MemoryLayout.CONTIGUOUS;
        return new Row(use, "some", Shape.parse(image), batch, contiguous ? 2 : 1, contiguous ? 1 : 2);
    }
}
