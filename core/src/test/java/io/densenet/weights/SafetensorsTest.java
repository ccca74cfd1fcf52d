package io.densenet.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.arch.DenseNet;
import io.densenet.arch.DenseNets;
import io.densenet.arch.Graph;
import io.densenet.arch.Shape;
import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the reader and the writer of safetensors files must do with sound files; [SafetensorsRefusalTest] has
/// the others.
class SafetensorsTest {
    @TempDir
    private Path folder;

    @Test
    void writtenTensorsComeBackBitForBitAndInOrder() throws IOException {
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        float[] special = {
            0f, -0f, Float.NaN, Float.intBitsToFloat(0x7FC12345), Float.POSITIVE_INFINITY, Float.MIN_VALUE
        };
        tensors.put("특징.가중치", new Tensor.Floats(List.of(2, 3), special));
        tensors.put("批次", new Tensor.Longs(List.of(), new long[] {Long.MIN_VALUE}));
        tensors.put("quote \" backslash \\ newline \n 🙂", new Tensor.Floats(List.of(1), new float[] {1}));
        tensors.put("empty", new Tensor.Floats(List.of(0, 5), new float[0]));
        tensors.put("", new Tensor.Longs(List.of(2), new long[] {-1, Long.MAX_VALUE}));

        Safetensors.Contents read = Safetensors.read(write(metadata("이름", "값 \t\"🙂\""), tensors));

        assertEquals("값 \t\"🙂\"", read.metadata().get("이름"));
        assertEquals(
                new ArrayList<>(tensors.keySet()),
                new ArrayList<>(read.tensors().keySet()));
        tensors.forEach((name, tensor) -> assertSameBits(tensor, read.tensors().get(name)));
    }

