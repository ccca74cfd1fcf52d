package io.densenet.app.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.data.Task;
import io.densenet.eval.Evaluation;
import io.densenet.train.TrainingListener.EpochSummary;
import io.densenet.train.TrainingListener.StepProgress;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProgressListenerTest {
    private static final EpochSummary SUMMARY = new EpochSummary(
            3, 1407, 46, 0.271, 91.8, new Evaluation.SingleLabel(100, 0.3001, 90.94, 99.5, new int[0][]), 0.1, true);
    private static final String EPOCH_LINE =
            "epoch 3/90  46 s  3123 img/s - loss: 0.2710 - acc1: 91.80 - val_loss: 0.3001 - val_acc1: 90.94 - lr: 1.0e-01  best *";

    private final StringWriter written = new StringWriter();
    private final AtomicLong nanos = new AtomicLong();

    @Test
    void withoutATerminalAnEpochIsOnePlainLine() {
        train(Terminal.NONE, false, true);
        assertEquals(EPOCH_LINE + System.lineSeparator(), written.toString());
    }

    @Test
    void aLongEpochGivesAtMostOneLineAMinute() {
        ProgressListener listener = listener(Terminal.NONE, false, true);
        for (int step = 1; step <= 150; step++) {
            nanos.addAndGet(1_000_000_000L);
            listener.onStep(step(step));
        }
        assertEquals(2, written.toString().lines().count(), written.toString());
        assertTrue(written.toString()
                .startsWith("epoch 3/90  step 60/469  3123 img/s - loss: 0.2891 - acc1: 91.23 - lr: 1.0e-01"));
    }

    @Test
    void onATerminalABarIsRedrawnWithinTheLine() {
        train(new Terminal(true, true, 120), false, true);
        String text = written.toString();
        assertTrue(text.contains("\r"), text);
        assertTrue(text.contains("━"), text);
        assertTrue(text.contains("469/469"), text);
        assertTrue(text.contains("3123 img/s - loss: 0.2891 - acc1: 91.23 - lr: 1.0e-01"), text);
        assertTrue(text.endsWith(EPOCH_LINE + System.lineSeparator()), text);
        for (String redrawn : text.replace("\u001b[K", "").split("[\r\n]", -1)) {
            assertTrue(redrawn.equals(EPOCH_LINE) || redrawn.length() < 120, redrawn);
        }
    }

    @Test
    void theBarHasNoHolesWhereverItStands() {
        for (int step = 1; step <= 469; step += 13) {
            try (ProgressListener listener = listener(new Terminal(true, true, 120), false, true)) {
                listener.onStep(step(step));
            }
        }
        assertTrue(written.toString().contains("━─"), written.toString());
        assertFalse(Pattern.compile("[━╸─] +[━╸─]").matcher(written.toString()).find(), written.toString());
    }

    @Test
    void aWarningDoesNotMixWithTheBar() {
        Console console = new Console(new PrintWriter(written), new Terminal(true, false, 120), false);
        console.redraw("a bar that is longer than the warning");
        console.warning("short");
        console.warning("again");
        assertTrue(
                written.toString()
                        .endsWith("\r\u001b[Kwarning: short" + System.lineSeparator() + "warning: again"
                                + System.lineSeparator()),
                written.toString());
    }

    @Test
    void noProgressMeansEpochsOnlyAndQuietMeansNothing() {
        train(new Terminal(true, true, 120), false, false);
        assertEquals(EPOCH_LINE + System.lineSeparator(), written.toString());
        written.getBuffer().setLength(0);
        train(new Terminal(true, true, 120), true, true);
        assertEquals("", written.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "xterm,  '',   '', 100, true,  true",
        "xterm,  1,    '', 100, true,  false",
        "xterm,  '', true, 100, false, false",
        "dumb,   '',   '', 100, false, false",
        "xterm,  '',   '',  '', false, false",
    })
    void theEnvironmentDecidesWhatATerminalMayShow(
            String term, String noColor, String ci, String columns, boolean interactive, boolean colours) {
        Properties properties = new Properties();
        properties.setProperty("densenet.stderr.columns", columns);
        Terminal terminal = Terminal.of(Map.of("TERM", term, "NO_COLOR", noColor, "CI", ci), properties);
        assertEquals(interactive, terminal.interactive());
        assertEquals(colours, terminal.colours());
    }

    @Test
    void warningsAreShownEvenWhenQuietAndColouredOnlyWhereAllowed() {
        new Console(new PrintWriter(written), Terminal.NONE, true).warning("no font");
        assertEquals("warning: no font" + System.lineSeparator(), written.toString());
        new Console(new PrintWriter(written), Terminal.NONE, true).status("hidden");
        assertFalse(written.toString().contains("hidden"));
    }

    private void train(Terminal terminal, boolean quiet, boolean withinEpochs) {
        try (ProgressListener listener = listener(terminal, quiet, withinEpochs)) {
            listener.onStep(step(1));
            listener.onStep(step(469));
            listener.onEpoch(SUMMARY);
        }
    }

    private ProgressListener listener(Terminal terminal, boolean quiet, boolean withinEpochs) {
        Console console = new Console(new PrintWriter(written), terminal, quiet);
        return new ProgressListener(console, Task.SINGLE_LABEL, withinEpochs, nanos::get);
    }

    private static StepProgress step(int step) {
        return new StepProgress(3, 90, step, 469, 0.2891, 91.23, 0.1, 3123);
    }
}
