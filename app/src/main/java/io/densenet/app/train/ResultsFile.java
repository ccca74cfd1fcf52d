package io.densenet.app.train;

import io.densenet.app.plot.ResultsRow;
import io.densenet.data.Task;
import io.densenet.error.MalformedFileException;
import io.densenet.train.MetricsLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads the `results.csv` of a run folder, which [io.densenet.train.MetricsLog] writes.
public final class ResultsFile {
    private static final int CELLS = 9;

    private ResultsFile() {}

    /// One row for each epoch; what was not measured is NaN.
    ///
    /// @throws MalformedFileException when a line is not what is written there
    public static List<ResultsRow> read(Path csv) throws IOException {
        List<String> lines = Files.readAllLines(csv);
        List<ResultsRow> rows = new ArrayList<>();
        boolean multiLabel = !lines.isEmpty() && lines.getFirst().equals(MetricsLog.header(Task.MULTI_LABEL));
        Task task = multiLabel ? Task.MULTI_LABEL : Task.SINGLE_LABEL;
        for (int i = 1; i < lines.size(); i++) {
            try {
                rows.add(row(task, lines.get(i)));
            } catch (NumberFormatException e) {
                throw new MalformedFileException(
                        csv,
                        "line %d: expected %d numbers or empty cells, found '%s'"
                                .formatted(i + 1, CELLS, lines.get(i)));
            }
        }
        return rows;
    }

    private static ResultsRow row(Task task, String line) {
        String[] cells = line.split(",", -1);
        if (cells.length != CELLS) {
            throw new NumberFormatException("%d cells".formatted(cells.length));
        }
        double second = number(cells[7]);
        return new ResultsRow(
                task,
                Integer.parseInt(cells[0]),
                number(cells[3]),
                number(cells[4]),
                number(cells[5]),
                number(cells[6]),
                switch (task) {
                    case SINGLE_LABEL -> second;
                    case MULTI_LABEL -> 100 * second; // an area, written from 0 to 1
                },
                number(cells[8]));
    }

    private static double number(String cell) {
        return cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
    }
}
