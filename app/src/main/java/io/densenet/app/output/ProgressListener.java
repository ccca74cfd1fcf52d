package io.densenet.app.output;

import io.densenet.data.Task;
import io.densenet.train.TrainingListener;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/// Shows how training goes: one line for each epoch, and within it a bar on a terminal, or elsewhere at most
/// one line a minute. With `-q` nothing.
public final class ProgressListener implements TrainingListener, AutoCloseable {
    private static final long REDRAW_MILLIS = 100;
    private static final long NANOS_BETWEEN_LINES = 60_000_000_000L;
    private static final ProgressBarStyle STYLE = ProgressBarStyle.builder()
            .leftBracket("")
            .rightBracket("")
            .block('━')
            .space('─')
            .fractionSymbols("─╸")
            .rightSideFractionSymbol('─')
            .build();

    private final Console console;
    private final Task task;
    private final boolean withinEpochs;
    private final LongSupplier nanoTime;

    private @Nullable ProgressBar bar;
    private @Nullable StepProgress latest;
    private long lastLineNanos;
    private double secondsBeforeEpoch;

    /// A listener that shows what the user asked for.
    ///
    /// @param withinEpochs false for `--no-progress`: one line for each epoch and no more
    public ProgressListener(Console console, Task task, boolean withinEpochs) {
        this(console, task, withinEpochs, System::nanoTime);
    }

    ProgressListener(Console console, Task task, boolean withinEpochs, LongSupplier nanoTime) {
        this.console = console;
        this.task = task;
        this.withinEpochs = withinEpochs;
        this.nanoTime = nanoTime;
        this.lastLineNanos = nanoTime.getAsLong();
    }

    @Override
    public void onStep(StepProgress progress) {
        latest = progress;
        if (!withinEpochs || console.isQuiet()) {
            return;
        }
        if (console.terminal().interactive()) {
            ProgressBar shown = bar == null ? newBar(progress) : bar;
            bar = shown;
            shown.setExtraMessage(" " + measures(progress));
            shown.stepTo(progress.step());
        } else if (nanoTime.getAsLong() - lastLineNanos >= NANOS_BETWEEN_LINES) {
            line("epoch %d/%d  step %d/%d  %s"
                    .formatted(
                            progress.epoch(),
                            progress.epochs(),
                            progress.step(),
                            progress.stepsPerEpoch(),
                            measures(progress)));
        }
    }

    @Override
    public void onEpoch(EpochSummary summary) {
        close();
        StepProgress last = latest;
        String ofEpochs = last == null ? "" : "/" + last.epochs();
        String speed = last == null ? "" : String.format(Locale.ROOT, "  %.0f img/s", last.imagesPerSecond());
        String validation = Measures.of(summary.validation()).entrySet().stream()
                .map(measure -> " - %s: %s".formatted(measure.getKey(), measure.getValue()))
                .collect(Collectors.joining());
        line(String.format(
                Locale.ROOT,
                "epoch %d%s  %.0f s%s - loss: %.4f - %s: %.2f%s - lr: %.1e%s",
                summary.epoch(),
                ofEpochs,
                summary.seconds() - secondsBeforeEpoch,
                speed,
                summary.trainLoss(),
                Measures.accuracy(task),
                summary.trainAccuracy(),
                validation,
                summary.learningRate(),
                summary.best() ? "  best *" : ""));
        secondsBeforeEpoch = summary.seconds();
    }

    /// Takes the bar off the screen; needed when training ends within an epoch.
    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }

    private ProgressBar newBar(StepProgress progress) {
        return new ProgressBarBuilder()
                .setTaskName("epoch %d/%d".formatted(progress.epoch(), progress.epochs()))
                .setInitialMax(progress.stepsPerEpoch())
                .setUpdateIntervalMillis((int) REDRAW_MILLIS)
                .setStyle(STYLE)
                .setConsumer(new Line(console))
                .build();
    }

    private void line(String text) {
        lastLineNanos = nanoTime.getAsLong();
        console.status(text);
    }

    private String measures(StepProgress progress) {
        return String.format(
                Locale.ROOT,
                "%.0f img/s - loss: %.4f - %s: %.2f - lr: %.1e",
                progress.imagesPerSecond(),
                progress.loss(),
                Measures.accuracy(task),
                progress.accuracy(),
                progress.learningRate());
    }

    /// Where the library writes its bar: the last line of the terminal, over and over. The library's own
    /// consumers would open the terminal a second time to ask for its width.
    private record Line(Console console) implements ProgressBarConsumer {
        @Override
        public int getMaxRenderedLength() {
            return console.terminal().columns() - 1;
        }

        @Override
        public void accept(String rendered) {
            console.redraw(rendered);
        }

        @Override
        public void close() {
            console.redraw("");
        }
    }
}
