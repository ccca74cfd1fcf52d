package io.densenet.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.golden.TorchvisionNetwork;
import io.densenet.interop.ImportedWeights;
import io.densenet.interop.WeightFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/// A network of torchvision in full size, out of the files that `torchvision_fixtures.py full` makes, computes in
/// both engines what PyTorch computes. Not part of the test suite; `verify-full` runs it for each network:
///
///     -Dtest=TorchvisionParity -Dtorchvision.folder=FOLDER -Dtorchvision.network=densenet121
///
/// What it measures is left in the folder, a line of JSON for each size and engine.
class TorchvisionParity {
    private static final double TOLERANCE = 1e-3;
    private static final Path FOLDER = Path.of(System.getProperty("torchvision.folder", ""));
    private static final String NETWORK = System.getProperty("torchvision.network", "");

    @Test
    void everyFileGivesPyTorchsLogitsInBothEngines() throws IOException {
        ImportedWeights pth = WeightFiles.read(file("-zip.pth"));
        String expectedState = pth.state().sha256();
        for (String end : TorchvisionNetwork.PYTORCH_FILES) {
            assertEquals(
                    expectedState, WeightFiles.read(file("-" + end)).state().sha256(), end);
        }
        ImportedWeights h5 = WeightFiles.read(file(".h5"));
        assertEquals(expectedState, h5.state().sha256());
        StringBuilder results = new StringBuilder();
        for (TorchvisionNetwork.Answer answer :
                TorchvisionNetwork.read(file(".json")).answers()) {
            for (TorchvisionLogits engine : TorchvisionLogits.values()) {
                results.append(compare(pth, h5, answer, engine)).append('\n');
            }
        }
        Files.writeString(file(".jsonl"), results);
    }

    private static Path file(String end) {
        return FOLDER.resolve(NETWORK + end);
    }

    private static String compare(
            ImportedWeights pth, ImportedWeights h5, TorchvisionNetwork.Answer answer, TorchvisionLogits engine) {
        float[] fromPth = engine.compute(pth, answer);
        float[] fromH5 = engine.compute(h5, answer);
        double pthDifference = TorchvisionNetwork.difference(answer.torchvision(), fromPth);
        double h5Difference = TorchvisionNetwork.difference(answer.keras(), fromH5);
        String where = "%s %s %s".formatted(NETWORK, answer.size(), engine);
        assertTrue(pthDifference <= TOLERANCE, () -> where + ", .pth: " + pthDifference);
        assertTrue(h5Difference <= TOLERANCE, () -> where + ", .h5: " + h5Difference);
        assertEquals(TorchvisionNetwork.top5(answer.torchvision()), TorchvisionNetwork.top5(fromPth), where);
        assertEquals(TorchvisionNetwork.top5(answer.keras()), TorchvisionNetwork.top5(fromH5), where);
        return """
                {"network": "%s", "size": "%s", "engine": "%s", "pth": %.3e, "h5": %.3e}""".formatted(
                        NETWORK, answer.size(), engine.name().toLowerCase(Locale.ROOT), pthDifference, h5Difference);
    }
}
