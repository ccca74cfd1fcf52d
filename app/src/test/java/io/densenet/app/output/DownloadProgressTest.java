package io.densenet.app.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

final class DownloadProgressTest {
    private final StringWriter written = new StringWriter();

    @Test
    void aFileIsOneLineWhereNobodyWatches() {
        download(Terminal.NONE, false);
        assertEquals("a.gz  26.4 MB" + System.lineSeparator(), written.toString());
    }

    @Test
    void onATerminalItIsSeenToGrow() {
        download(new Terminal(true, false, 100), false);
        assertTrue(written.toString().startsWith("\ra.gz  10.0 of 26.4 MB"), written.toString());
        assertTrue(written.toString().endsWith("a.gz  26.4 MB" + System.lineSeparator()), written.toString());
    }

    @Test
    void quietIsQuiet() {
        download(new Terminal(true, false, 100), true);
        assertEquals("", written.toString());
    }

    private void download(Terminal terminal, boolean quiet) {
        DownloadProgress progress = new DownloadProgress(new Console(new PrintWriter(written), terminal, quiet));
        progress.received("a.gz", 10_000_000, 26_400_000);
        progress.received("a.gz", 26_400_000, 26_400_000);
    }
}
