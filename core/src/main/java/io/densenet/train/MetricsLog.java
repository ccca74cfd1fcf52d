package io.densenet.train;

import io.densenet.data.Task;
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
    private final Path file;
    private final String header;
    private final List<String> lines = new ArrayList<>();

    private MetricsLog(Path file, String header) {
        this.file = file;
        this.header = header;
    }

    /// The names of the columns, of which each task has as many: top-1 and top-5 in percent; or where images may have
    /// several classes, percent with all right, and the mean area under the ROC curves.
    public static String header(Task task) {
        return switch (task) {
            case SINGLE_LABEL -> "epoch,step,time,train/loss,train/acc1,val/loss,val/acc1,val/acc5,lr";
            case MULTI_LABEL -> "epoch,step,time,train/loss,train/exact,val/loss,val/exact,val/auc,lr";
        };
    }

    /// Goes on with a log, without the epochs that a resumed run will do again.
    ///
    /// @param epochs finished epochs of the checkpoint; 0 starts a new log
    /// @throws MalformedFileException when a line is not what [#add] writes
    static MetricsLog open(Path file, Task task, int epochs) throws IOException {
        MetricsLog log = new MetricsLog(file, header(task));
        if (epochs > 0 && Files.exists(file)) {
            List<String> found = lines(file);
            for (int number = 2; number <= found.size(); number++) {
                String line = found.get(number - 1);
                if (log.epoch(number, line) <= epochs) {
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
    private int epoch(int number, String line) throws MalformedFileException {
        String[] cells = line.split(",", -1);
        int columns = header.split(",", -1).length;
        try {
            if (cells.length == columns) {
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
                        .formatted(number, columns, header, line));
    }

    void add(EpochSummary epoch) throws IOException {
        String validation = switch (epoch.validation()) {
            case null -> ",,";
            case Evaluation.SingleLabel held ->
                String.format(Locale.ROOT, "%.6f,%.4f,%.4f", held.loss(), held.top1(), held.top5());
            case Evaluation.MultiLabel held ->
                String.format(Locale.ROOT, "%.6f,%.4f,%s", held.loss(), held.accuracy(), auc(held.meanAuc()));
        };
        lines.add(String.format(
                Locale.ROOT,
                "%d,%d,%.1f,%.6f,%.4f,%s,%.6g",
                epoch.epoch(),
                epoch.step(),
                epoch.seconds(),
                epoch.trainLoss(),
                epoch.trainAccuracy(),
                validation,
                epoch.learningRate()));
        write();
    }

    /// Nothing where no class has one.
    private static String auc(double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.6f", value);
    }

    private void write() throws IOException {
        String text = header + "\n" + String.join("\n", lines) + (lines.isEmpty() ? "" : "\n");
        DurableFile.write(file, text.getBytes(StandardCharsets.UTF_8));
    }
}
