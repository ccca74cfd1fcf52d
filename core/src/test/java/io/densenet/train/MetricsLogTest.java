package io.densenet.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.data.Task;
import io.densenet.error.MalformedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsLogTest {
    private static final String HEADER = "epoch,step,time,train/loss,train/acc1,val/loss,val/acc1,val/acc5,lr";
    private static final String FIRST = "1,7,0.1,1.100000,30.0000,,,,0.1";
    private static final String SECOND = "2,14,0.2,NaN,60.0000,0.900000,61.0000,99.0000,0.01";

    @TempDir
    private Path folder;

    @Test
    void epochsThatWillBeDoneAgainAreDropped() throws IOException {
        Path file = log(FIRST, SECOND);
        MetricsLog.open(file, Task.SINGLE_LABEL, 2);
        assertEquals(List.of(HEADER, FIRST, SECOND), Files.readAllLines(file));
        MetricsLog.open(file, Task.SINGLE_LABEL, 1);
        assertEquals(List.of(HEADER, FIRST), Files.readAllLines(file));
        MetricsLog.open(file, Task.SINGLE_LABEL, 0);
        assertEquals(List.of(HEADER), Files.readAllLines(file));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2",
                "2,14,0.2,1.0",
                "two,14,0.2,1,60,,,,0.1",
                "2,14,0.2,1,60,,,,0.1,7",
                "2,x,0.2,1,60,,,,0.1"
            })
    void aLineThatIsNotOursIsNamedByItsNumber(String odd) throws IOException {
        Path file = log(FIRST, odd, SECOND);
        MalformedFileException e =
                assertThrows(MalformedFileException.class, () -> MetricsLog.open(file, Task.SINGLE_LABEL, 2));
        assertTrue(String.valueOf(e.getMessage()).startsWith(file + ": line 3: expected 9 numbers"), e.getMessage());
        assertEquals(4, Files.readAllLines(file).size(), "it is left for its owner to mend");
    }

    @Test
    void bytesThatAreNoTextAreRefused() throws IOException {
        Path file = Files.write(folder.resolve("results.csv"), new byte[] {(byte) 0xFF, '\n'});
        assertThrows(MalformedFileException.class, () -> MetricsLog.open(file, Task.SINGLE_LABEL, 2));
    }

    private Path log(String... lines) throws IOException {
        return Files.writeString(folder.resolve("results.csv"), HEADER + "\n" + String.join("\n", lines) + "\n");
    }
}
