package io.densenet.app.train;

import io.densenet.app.output.Console;
import io.densenet.app.output.Measures;
import io.densenet.data.Task;
import io.densenet.train.TrainingListener;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.stream.Collectors;

/// `train.log` of a run folder: the status lines and warnings of all its processes, and a line for each epoch.
final class RunLog implements TrainingListener, AutoCloseable {
    private final Console console;
    private final Task task;
    private final Path path;
    private final PrintWriter file;
    private boolean hasFailed;

    /// Goes on with the file, or makes it.
    RunLog(Console console, Task task, Path file) throws IOException {
        this.console = console;
        this.task = task;
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
        write(String.format(
                Locale.ROOT,
                "epoch %d: step %d, loss %.4f, %s %.2f%s, lr %.3g, %.0f s",
                summary.epoch(),
                summary.step(),
                summary.trainLoss(),
                Measures.accuracy(task),
                summary.trainAccuracy(),
                Measures.of(summary.validation()).entrySet().stream()
                        .map(measure -> ", %s %s".formatted(measure.getKey(), measure.getValue()))
                        .collect(Collectors.joining()),
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
