package io.densenet.interop.pytorch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import io.densenet.interop.pytorch.HostileFiles.Hostile;
import io.densenet.weights.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Hostile, broken and damaged files of PyTorch: each is refused in one line, and nothing else ever
/// happens.
class PyTorchRefusalTest {
    /// A few thousand in every build; `-Dsurefire.argLine="-Ddensenet.mutations=100000 -Xmx256m"` for a
    /// long run.
    private static final int MUTATIONS = Integer.getInteger("densenet.mutations", 2_000);

    private static final String MARKER = "densenet-test-marker";

    @TempDir
    private Path folder;

    static List<Hostile> hostileFiles() {
        return HostileFiles.all(MARKER);
    }

    @ParameterizedTest
    @MethodSource("hostileFiles")
    void aHostileFileIsRefusedInOneLine(Hostile hostile) throws IOException {
        assertRefused(hostile.reason(), hostile.content());
    }

    /// The files are read once, so that the reader itself is loaded, and then again.
    @Test
    void hostileFilesLoadNoClassesAndRunNothing() throws IOException {
        List<Hostile> files = hostileFiles();
        assertTrue(files.size() > 150, "only " + files.size());
        long loaded = Long.MAX_VALUE;
        for (int round = 0; round < 4 && loaded > 0; round++) { // the JVM itself may load some at any time
            long before = ManagementFactory.getClassLoadingMXBean().getTotalLoadedClassCount();
            for (Hostile hostile : files) {
                readQuietly(hostile.content());
            }
            loaded = ManagementFactory.getClassLoadingMXBean().getTotalLoadedClassCount() - before;
        }
        assertEquals(0, loaded);
        assertNull(System.getProperty(Bait.TRACE));
        assertFalse(Files.exists(Path.of(MARKER)));
        assertEquals(0, ProcessHandle.current().children().count());
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(folder.resolve("hostile.pth")), left.toList());
        }
    }

    private void readQuietly(byte[] content) throws IOException {
        Path path = Files.write(folder.resolve("hostile.pth"), content);
        assertThrows(IOException.class, () -> PyTorchFile.read(path));
    }

    @Test
    void theReaderHasNoMeansToLoadClassesOrRunAnything() throws IOException {
        Path sources = Path.of("src/main/java/io/densenet/interop/pytorch");
        List<String> forbidden = List.of(
                "forName",
                "ObjectInput",
                "ClassLoader",
                "reflect",
                "MethodHandle",
                "ProcessBuilder",
                "Runtime",
                "Script");
        try (Stream<Path> files = Files.list(sources)) {
            List<Path> all = files.toList();
            assertTrue(all.size() > 10, "only " + all.size());
            for (Path file : all) {
                List<String> code = Files.readAllLines(file).stream()
                        .filter(line -> !line.strip().startsWith("//") && !line.contains("\""))
                        .toList();
                for (String word : forbidden) {
                    assertTrue(code.stream().noneMatch(line -> line.contains(word)), file + " says " + word);
                }
            }
        }
    }

    @Test
    void theSoundFilesThatTheHostileOnesAreMadeOfAreRead() throws IOException {
        Path path = Files.write(folder.resolve("sound.pth"), sound());
        Tensor tensor = PyTorchFile.read(path).tensors().get("w");
        assertEquals(List.of(1f, 2f, 3f, 4f), floats(tensor));
        String reference = Pickles.storage("0", 4).replace("tQ", "NtQ");
        ByteArrayOutputStream storage = new ByteArrayOutputStream();
        storage.writeBytes(Pickles.littleEndian(4L).getBytes(StandardCharsets.ISO_8859_1));
        storage.writeBytes(Pickles.floats());
        // an OrderedDict as Python 2 hands it on: a list of pairs
        String pairs =
                "](]" + Pickles.text("w") + "a" + Pickles.tensor(reference, 1, new long[] {2}, new long[] {2}) + "ae";
        Path legacy = Files.write(
                folder.resolve("legacy.pth"),
                Pickles.legacy(
                        Pickles.ORDERED_DICT + "(" + pairs + "tR",
                        "]" + Pickles.text("0") + "a",
                        storage.toByteArray()));
        assertEquals(List.of(2f, 4f), floats(PyTorchFile.read(legacy).tensors().get("w")));
    }

    /// What newer versions of PyTorch write than the one that makes the fixtures.
    @Test
    void unsignedIntegersInAStorageWithoutATypeAreRead() throws IOException {
        String storage = Pickles.storage("0", 16).replace("torch\nFloat", "torch.storage\nUntyped");
        String tensor = Pickles.tensor(storage, 1, new long[] {2}, new long[] {1})
                .replace("_rebuild_tensor_v2", "_rebuild_tensor_v3");
        String typed = tensor.substring(0, tensor.length() - 2) + "ctorch\nuint16\ntR";
        Path path = Files.write(folder.resolve("v3.pth"), Pickles.zip(Pickles.pickle(Pickles.dict("w", typed))));
        Tensor found = PyTorchFile.read(path).tensors().get("w");
        // 1.0f is 0x3F800000, little-endian; 2.0f begins with 0
        assertEquals("[16256, 0]", found instanceof Tensor.Longs longs ? Arrays.toString(longs.values()) : "none");
    }

    private static List<Float> floats(@Nullable Tensor tensor) {
        return tensor instanceof Tensor.Floats(List<Integer> _, float[] values)
                ? IntStream.range(0, values.length).mapToObj(i -> values[i]).toList()
                : List.of();
    }

    private static byte[] sound() {
        return Pickles.zip(Pickles.pickle(Pickles.dict("w", Pickles.tensor(0, new long[] {4}, new long[] {1}))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"checkpoint-zip.pth", "checkpoint-legacy.pth", "nested.pth", "written-here.pth"})
    void aFileCutOffAnywhereIsRefused(String name) throws IOException {
        byte[] whole = Files.readAllBytes(PyTorchFileTest.fixture(name));
        for (int length = 0; length < whole.length; length++) {
            Path path = Files.write(folder.resolve("cut.pth"), Arrays.copyOf(whole, length));
            assertThrows(MalformedFileException.class, () -> PyTorchFile.read(path), "cut off at " + length);
        }
    }

    @Test
    void aFolderOrAMissingFileIsAnOrdinaryError() {
        assertThrows(IOException.class, () -> PyTorchFile.read(folder));
        assertThrows(IOException.class, () -> PyTorchFile.read(folder.resolve("missing")));
    }

    @Test
    void aFlippedBitOfTheValuesIsNoticedInAZipArchive() throws IOException {
        byte[] damaged = HostileFiles.replace(sound(), "\0\0\u0080?", "\1\0\u0080?");
        assertRefused("checksum of archive/data/0 differs", damaged);
    }

    @Test
    void anArchiveThatCanBeReadInTwoWaysIsRefused() throws IOException {
        SequencedMap<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("archive/data.pkl", Pickles.pickle("}"));
        entries.put("archive/data.pkx", Pickles.pickle("}"));
        assertRefused("comes twice", HostileFiles.replace(Pickles.zip(entries), "data.pkx", "data.pkl"));
        entries.remove("archive/data.pkx");
        entries.put("other/data.pkl", Pickles.pickle("}"));
        assertRefused("found 2", Pickles.zip(entries));
        assertRefused("found 0", Pickles.zip(Map.of("data.pkl", Pickles.pickle("}"))));
        for (String name : List.of("../data.pkl", "/data.pkl", "a\\b", "archive/../x")) {
            assertRefused("no name for an entry", Pickles.zip(Map.of(name, Pickles.pickle("}"))));
        }
        assertRefused("overlaps", moved(sound(), 0, 1));
        assertRefused("expected the entry", moved(sound(), 1, 0));
        assertRefused("comment", changed(sound(), -2, (short) 1));
        assertRefused("length it claims", changed(sound(), -6, (short) 7));
        assertRefused("directory", changed(sound(), -12, (short) 2));
        assertRefused("end of a zip archive", append(sound()));
    }

    @Test
    void compressionAndOtherByteOrdersAreRefused() throws IOException {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bomb)) {
            zip.putNextEntry(new ZipEntry("archive/data.pkl"));
            for (int i = 0; i < 50; i++) {
                zip.write(new byte[1 << 20]);
            }
        }
        assertRefused("archive/data.pkl is compressed", bomb.toByteArray());
        assertRefused("big-endian", Pickles.zip(withByteOrder("big")));
        assertRefused("expected little or big", Pickles.zip(withByteOrder("middle")));
        assertRefused("expected little or big", Pickles.zip(withByteOrder("x".repeat(1000))));
        byte[] behind = Arrays.copyOf(Pickles.pickle("}"), 10);
        assertRefused("follow the pickle", Pickles.zip(Map.of("archive/data.pkl", behind)));
    }

    private static Map<String, byte[]> withByteOrder(String order) {
        return Map.of(
                "archive/data.pkl",
                Pickles.pickle("}"),
                "archive/byteorder",
                order.getBytes(StandardCharsets.US_ASCII));
    }

    /// Changes the first entry of the directory: its place, and its length.
    private static byte[] moved(byte[] zip, int shift, int growth) {
        ByteBuffer bytes = ByteBuffer.wrap(zip.clone()).order(ByteOrder.LITTLE_ENDIAN);
        int at = bytes.getInt(zip.length - 6);
        int length = bytes.getInt(at + 24) + growth;
        return bytes.putInt(at + 20, length)
                .putInt(at + 24, length)
                .putInt(at + 42, bytes.getInt(at + 42) + shift)
                .array();
    }

    /// Puts a number somewhere, counted from the end.
    private static byte[] changed(byte[] zip, int fromEnd, short value) {
        return ByteBuffer.wrap(zip.clone())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(zip.length + fromEnd, value)
                .array();
    }

    private static byte[] append(byte[] zip) {
        return Arrays.copyOf(zip, zip.length + 1);
    }

    /// Small files, so that most mutations hit something that matters.
    @ParameterizedTest
    @ValueSource(strings = {"checkpoint-zip.pth", "checkpoint-legacy.pth"})
    void mutatedFilesAreReadOrRefusedButNothingElse(String name) throws IOException {
        byte[] whole = Files.readAllBytes(PyTorchFileTest.fixture(name));
        SplittableRandom random = new SplittableRandom(20170721);
        int refused = 0;
        for (int mutation = 0; mutation < MUTATIONS; mutation++) {
            byte[] mutated = mutate(whole, random);
            Path path = Files.write(folder.resolve("mutated.pth"), mutated);
            try {
                PyTorchFile.read(path);
            } catch (MalformedFileException | UnsupportedFormatException e) {
                refused++;
                String message = String.valueOf(e.getMessage());
                assertTrue(message.startsWith(path + ": ") && message.lines().count() == 1, message);
            } catch (IOException | RuntimeException | Error e) {
                fail("mutation %d".formatted(mutation), e);
            }
        }
        assertTrue(refused > MUTATIONS / 4, "the mutations should hurt; refused " + refused);
        assertNull(System.getProperty(Bait.TRACE));
    }

    /// One to four changes: a flipped bit, another byte, a byte that is an instruction, a cut, an
    /// insertion. Half of the mutants of zip archives get their checksums right again, so that they come
    /// past them.
    private static byte[] mutate(byte[] whole, SplittableRandom random) {
        byte[] bytes = whole.clone();
        byte[] instructions = "(tuseaR}])QcbqhXKJM\u0080\u0081\u0085\u008a\u008b\u008c\u008d\u0093\u0094\u0095\u00ff\0"
                .getBytes(StandardCharsets.ISO_8859_1);
        for (int change = random.nextInt(1, 5); change > 0 && bytes.length > 0; change--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(8)) {
                case 0, 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2, 3 -> bytes[at] = (byte) random.nextInt(256);
                case 4, 5 -> bytes[at] = instructions[random.nextInt(instructions.length)];
                case 6 -> bytes = random.nextInt(4) == 0 ? Arrays.copyOf(bytes, at) : bytes;
                default -> bytes = random.nextInt(4) == 0 ? splice(bytes, at, random.nextInt(bytes.length)) : bytes;
            }
        }
        return random.nextBoolean() ? withChecksums(bytes) : bytes;
    }

    /// The bytes up to `at`, followed by those from `from` on.
    private static byte[] splice(byte[] bytes, int at, int from) {
        return ByteBuffer.allocate(at + bytes.length - from)
                .put(bytes, 0, at)
                .put(bytes, from, bytes.length - from)
                .array();
    }

    /// Puts the right checksums into the directory of an archive, as far as it can be followed.
    private static byte[] withChecksums(byte[] zip) {
        ByteBuffer bytes = ByteBuffer.wrap(zip.clone()).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at + 46 < zip.length; at++) {
            if (bytes.getInt(at) == ZipDirectory.RECORD) {
                int size = bytes.getInt(at + 24);
                int header = bytes.getInt(at + 42);
                if (header < 0 || header > zip.length - 30) {
                    continue;
                }
                int begin = header
                        + 30
                        + Short.toUnsignedInt(bytes.getShort(header + 26))
                        + Short.toUnsignedInt(bytes.getShort(header + 28));
                if (size >= 0 && begin + (long) size <= zip.length) {
                    CRC32 crc = new CRC32();
                    crc.update(zip, begin, size);
                    bytes.putInt(at + 16, (int) crc.getValue());
                }
            }
        }
        return bytes.array();
    }

    private void assertRefused(String reason, byte[] content) throws IOException {
        Path path = Files.write(folder.resolve("hostile.pth"), content);
        IOException e = assertThrows(IOException.class, () -> PyTorchFile.read(path));
        assertTrue(e instanceof MalformedFileException || e instanceof UnsupportedFormatException, e.toString());
        String message = String.valueOf(e.getMessage());
        assertTrue(message.startsWith(path + ": ") && message.contains(reason), message);
        assertTrue(message.lines().count() == 1 && message.indexOf('\u001b') < 0, message);
    }
}
