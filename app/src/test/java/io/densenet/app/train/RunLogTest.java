package io.densenet.app.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.densenet.app.output.Console;
import io.densenet.app.output.Terminal;
import io.densenet.data.Task;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RunLogTest {
    @Test
    void aLogThatCannotBeWrittenIsWarnedAboutOnceAndTheLinesAreShownAllTheSame() throws IOException {
        StringWriter shown = new StringWriter();
        try (RunLog log = new RunLog(
                new Console(new PrintWriter(shown), Terminal.NONE, false), Task.SINGLE_LABEL, Path.of("/dev/full"))) {
            log.status("first");
            log.status("second");
        }
        assertEquals(
                List.of("first", "warning: /dev/full: cannot be written, lines are missing in it", "second"),
                shown.toString().lines().toList());
    }
}
