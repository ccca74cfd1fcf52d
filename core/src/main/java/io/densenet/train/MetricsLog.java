package io.densenet.train;

import io.densenet.eval.Evaluation;
import io.densenet.train.TrainingListener.EpochSummary;
import io.densenet.weights.DurableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
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

    private final Path file;
    private final List<String> lines = new ArrayList<>();

    private MetricsLog(Path file) {
        this.file = file;
    }

    /// Goes on with a log, without the epochs that a resumed run will do again.
    ///
    /// @param epochs finished epochs of the checkpoint; 0 starts a new log
    static MetricsLog open(Path file, int epochs) throws IOException {
        MetricsLog log = new MetricsLog(file);
        if (epochs > 0 && Files.exists(file)) {
            Files.readAllLines(file).stream()
                    .skip(1)
                    .filter(line -> Integer.parseInt(line.substring(0, line.indexOf(','))) <= epochs)
                    .forEach(log.lines::add);
        }
        log.write();
        return log;
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
        DurableFile.write(file, channel -> channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))));
    }
}
