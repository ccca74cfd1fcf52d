package io.densenet.app.output;

import io.densenet.data.Download;
import java.util.Locale;

/// Shows how far a download is: redrawn in place on a terminal, elsewhere one line for each file at its end.
public final class DownloadProgress implements Download.Progress {
    private static final long MILLIS_BETWEEN_LOOKS = 100;
    private static final double MEGA = 1e6;

    private final Console console;
    private long lastMillis;

    public DownloadProgress(Console console) {
        this.console = console;
    }

    @Override
    public void received(String file, long bytes, long total) {
        if (bytes == total) {
            console.status(String.format(Locale.ROOT, "%s  %.1f MB", file, bytes / MEGA));
            return;
        }
        long now = System.currentTimeMillis();
        if (console.isQuiet() || !console.terminal().interactive() || now - lastMillis < MILLIS_BETWEEN_LOOKS) {
            return;
        }
        lastMillis = now;
        String of = total < 0 ? "" : String.format(Locale.ROOT, " of %.1f", total / MEGA);
        console.redraw(String.format(Locale.ROOT, "%s  %.1f%s MB", file, bytes / MEGA, of));
    }
}
