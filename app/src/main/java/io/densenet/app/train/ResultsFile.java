package io.densenet.app.train;

import io.densenet.app.plot.ResultsRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Reads the `results.csv` of a run folder, which [io.densenet.train.MetricsLog] writes.
final class ResultsFile {
    private ResultsFile() {}

    /// One row for each epoch; what was not measured is NaN.
    static List<ResultsRow> read(Path csv) throws IOException {
        return Files.readAllLines(csv).stream().skip(1).map(ResultsFile::row).toList();
    }

    private static ResultsRow row(String line) {
        String[] cells = line.split(",", -1);
        return new ResultsRow(
                Integer.parseInt(cells[0]),
                number(cells[3]),
                number(cells[4]),
                number(cells[5]),
                number(cells[6]),
                number(cells[7]),
                number(cells[8]));
    }

    private static double number(String cell) {
        return cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
    }
}
