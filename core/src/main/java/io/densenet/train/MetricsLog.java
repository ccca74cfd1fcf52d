package io.densenet.train;

import io.densenet.error.MalformedFileException;
import io.densenet.eval.Evaluation;
import io.densenet.train.TrainingListener.EpochSummary;
import io.densenet.weights.DurableFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// `results.csv`: one line for each finished epoch. The file is replaced as a whole, so it never holds a torn
/// line.
public final class MetricsLog {
    private static final String HEADER = "epoch,step,time,train/loss,train/acc1,val/loss,val/acc1,val/acc5,lr";
    private static final int COLUMNS = HEADER.split(",", -1).length;

    private final Path file;
    private final List<String> lines = new ArrayList<>();

    private MetricsLog(Path file) {
        this.file = file;
    }

    /// Goes on with a log, without the epochs that a resumed run will do again.
    ///
    /// @param epochs finished epochs of the checkpoint; 0 starts a new log
    /// @throws MalformedFileException when a line is not what [#add] writes
    static MetricsLog open(Path file, int epochs) throws IOException {
        MetricsLog log = new MetricsLog(file);
        if (epochs > 0 && Files.exists(file)) {
            List<String> found = lines(file);
            for (int number = 2; number <= found.size(); number++) {
                String line = found.get(number - 1);
                if (epoch(file, number, line) <= epochs) {
                    log.lines.add(line);
                }
            }
        }
        log.write();
        return log;
    }

    private static List<String> lines(Path file) throws IOException {
        try {
            return Files.readAllLines(file);
        } catch (CharacterCodingException e) {
            throw new MalformedFileException(file, "is not UTF-8; move it away to go on without it");
        }
    }

    /// The epoch of a line whose every cell was checked: whoever draws the curves reads the others.
    ///
    /// @param number of the line, from 1
    private static int epoch(Path file, int number, String line) throws MalformedFileException {
        String[] cells = line.split(",", -1);
        try {
            if (cells.length == COLUMNS) {
                for (String cell : cells) {
                    if (!cell.isEmpty()) { // nothing was measured
                        Double.parseDouble(cell);
                    }
                }
                return Integer.parseInt(cells[0]);
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new MalformedFileException(
                file,
                "line %d: expected %d numbers (%s), found '%s'; mend or remove the line"
                        .formatted(number, COLUMNS, HEADER, line));
    }

    void add(EpochSummary epoch) throws IOException {
        Evaluation held = epoch.validation();
        String validation = held == null
                ? ",,"
                : String.format(Locale.ROOT, "%.6f,%.4f,%.4f", held.loss(), held.top1(), held.top5());
        lines.add(String.format(
                Locale.ROOT,
                "%d,%d,%.1f,%.6f,%.4f,%s,%.6g",
                epoch.epoch(),
                epoch.step(),
                epoch.seconds(),
                epoch.trainLoss(),
                epoch.trainTop1(),
                validation,
                epoch.learningRate()));
        write();
    }

    private void write() throws IOException {
        String text = HEADER + "\n" + String.join("\n", lines) + (lines.isEmpty() ? "" : "\n");
        DurableFile.write(file, text.getBytes(StandardCharsets.UTF_8));
    }
}
