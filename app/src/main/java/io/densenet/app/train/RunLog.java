package io.densenet.app.train;

import io.densenet.app.output.Console;
import io.densenet.eval.Evaluation;
import io.densenet.train.TrainingListener;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/// `train.log` of a run folder: the status lines and warnings of all its processes, and a line for each epoch.
final class RunLog implements TrainingListener, AutoCloseable {
    private final Console console;
    private final Path path;
    private final PrintWriter file;
    private boolean hasFailed;

    /// Goes on with the file, or makes it.
    RunLog(Console console, Path file) throws IOException {
        this.console = console;
        path = file;
        BufferedWriter writer = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        this.file = new PrintWriter(writer, true);
    }

    /// Shows a line and writes it down.
    void status(String line) {
        console.status(line);
        write(line);
    }

    /// Shows a warning and writes it down.
    void warning(String line) {
        console.warning(line);
        write("warning: " + line);
    }

    @Override
    public void onEpoch(EpochSummary summary) {
        Evaluation validation = summary.validation();
        write(String.format(
                Locale.ROOT,
                "epoch %d: step %d, loss %.4f, acc1 %.2f%s, lr %.3g, %.0f s",
                summary.epoch(),
                summary.step(),
                summary.trainLoss(),
                summary.trainTop1(),
                validation == null
                        ? ""
                        : String.format(
                                Locale.ROOT, ", val_loss %.4f, val_acc1 %.2f", validation.loss(), validation.top1()),
                summary.learningRate(),
                summary.seconds()));
    }

    /// A log that cannot be written is no reason to end a training, but to say so.
    private void write(String line) {
        file.println(line);
        if (file.checkError() && !hasFailed) {
            hasFailed = true;
            console.warning(path + ": cannot be written, lines are missing in it");
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
