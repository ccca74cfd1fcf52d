package io.densenet.interop.pytorch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.error.UnsupportedFormatException;
import io.densenet.weights.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Against files that PyTorch wrote and the values that it noted beside them (`make_pytorch_fixtures.py`).
class PyTorchFileTest {
    @TempDir
    private Path folder;

    static Path fixture(String name) {
        try {
            var resource = PyTorchFileTest.class.getResource(name);
            assertNotNull(resource, name);
            return Path.of(resource.toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "densenet-zip, densenet",
        "densenet-zip-protocol5, densenet",
        "densenet-legacy, densenet",
        "densenet-legacy-protocol4, densenet",
        "types-zip, types",
        "types-legacy, types",
        "checkpoint-zip, checkpoint",
        "checkpoint-legacy, checkpoint",
        "nested, nested"
    })
    void tensorsNamesAndOrderArePyTorchs(String file, String values) throws IOException {
        SequencedMap<String, Tensor> tensors =
                PyTorchFile.read(fixture(file + ".pth")).tensors();
        JsonNode expected = JsonMapper.shared()
                .readTree(Files.readString(fixture((values.equals("nested") ? "checkpoint" : values) + ".json")));
        List<String> names = new ArrayList<>(expected.propertyNames());
        if (values.equals("nested")) {
            names.replaceAll(name -> name.substring("module.".length()));
        }
        assertEquals(names, List.copyOf(tensors.keySet()));
        int i = 0;
        for (Tensor tensor : tensors.values()) {
            String name = List.copyOf(expected.propertyNames()).get(i++);
            assertSame(name, expected.get(name), tensor);
        }
    }

    private static void assertSame(String name, JsonNode expected, Tensor found) {
        List<Integer> shape =
                expected.get("shape").valueStream().map(JsonNode::intValue).toList();
        assertEquals(shape, found.shape(), name);
        List<String> values =
                expected.get("values").valueStream().map(JsonNode::stringValue).toList();
        assertEquals(expected.get("floating").booleanValue(), found instanceof Tensor.Floats, name);
        switch (found) {
            case Tensor.Floats floats -> {
                float[] wanted = new float[values.size()];
                for (int i = 0; i < wanted.length; i++) {
                    wanted[i] = (float) Double.parseDouble(values.get(i).replace("inf", "Infinity"));
                }
                assertArrayEquals(wanted, floats.values(), name);
            }
            case Tensor.Longs longs ->
                assertArrayEquals(
                        values.stream()
                                .mapToLong(value -> switch (value) {
                                    case "True" -> 1;
                                    case "False" -> 0;
                                    default -> Long.parseLong(value);
                                })
                                .toArray(),
                        longs.values(),
                        name);
        }
    }

    @ParameterizedTest
    @CsvSource({"checkpoint-zip.pth", "checkpoint-legacy.pth"})
    void whatIsNotReadIsTold(String file) throws IOException {
        PyTorchFile.Contents contents = PyTorchFile.read(fixture(file));
        assertEquals("state_dict", contents.wrapper());
        assertEquals(
                List.of(
                        "epoch",
                        "arch",
                        "best_acc1",
                        "best_loss",
                        "confusion",
                        "milestones",
                        "args",
                        "seen",
                        "blob",
                        "large",
                        "optimizer"),
                contents.passedOver());
    }

    @Test
    void aWrapperInAWrapperIsFound() throws IOException {
        PyTorchFile.Contents contents = PyTorchFile.read(fixture("nested.pth"));
        assertEquals("model.state_dict", contents.wrapper());
        assertEquals(List.of("date", "model.lr"), contents.passedOver());
        assertNull(PyTorchFile.read(fixture("densenet-zip.pth")).wrapper());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "module-zip.pth      | torch.save(torch.load(FILE, weights_only=False).state_dict(), \"weights.pth\")",
                "module-legacy.pth   | torch.save(torch.load(FILE, weights_only=False).state_dict(), \"weights.pth\")",
                "module-in-model.pth | torch.save(torch.load(FILE, weights_only=False)[\"model\"].state_dict(),",
                "object-beside.pth   | torch.save(torch.load(FILE, weights_only=False)[\"state_dict\"], \"weights.pth\")",
                "script.pth          | torch.save(torch.jit.load(FILE).state_dict(), \"weights.pth\")",
                "list.pth            | holds a list, expected a state dict; save model.state_dict()",
                "no-tensors.pth      | its keys are epoch",
                "complex.pth         | z holds complex64"
            })
    void aFileOfSomethingElseIsRefusedWithWhatToDo(String file, String advice) {
        String message = assertThrows(UnsupportedFormatException.class, () -> PyTorchFile.read(fixture(file)))
                .getMessage();
        assertNotNull(message);
        assertTrue(message.startsWith(fixture(file) + ": ") && message.contains(advice), message);
        assertEquals(1, message.lines().count());
    }