    @Test
    void aTensorLargerThanTheBufferComesBack() throws IOException {
        float[] floats = new float[700_001];
        long[] longs = new long[300_003];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = i * 0.5f;
        }
        for (int i = 0; i < longs.length; i++) {
            longs[i] = i * 0x100000001L;
        }
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("floats", new Tensor.Floats(List.of(floats.length), floats));
        tensors.put("longs", new Tensor.Longs(List.of(longs.length), longs));
        Safetensors.Contents read = Safetensors.read(write(metadata(), tensors));
        tensors.forEach((name, tensor) -> assertSameBits(tensor, read.tensors().get(name)));
    }

    @Test
    void aFileWithoutTensorsAndMetadataHoldsTheChecksumsOfNothing() throws IOException {
        Safetensors.Contents read = Safetensors.read(write(metadata(), new LinkedHashMap<>()));
        assertTrue(read.tensors().isEmpty());
        assertEquals(
                metadata(
                        "sha256.data",
                        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                        "sha256.header",
                        "c4e353a0c7da60487ef064c2eabcf81ffb24e14d0841a3de097596b18ada76d0"),
                read.metadata());
    }

    /// 65,536 · 65,536 alone is more than 32 bits hold.
    @Test
    void aTensorWithoutValuesMayHaveAnyShape() throws IOException {
        Tensor empty = new Tensor.Floats(List.of(65_536, 65_536, 0), new float[0]);
        assertSameBits(
                empty,
                Safetensors.read(write(metadata(), tensors("empty", empty)))
                        .tensors()
                        .get("empty"));
        assertThrows(IllegalArgumentException.class, () -> new Tensor.Floats(List.of(65_536, 65_536), new float[0]));
    }

    /// Files of before there was a checksum of the header have one under this name.
    @Test
    void theOldChecksumOfTheDataIsStillCompared() throws IOException {
        String ofFourZeros = "df3f619804a92fdb4057192dc43dd748ea778adc52bc498ce80524c014b81119";
        String header =
                "{\"__metadata__\":{\"sha256\":\"%s\"},\"w\":%s}".formatted(ofFourZeros, entry("F32", "[1]", 0, 4));
        assertEquals(1, Safetensors.read(file(header, new byte[4])).tensors().size());
        assertThrows(MalformedFileException.class, () -> Safetensors.read(file(header, new byte[] {0, 0, 0, 1})));
    }

    @Test
    void anEmptyObjectIsAFile() throws IOException {
        Safetensors.Contents read = Safetensors.read(file("{}", new byte[0]));
        assertTrue(read.tensors().isEmpty());
        assertTrue(read.metadata().isEmpty());
    }

    @Test
    void theDataBeginAtAMultipleOfEightAndEveryValueIsAligned() throws IOException {
        for (int length = 0; length < 8; length++) {
            SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
            tensors.put("f" + "x".repeat(length), new Tensor.Floats(List.of(1), new float[] {1}));
            tensors.put("l", new Tensor.Longs(List.of(1), new long[] {1}));
            byte[] bytes = Files.readAllBytes(write(metadata(), tensors));
            ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            long header = buffer.getLong();
            assertEquals(0, header % 8);
            String json = new String(bytes, 8, (int) header, StandardCharsets.UTF_8);
            assertTrue(json.contains("\"l\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}"), json);
            assertEquals(1L, buffer.getLong(8 + (int) header));
            assertEquals(1f, buffer.getFloat(16 + (int) header));
        }
    }

    @Test
    void writingTwiceGivesTheSameBytes() throws IOException {
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("a", new Tensor.Floats(List.of(2), new float[] {1, 2}));
        Path first = write(metadata("k", "v"), tensors);
        Safetensors.Contents read = Safetensors.read(first);
        assertArrayEquals(Files.readAllBytes(first), Files.readAllBytes(write(read.metadata(), read.tensors())));
    }

    @Test
    void metadataAloneAreReadFromAFileOfFiveGigabytes() throws IOException {
        long size = 5_000_000_000L;
        Path path = file(
                "{\"__metadata__\":{\"a\":\"b\"},\"w\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[0,%d]}}"
                        .formatted(size, size),
                new byte[0]);
        try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
            sparse.setLength(sparse.length() + size);
        }
        assertEquals(metadata("a", "b"), Safetensors.readMetadata(path));
    }

    @Test
    void tensorsMayLieInAnotherOrderThanTheHeaderNamesThem() throws IOException {
        byte[] data = ByteBuffer.allocate(12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(7)
                .putFloat(2.5f)
                .array();
        Safetensors.Contents read = Safetensors.read(file(
                "{\"second\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]},"
                        + "\"first\":{\"data_offsets\":[0,8],\"shape\":[],\"dtype\":\"I64\"},"
                        + "\"none\":{\"data_offsets\":[8,8],\"shape\":[0],\"dtype\":\"F32\"}}  \n",
                data));
        assertEquals(
                List.of("second", "first", "none"),
                new ArrayList<>(read.tensors().keySet()));
        assertSameBits(
                new Tensor.Floats(List.of(1), new float[] {2.5f}),
                read.tensors().get("second"));
        assertSameBits(
                new Tensor.Longs(List.of(), new long[] {7}), read.tensors().get("first"));
    }

    @ParameterizedTest(name = "F16 {0} is {1}")
    @CsvSource({
        "0000, 0.0",
        "8000, -0.0",
        "3c00, 1.0",
        "c000, -2.0",
        "7bff, 65504.0",
        "0001, 5.9604645e-8",
        "3555, 0.33325195",
        "7c00, Infinity",
        "fc00, -Infinity",
        "7e00, NaN"
    })
    void halfPrecisionIsWidened(String bits, float expected) throws IOException {
        assertEquals(expected, readOne("F16", 2, Long.parseLong(bits, 16)));
    }

    @ParameterizedTest(name = "BF16 {0} is {1}")
    @CsvSource({
        "0000, 0.0",
        "8000, -0.0",
        "3f80, 1.0",
        "c040, -3.0",
        "7f7f, 3.3895314e38",
        "3eab, 0.33398438",
        "0001, 9.18355e-41",
        "ff80, -Infinity",
        "7fc0, NaN"
    })
    void brainFloatsAreWidened(String bits, float expected) throws IOException {
        assertEquals(expected, readOne("BF16", 2, Long.parseLong(bits, 16)));
    }

    @ParameterizedTest(name = "{0} becomes {1}")
    @CsvSource({"1.0, 1.0", "0.1, 0.1", "-0.0, -0.0", "1e300, Infinity", "1e-300, 0.0", "16777217, 16777216", "NaN, NaN"
    })
    void doublesAreRounded(double value, float expected) throws IOException {
        assertEquals(expected, readOne("F64", 8, Double.doubleToRawLongBits(value)));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"BOOL, 1", "I8, 1", "U8, 1", "I16, 2", "I32, 4", "U32, 4", "U64, 8", "F8_E4M3, 1", "C64, 8"})
    void otherTypesAreNamedAsUnsupported(String type, int bytes) throws IOException {
        Path path = file("{\"w\":" + entry(type, "[1]", 0, bytes) + "}", new byte[bytes]);
        UnsupportedFormatException refusal =
                assertThrows(UnsupportedFormatException.class, () -> Safetensors.read(path));
        String message = String.valueOf(refusal.getMessage());
        assertTrue(message.contains("w holds " + type), message);
    }

    /// The other direction is written down in the same script: it reads `written-here.safetensors` again.
    @Test
    void aFileWrittenByAnotherProgramIsRead() throws Exception {
        Safetensors.Contents read = Safetensors.read(resource("written-by-python.safetensors"));
        assertEquals(metadata("format", "pt", "설명", "파이썬"), read.metadata());
        assertEquals(
                List.of("double", "weight.가", "half", "brain", "batches"),
                new ArrayList<>(read.tensors().keySet()));
        assertSameBits(
                new Tensor.Floats(List.of(2, 3), new float[] {0, 0.5f, 1, 1.5f, 2, 2.5f}),
                read.tensors().get("weight.가"));
        assertSameBits(
                new Tensor.Floats(List.of(2), new float[] {0.1f, -3}),
                read.tensors().get("double"));
        assertSameBits(
                new Tensor.Floats(List.of(2), new float[] {1.5f, -0.25f}),
                read.tensors().get("half"));
        assertSameBits(
                new Tensor.Floats(List.of(1), new float[] {-3}), read.tensors().get("brain"));
        assertSameBits(
                new Tensor.Longs(List.of(), new long[] {1L << 40}),
                read.tensors().get("batches"));
    }

    /// The committed file was read by the script with nothing but Python's own json, struct and hashlib.
    @Test
    void theFileThatAnotherProgramHasReadIsStillWhatIsWritten() throws Exception {
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("가.weight", new Tensor.Floats(List.of(2, 2), new float[] {1, -2.5f, 0.1f, 3e38f}));
        tensors.put("batches", new Tensor.Longs(List.of(), new long[] {-(1L << 40)}));
        Path written = write(metadata("key \"quoted\"", "값\n"), tensors);
        assertArrayEquals(Files.readAllBytes(resource("written-here.safetensors")), Files.readAllBytes(written));
    }

    @Test
    void aWholeNetworkKeepsItsHash() throws IOException {
        Graph graph = Graph.of(DenseNet.of(DenseNets.named("densenet-bc-10-4", 1, 3)), new Shape(1, 28, 28));
        StateDict state = Initializer.initialize(graph.stateDict(), 1, Initializer.Fan.OUT);
        StateDict read = new StateDict(
                Safetensors.read(write(metadata(), state.entries())).tensors());
        assertEquals(List.of(), read.differencesFrom(graph.stateDict()));
        assertEquals(state.sha256(), read.sha256());
    }

    @Test
    void theWriterRefusesWhatNoReaderWouldTake() {
        Tensor one = new Tensor.Floats(List.of(1), new float[1]);
        assertThrows(IllegalArgumentException.class, () -> write(metadata(), tensors("__metadata__", one)));
        assertThrows(IllegalArgumentException.class, () -> write(metadata(), tensors("\uD83D", one)));
        assertThrows(IllegalArgumentException.class, () -> write(metadata("\uDE42", ""), tensors("a", one)));
        assertThrows(IllegalArgumentException.class, () -> write(metadata("a", "\uDE42"), tensors("a", one)));
    }

    private float readOne(String type, int bytes, long bits) throws IOException {
        byte[] data = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(bits)
                .array();
        Path path = file("{\"w\":" + entry(type, "[1]", 0, bytes) + "}", Arrays.copyOf(data, bytes));
        return assertInstanceOf(
                        Tensor.Floats.class, Safetensors.read(path).tensors().get("w"))
                .values()[0];
    }

    static String entry(String type, String shape, long begin, long end) {
        return "{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}".formatted(type, shape, begin, end);
    }

    static void assertSameBits(Tensor expected, @Nullable Tensor found) {
        assertEquals(expected.shape(), assertInstanceOf(Tensor.class, found).shape());
        switch (expected) {
            case Tensor.Floats floats -> {
                int[] bits = bits(floats);
                assertArrayEquals(bits, bits(assertInstanceOf(Tensor.Floats.class, found)));
            }
            case Tensor.Longs longs ->
                assertArrayEquals(
                        longs.values(),
                        assertInstanceOf(Tensor.Longs.class, found).values());
        }
    }

    private static int[] bits(Tensor.Floats tensor) {
        int[] bits = new int[tensor.values().length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(tensor.values()[i]);
        }
        return bits;
    }

    static SequencedMap<String, String> metadata(String... keysAndValues) {
        SequencedMap<String, String> metadata = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            metadata.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return metadata;
    }

    private static SequencedMap<String, Tensor> tensors(String name, Tensor tensor) {
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put(name, tensor);
        return tensors;
    }

    private Path write(SequencedMap<String, String> metadata, SequencedMap<String, Tensor> tensors) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Safetensors.write(Channels.newChannel(bytes), metadata, tensors);
        return Files.write(Files.createTempFile(folder, "written", ".safetensors"), bytes.toByteArray());
    }

    private Path file(String header, byte[] data) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        byte[] bytes = ByteBuffer.allocate(8 + json.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .put(data)
                .array();
        return Files.write(Files.createTempFile(folder, "made", ".safetensors"), bytes);
    }

    private static Path resource(String name) throws URISyntaxException {
        return Path.of(SafetensorsTest.class.getResource(name).toURI());
    }
}
