package io.densenet.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.densenet.arch.DenseNet;
import io.densenet.cpu.CpuClassifier;
import io.densenet.cpu.CpuOptions;
import io.densenet.cpu.MemoryMode;
import io.densenet.engine.Classifier;
import io.densenet.golden.TorchvisionNetwork;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A small network of torchvision, saved by torchvision and as by Keras, computes here what it computes in
/// PyTorch, for images of any size. `TorchvisionParity` in the module `torch` is the same in full size.
final class TorchvisionLogitsTest {
    private static final Path FOLDER = Path.of("src/test/resources/torchvision");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zip.pth",
                "legacy.pth",
                "2017-zip.pth",
                "2017-legacy.pth",
                "weights.h5",
                "nested.h5",
                "three.weights.h5"
            })
    void logitsArePyTorchs(String file) throws IOException {
        ImportedWeights weights = WeightFiles.read(FOLDER.resolve(file));
        for (TorchvisionNetwork.Answer answer :
                TorchvisionNetwork.read(FOLDER.resolve("logits.json")).answers()) {
            float[] expected = file.endsWith(".h5") ? answer.keras() : answer.torchvision();
            float[] found = new float[expected.length];
            try (Classifier classifier = CpuClassifier.openForInference(
                    DenseNet.of(weights.config()),
                    answer.image(),
                    weights.state(),
                    new CpuOptions(1, MemoryMode.STANDARD))) {
                classifier.logits(answer.images(), found);
            }
            assertEquals(0, TorchvisionNetwork.difference(expected, found), 1e-5, answer.size());
            assertEquals(TorchvisionNetwork.top5(expected), TorchvisionNetwork.top5(found), answer.size());
        }
    }
}
