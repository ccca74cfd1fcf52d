package io.densenet.app.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.app.plot.Plots;
import io.densenet.app.plot.ResultsRow;
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

final class ResultsFileTest {
    private static final String HEADER = "epoch,step,time,train/loss,train/acc1,val/loss,val/acc1,val/acc5,lr\n";

    @TempDir
    private Path folder;

    @Test
    void whatWasNotMeasuredIsNotANumber() throws IOException {
        List<ResultsRow> rows = ResultsFile.read(csv("1,5,0.7,1.5,40.25,,,,0.1\n"));
        assertEquals(
                List.of(new ResultsRow(Task.SINGLE_LABEL, 1, 1.5, 40.25, Double.NaN, Double.NaN, Double.NaN, 0.1)),
                rows,
                "as written");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2,10,1.4,1.2", "two,10,1.4,1.2,60,,,,0.1", "2,10,1.4,1.2,60,,,,0.1,7", "\u0000\u0000"})
    void aDamagedLineIsNamedAndLeavesOutTheCurvesButDoesNotEndTheProgram(String line) throws IOException {
        Path csv = csv("1,5,0.7,1.5,40.25,,,,0.1\n" + line + "\n");
        MalformedFileException failure = assertThrows(MalformedFileException.class, () -> ResultsFile.read(csv));
        assertTrue(String.valueOf(failure.getMessage()).startsWith(csv + ": line 3: expected"), failure.getMessage());
        Path png = folder.resolve("results.png");
        List<String> warnings = Plots.results(png, () -> ResultsFile.read(csv));
        assertEquals(List.of(png + ": not written: " + failure.getMessage()), warnings);
        assertFalse(Files.exists(png));
    }

    private Path csv(String lines) throws IOException {
        return Files.writeString(folder.resolve("results.csv"), HEADER + lines);
    }
}
