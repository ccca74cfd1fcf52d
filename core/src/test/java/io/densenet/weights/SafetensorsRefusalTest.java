package io.densenet.weights;

import static io.densenet.weights.SafetensorsTest.entry;
import static io.densenet.weights.SafetensorsTest.metadata;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Broken, damaged and hostile safetensors files: each is refused with an [IOException] that says why, and
/// nothing else ever happens.
class SafetensorsRefusalTest {
    /// A few thousand in every build; `-Dsurefire.argLine=-Ddensenet.mutations=200000` for a long run.
    private static final int MUTATIONS = Integer.getInteger("densenet.mutations", 2_000);

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenHeaders")
    void aBrokenHeaderIsRefused(String why, String header, int dataBytes, String reason) throws IOException {
        assertRefused(reason, file(header.getBytes(StandardCharsets.UTF_8), new byte[dataBytes]));
    }

    static Stream<Arguments> brokenHeaders() {
        String sound = entry("F32", "[1]", 0, 4);
        return Stream.of(
                Arguments.of("no JSON", "hello {}", 0, "must begin with '{'"),
                Arguments.of("a space first", " {}", 0, "must begin with '{'"),
                Arguments.of("an array", "[]", 0, "must begin with '{'"),
                Arguments.of("an unfinished object", "{\"w\":" + sound, 4, "not sound JSON"),
                Arguments.of("single quotes", "{'w':" + sound + "}", 4, "not sound JSON"),
                Arguments.of("a comment", "{/* */\"w\":" + sound + "}", 4, "not sound JSON"),
                Arguments.of("a comma at the end", "{\"w\":" + sound + ",}", 4, "not sound JSON"),
                Arguments.of("two documents", "{\"w\":" + sound + "}{}", 4, "closing brace"),
                Arguments.of("a zero byte behind", "{\"w\":" + sound + "}\0", 4, "not sound JSON"),
                Arguments.of("a name twice", "{\"w\":" + sound + ",\"w\":" + sound + "}", 4, "Duplicate"),
                Arguments.of(
                        "a name twice, once escaped",
                        "{\"w\":" + sound + ",\"\\u0077\":" + sound + "}",
                        4,
                        "Duplicate"),
                Arguments.of(
                        "metadata twice",
                        "{\"__metadata__\":{},\"__metadata__\":{},\"w\":" + sound + "}",
                        4,
                        "Duplicate"),
                Arguments.of("a metadata key twice", "{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}}", 0, "Duplicate"),
                Arguments.of(
                        "a key of a tensor twice",
                        "{\"w\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
                        4,
                        "Duplicate"),
                Arguments.of("a number as metadata", "{\"__metadata__\":{\"a\":1}}", 0, "must be a string"),
                Arguments.of("null as metadata", "{\"__metadata__\":{\"a\":null}}", 0, "must be a string"),
                Arguments.of("nested metadata", "{\"__metadata__\":{\"a\":{}}}", 0, "must be a string"),
                Arguments.of("metadata as a list", "{\"__metadata__\":[]}", 0, "must be an object"),
                Arguments.of("half a surrogate pair", "{\"__metadata__\":{\"a\":\"\\ud83d\"}}", 0, "surrogate"),
                Arguments.of("half a surrogate pair in a name", "{\"\\ude42\":" + sound + "}", 4, "surrogate"),
                Arguments.of("deep nesting", "{\"w\":" + "[".repeat(100_000), 0, "expected an object"),
                Arguments.of("deep nesting in a shape", shaped("[".repeat(100_000)), 0, "not sound JSON"),
                Arguments.of("a tensor that is a number", "{\"w\":3}", 0, "expected an object"),
                Arguments.of("no dtype", "{\"w\":{\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "needs dtype"),
                Arguments.of("no shape", "{\"w\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4, "needs dtype"),
                Arguments.of("no offsets", "{\"w\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, "needs dtype"),
                Arguments.of("an unknown dtype", "{\"w\":" + entry("F33", "[1]", 0, 4) + "}", 4, "unknown dtype 'F33'"),
                Arguments.of(
                        "a dtype in small letters", "{\"w\":" + entry("f32", "[1]", 0, 4) + "}", 4, "unknown dtype"),
                Arguments.of(
                        "an unknown key",
                        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"x\":1}}",
                        4,
                        "unknown key 'x'"),
                Arguments.of("a negative size", shaped("[-1]"), 4, "non-negative"),
                Arguments.of("minus nothing", shaped("[-0]"), 0, "non-negative"),
                Arguments.of("a fraction", shaped("[1.0]"), 4, "non-negative integers"),
                Arguments.of("an exponent", shaped("[1e0]"), 4, "non-negative integers"),
                Arguments.of("a size as a string", shaped("[\"1\"]"), 4, "non-negative integers"),
                Arguments.of("a size beyond 64 bits", shaped("[99999999999999999999]"), 4, "larger than any file"),
                Arguments.of("a number of 1,000 digits", shaped("[" + "9".repeat(1_000) + "]"), 4, "not sound JSON"),
                Arguments.of("a shape that overflows", shaped("[4294967296,4294967296]"), 4, "larger than any file"),
                Arguments.of("a shape that overflows to 4", shaped("[4611686018427387905]"), 4, "larger than any file"),
                Arguments.of("an overflow before a zero", shaped("[4294967296,4294967296,0]"), 0, "larger than any"),
                Arguments.of("a shape as a number", shaped("1"), 4, "must be a list"),
                Arguments.of("a shape larger than the data", shaped("[2]"), 4, "takes 64 bits"),
                Arguments.of("a shape smaller than the data", shaped("[0]"), 4, "takes 0 bits"),
                Arguments.of("no whole bytes", "{\"w\":" + entry("F4", "[3]", 0, 1) + "}", 1, "takes 12 bits"),
                Arguments.of(
                        "one offset",
                        "{\"w\":" + entry("F32", "[1]", 0, 4).replace("0,4", "4") + "}",
                        4,
                        "[begin, end]"),
                Arguments.of("offsets that go back", "{\"w\":" + entry("F32", "[1]", 4, 0) + "}", 4, "begin <= end"),
                Arguments.of("a negative offset", "{\"w\":" + entry("F32", "[1]", -4, 0) + "}", 4, "non-negative"),
                Arguments.of("a start behind 0", "{\"w\":" + entry("F32", "[1]", 4, 8) + "}", 8, "holes"),
                Arguments.of(
                        "a hole",
                        "{\"v\":" + sound + ",\"w\":" + entry("F32", "[1]", 8, 12) + "}",
                        12,
                        "w: its data begin at 8"),
                Arguments.of(
                        "an overlap",
                        "{\"v\":" + entry("F32", "[2]", 0, 8) + ",\"w\":" + entry("F32", "[1]", 4, 8) + "}",
                        8,
                        "overlaps"),
                Arguments.of("two tensors at one place", "{\"v\":" + sound + ",\"w\":" + sound + "}", 4, "overlaps"),
                Arguments.of("data cut off", "{\"w\":" + sound + "}", 3, "cut off"),
                Arguments.of("data that nobody owns", "{\"w\":" + sound + "}", 5, "something follows"),
                Arguments.of("data of no tensor", "{}", 1, "something follows"),
                Arguments.of(
                        "an end beyond 63 bits", shaped("[4]").replace("0,4", "0,18446744073709551615"), 4, "larger"),
                Arguments.of(
                        "a false checksum", "{\"__metadata__\":{\"sha256\":\"\"},\"w\":" + sound + "}", 4, "checksum"));
    }

    private static String shaped(String shape) {
        return "{\"w\":" + entry("F32", shape, 0, 4) + "}";
    }

    @Test
    void aHeaderThatIsNotUtf8IsRefused() throws IOException {
        byte[] header = "{\"__metadata__\":{\"a\":\"?\"}}".getBytes(StandardCharsets.UTF_8);
        for (byte[] wrong : List.of(new byte[] {(byte) 0xFF}, new byte[] {(byte) 0xC0, (byte) 0xAF})) {
            byte[] bytes = replace(header, '?', wrong);
            assertRefused("not UTF-8", file(bytes, new byte[0]));
        }
        assertRefused("not sound JSON", file("{}".getBytes(StandardCharsets.UTF_16LE), new byte[0]));
    }

    @Test
    void aWrongHeaderLengthIsRefusedBeforeAnythingIsAllocated() throws IOException {
        for (long length :
                new long[] {3, 100_000_001, Integer.MAX_VALUE, 1L << 40, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
            byte[] bytes = ByteBuffer.allocate(10)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(length)
                    .put("{}".getBytes(StandardCharsets.UTF_8))
                    .array();
            assertRefused("the header claims", Files.write(folder.resolve("length"), bytes));
        }
        assertRefused("must begin with '{'", file(new byte[0], new byte[0]));
        assertRefused("found only 0 bytes", Files.write(folder.resolve("empty"), new byte[0]));
    }

    @Test
    void aFolderOrAMissingFileIsAnOrdinaryError() {
        assertThrows(IOException.class, () -> Safetensors.read(folder));
        assertThrows(IOException.class, () -> Safetensors.read(folder.resolve("missing")));
    }

    @Test
    void tensorsTooLargeForAnArrayAreUnsupportedNotMalformed() throws IOException {
        assertUnsupported("{\"w\":" + entry("F32", "[3000000000,0]", 0, 0) + "}");
        assertUnsupported("{\"w\":" + entry("F32", "[" + "0,".repeat(32) + "0]", 0, 0) + "}");
    }

    private void assertUnsupported(String header) throws IOException {
        Path path = file(header.getBytes(StandardCharsets.UTF_8), new byte[0]);
        assertThrows(UnsupportedFormatException.class, () -> Safetensors.read(path));
    }

    @Test
    void refusalsAreOneLineWhateverTheNamesHold() throws IOException {
        String name = "x\\n\\u001b[31m" + "y".repeat(10_000);
        Path path = file(
                ("{\"" + name + "\":" + entry("F32", "[1]", 0, 8) + "}").getBytes(StandardCharsets.UTF_8), new byte[8]);
        String message = refusal(path);
        assertEquals(1, message.lines().count());
        assertTrue(message.length() < 500 && message.indexOf('\u001b') < 0, message);
    }

    @Test
    void theOffsetOfAnErrorCountsBytesFromTheStartOfTheFile() throws IOException {
        String before = "{\"__metadata__\":{\"🙂\":\"é\",\"가\":";
        Path path = file((before + "1}}").getBytes(StandardCharsets.UTF_8), new byte[0]);
        int offset = 8 + before.getBytes(StandardCharsets.UTF_8).length;
        assertRefused("(offset " + offset + ")", path);
    }

    @Test
    void aFileCutOffAnywhereIsRefused() throws IOException {
        byte[] whole = small();
        for (int length = 0; length < whole.length; length++) {
            Path path = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, length));
            assertThrows(MalformedFileException.class, () -> Safetensors.read(path), "cut off at " + length);
        }
    }

    @Test
    void everyFlippedBitOfTheDataIsNoticed() throws IOException {
        byte[] whole = small();
        int start =
                8 + (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
        assertEquals(40, whole.length - start);
        for (int bit = start * 8; bit < whole.length * 8; bit++) {
            byte[] damaged = whole.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertRefused(
                    "checksum of the data section differs: the file is damaged",
                    Files.write(folder.resolve("flipped"), damaged));
        }
    }

    @Test
    void everyFlippedBitOfTheHeaderIsNoticed() throws IOException {
        byte[] whole = small();
        int start =
                8 + (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
        for (int bit = 0; bit < start * 8; bit++) {
            byte[] damaged = whole.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            Path path = Files.write(folder.resolve("flipped"), damaged);
            assertThrows(MalformedFileException.class, () -> Safetensors.read(path), "bit " + bit);
            assertThrows(MalformedFileException.class, () -> Safetensors.readMetadata(path), "bit " + bit);
        }
    }

    @Test
    void mutatedFilesAreReadOrRefusedButNothingElse() throws IOException {
        byte[] whole = small();
        SplittableRandom random = new SplittableRandom(20170721);
        int refused = 0;
        for (int mutation = 0; mutation < MUTATIONS; mutation++) {
            byte[] mutated = mutate(whole, random);
            Path path = Files.write(folder.resolve("mutated"), mutated);
            try {
                Safetensors.read(path);
            } catch (MalformedFileException | UnsupportedFormatException e) {
                refused++;
            } catch (IOException | RuntimeException e) {
                fail("mutation %d: %s".formatted(mutation, Arrays.toString(mutated)), e);
            }
        }
        assertTrue(refused > MUTATIONS / 2, "the mutations should hurt; refused " + refused);
    }

    /// One to four changes: a flipped bit, another byte, a byte that means something in JSON, a cut, an
    /// insertion.
    private static byte[] mutate(byte[] whole, SplittableRandom random) {
        byte[] bytes = whole.clone();
        byte[] meaningful = "{}[]\",:\\-0123456789eE.nul\0".getBytes(StandardCharsets.UTF_8);
        for (int change = random.nextInt(1, 5); change > 0 && bytes.length > 0; change--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> bytes[at] = meaningful[random.nextInt(meaningful.length)];
                case 3 -> bytes = Arrays.copyOf(bytes, at);
                default -> bytes = splice(bytes, at, random.nextInt(bytes.length));
            }
        }
        return bytes;
    }

    /// The bytes up to `at`, followed by those from `from` on.
    private static byte[] splice(byte[] bytes, int at, int from) {
        return ByteBuffer.allocate(at + bytes.length - from)
                .put(bytes, 0, at)
                .put(bytes, from, bytes.length - from)
                .array();
    }

    private static byte[] small() throws IOException {
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("conv.weight", new Tensor.Floats(List.of(2, 3, 1, 1), new float[] {1, 2, 3, 4, 5, 6}));
        tensors.put("norm.num_batches_tracked", new Tensor.Longs(List.of(), new long[] {3}));
        tensors.put("bias", new Tensor.Floats(List.of(2), new float[] {-1, 0}));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Safetensors.write(Channels.newChannel(bytes), metadata("name", "값"), tensors);
        return bytes.toByteArray();
    }

    private static byte[] replace(byte[] bytes, char placeholder, byte[] by) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte b : bytes) {
            if (b == placeholder) {
                out.writeBytes(by);
            } else {
                out.write(b);
            }
        }
        return out.toByteArray();
    }

    private static void assertRefused(String reason, Path path) {
        String message = refusal(path);
        assertTrue(message.startsWith(path + ": ") && message.contains(reason), message);
    }

    private static String refusal(Path path) {
        return String.valueOf(assertThrows(MalformedFileException.class, () -> Safetensors.read(path))
                .getMessage());
    }

    private Path file(byte[] header, byte[] data) throws IOException {
        byte[] bytes = ByteBuffer.allocate(8 + header.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .put(data)
                .array();
        return Files.write(folder.resolve("broken.safetensors"), bytes);
    }
}