    /// verify-full opens the committed file with PyTorch.
    @Test
    void aFileWrittenHereIsTheOneThatPyTorchOpens() throws IOException {
        Path file = folder.resolve("written-here.pth");
        PyTorchFile.write(file, example());
        assertEquals(-1, Files.mismatch(fixture("written-here.pth"), file), "differs; written to " + file);
    }

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        SequencedMap<String, Tensor> tensors =
                PyTorchFile.read(fixture("types-zip.pth")).tensors();
        Path file = folder.resolve("copy.pth");
        PyTorchFile.write(file, tensors);
        PyTorchFile.Contents again = PyTorchFile.read(file);
        assertEquals(List.copyOf(tensors.keySet()), List.copyOf(again.tensors().keySet()));
        tensors.forEach(
                (name, tensor) -> assertEqual(name, tensor, again.tensors().get(name)));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(file), files.toList());
        }
    }

    private static void assertEqual(String name, Tensor expected, @Nullable Tensor found) {
        assertNotNull(found, name);
        assertEquals(expected.shape(), found.shape(), name);
        switch (expected) {
            case Tensor.Floats floats -> assertArrayEquals(floats.values(), ((Tensor.Floats) found).values(), name);
            case Tensor.Longs longs -> assertArrayEquals(longs.values(), ((Tensor.Longs) found).values(), name);
        }
    }

    @Test
    void javasOwnZipReaderOpensWhatIsWritten() throws IOException {
        Path file = folder.resolve("ours.pth");
        PyTorchFile.write(file, example());
        ByteBuffer whole = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        try (ZipFile zip = new ZipFile(file.toFile())) {
            assertEquals(
                    List.of(
                            "archive/data.pkl",
                            "archive/byteorder",
                            "archive/data/0",
                            "archive/data/1",
                            "archive/data/2",
                            "archive/data/3",
                            "archive/version"),
                    zip.stream().map(ZipEntry::getName).toList());
            try (InputStream data = zip.getInputStream(zip.getEntry("archive/data/1"))) {
                ByteBuffer bytes = ByteBuffer.wrap(data.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
                assertEquals(-(1L << 40), bytes.getLong());
                int at = 0; // of the value in the file
                while (whole.getLong(at) != -(1L << 40)) {
                    at++;
                }
                assertEquals(0, at % 64);
            }
        }
    }

    @Test
    void nothingIsWrittenForAStateDictThatCannotBe() {
        Path file = folder.resolve("none.pth");
        assertThrows(IllegalArgumentException.class, () -> PyTorchFile.write(file, new LinkedHashMap<>()));
        SequencedMap<String, Tensor> half =
                new LinkedHashMap<>(Map.of("\ud83d", new Tensor.Longs(List.of(), new long[1])));
        assertThrows(IllegalArgumentException.class, () -> PyTorchFile.write(file, half));
        assertTrue(Files.notExists(file));
    }

    /// As `written_here` in the script has it.
    private static SequencedMap<String, Tensor> example() {
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("conv.weight", new Tensor.Floats(List.of(2, 3, 1, 1), new float[] {1, -2.5f, 0.1f, 4, 5, -0f}));
        tensors.put("가.num_batches_tracked", new Tensor.Longs(List.of(), new long[] {-(1L << 40)}));
        tensors.put("norm.running_var", new Tensor.Floats(List.of(2), new float[] {Float.POSITIVE_INFINITY, 3e38f}));
        tensors.put("none", new Tensor.Floats(List.of(0, 3), new float[0]));
        return tensors;
    }
}
