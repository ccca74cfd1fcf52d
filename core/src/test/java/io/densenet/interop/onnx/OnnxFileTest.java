package io.densenet.interop.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.arch.Graph;
import io.densenet.arch.GraphBuilder;
import io.densenet.arch.Op;
import io.densenet.arch.Shape;
import io.densenet.weights.StateDict;
import io.densenet.weights.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The committed files have been read, checked and described by ONNX' own Python package: `check_onnx.py` in
/// `src/test/scripts`. That ONNX Runtime computes with such files what our engines compute shows in the module
/// `bench`, and in docs/results/onnx.md.
final class OnnxFileTest {
    @TempDir
    private Path folder;

    @Test
    void aDenseNetForImagesOfAnySizeIsTheFileThatWasChecked() throws IOException {
        SequencedMap<String, String> metadata = new LinkedHashMap<>();
        metadata.put("class_names", "[\"고양이\",\"cat\",\"\"]");
        metadata.put("a", "b");
        assertIsCommitted("densenet.onnx", OnnxGraphs.denseNet(), new OnnxOptions("small", "1.2", true, metadata));
    }

    @Test
    void everyOperationIsTheFileThatWasChecked() throws IOException {
        assertIsCommitted("every-operation.onnx", OnnxGraphs.everyOperation(), new OnnxOptions("all", "1.2"));
    }

    private void assertIsCommitted(String name, Graph graph, OnnxOptions options) throws IOException {
        Path file = folder.resolve(name);
        StateDict state = OnnxGraphs.state(graph);
        OnnxFile.write(file, graph, state, options);
        byte[] written = Files.readAllBytes(file);
        assertArrayEquals(OnnxFile.bytes(graph, state, options), written);
        assertArrayEquals(
                Files.readAllBytes(Path.of("src/test/resources/io/densenet/interop/onnx", name)),
                written,
                () -> "another file: check it with src/test/scripts/check_onnx.py before you commit it");
    }

    @Test
    void weightsOfAnotherNetworkAreRefusedAndNothingIsWritten() {
        StateDict other = OnnxGraphs.state(OnnxGraphs.everyOperation());
        Path file = folder.resolve("out.onnx");
        assertThrows(
                IllegalArgumentException.class,
                () -> OnnxFile.write(file, OnnxGraphs.denseNet(), other, new OnnxOptions("x", "1")));
        assertFalse(Files.exists(file));
    }

    @Test
    void aNetworkThatReadsWholeMapsIsNotForImagesOfAnySize() {
        Graph graph = OnnxGraphs.everyOperation();
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> OnnxFile.bytes(
                        graph, OnnxGraphs.state(graph), new OnnxOptions("x", "1", true, new LinkedHashMap<>())));
        assertEquals(
                "flat: reads all pixels of a map, so this network reads images of one size, 3x8x8",
                refused.getMessage());
    }

    /// 33 layers of 64 MB, which share their values here.
    @Test
    void moreThanTwoGigabytesAreRefusedBeforeAnythingIsWritten() {
        int channels = 4096;
        GraphBuilder net = new GraphBuilder(new Shape(channels, 1, 1));
        float[] values = new float[channels * channels];
        SequencedMap<String, Tensor> entries = new LinkedHashMap<>();
        int x = 0;
        for (int l = 0; l < 33; l++) {
            x = net.add("conv" + l, new Op.Convolution(channels, channels, 1, 1, 0, false), x);
            entries.put("conv" + l + ".weight", new Tensor.Floats(List.of(channels, channels, 1, 1), values));
        }
        net.add("logits", new Op.Flatten(), net.add("mean", new Op.GlobalAveragePooling(), x));
        Path file = folder.resolve("out.onnx");
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> OnnxFile.write(file, net.build(), new StateDict(entries), new OnnxOptions("deep", "1")));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("deep: 2,214,"), refused.toString());
        assertFalse(Files.exists(file));
    }
}
