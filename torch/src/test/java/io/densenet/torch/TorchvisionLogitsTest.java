package io.densenet.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.densenet.golden.TorchvisionNetwork;
import io.densenet.interop.ImportedWeights;
import io.densenet.interop.WeightFiles;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Both engines compute for a small network of torchvision what PyTorch does; [TorchvisionParity] is the same in
/// full size.
class TorchvisionLogitsTest {
    private static final Path FOLDER = Path.of("../core/src/test/resources/torchvision");

    @ParameterizedTest
    @ValueSource(strings = {"zip.pth", "2017-legacy.pth", "weights.h5"})
    void bothEnginesGivePyTorchsLogits(String file) throws IOException {
        ImportedWeights weights = WeightFiles.read(FOLDER.resolve(file));
        for (TorchvisionNetwork.Answer answer :
                TorchvisionNetwork.read(FOLDER.resolve("logits.json")).answers()) {
            float[] expected = file.endsWith(".h5") ? answer.keras() : answer.torchvision();
            for (TorchvisionLogits engine : TorchvisionLogits.values()) {
                float[] found = engine.compute(weights, answer);
                String where = engine + " " + answer.size();
                assertEquals(0, TorchvisionNetwork.difference(expected, found), 1e-5, where);
                assertEquals(TorchvisionNetwork.top5(expected), TorchvisionNetwork.top5(found), where);
            }
        }
    }
}
