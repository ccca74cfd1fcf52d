package io.densenet.interop.keras;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Cut, damaged and contradictory files of Keras: each is read or refused in one line, and nothing else happens.
class KerasRefusalTest {
    /// A few thousand in every build; `-Dsurefire.argLine="-Ddensenet.mutations=100000 -Xmx256m"` for a
    /// long run.
    private static final int MUTATIONS = Integer.getInteger("densenet.mutations", 2_000);

    /// Where the layout of HDF5 puts the level and the first child of a node of a group's tree.
    private static final int LEVEL = 5;

    private static final int FIRST_CHILD = 32;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"small.h5", "small.weights.h5"})
    void aFileCutOffAnywhereIsRefused(String name) throws IOException {
        byte[] whole = Files.readAllBytes(KerasFileTest.fixture(name));
        assertTrue(!KerasFile.read(KerasFileTest.fixture(name)).isEmpty());
        for (int length = 0; length < whole.length; length += 7) {
            Path path = Files.write(folder.resolve("cut.h5"), Arrays.copyOf(whole, length));
            String message = String.valueOf(
                    assertThrows(MalformedFileException.class, () -> KerasFile.read(path), "cut off at " + length)
                            .getMessage());
            assertTrue(length < 100 || message.contains("cut off: has"), message);
        }
    }

    @Test
    void aFolderOrAMissingFileIsAnOrdinaryError() {
        assertThrows(IOException.class, () -> KerasFile.read(folder));
        assertThrows(IOException.class, () -> KerasFile.read(folder.resolve("missing")));
        assertThrows(IOException.class, () -> KerasFile.readArchive(folder.resolve("missing")));
    }

    @Test
    void aGroupThatContainsItselfIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(KerasFileTest.fixture("small.h5"));
        int node = new String(whole, StandardCharsets.ISO_8859_1).indexOf("TREE");
        whole[node + LEVEL] = 1;
        ByteBuffer tree = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
        tree.putLong(node + FIRST_CHILD, node);
        Path path = Files.write(folder.resolve("ring.h5"), whole);
        String message = String.valueOf(assertThrows(MalformedFileException.class, () -> KerasFile.read(path))
                .getMessage());
        assertTrue(message.contains("damaged") && message.lines().count() == 1, message);
    }

    /// Small files, so that most mutations hit something that matters.
    @ParameterizedTest
    @ValueSource(strings = {"small.h5", "small.weights.h5", "small.keras"})
    void mutatedFilesAreReadOrRefusedButNothingElse(String name) throws IOException {
        boolean archive = name.equals("small.keras");
        byte[] whole = Files.readAllBytes(
                archive
                        ? KerasFileTest.archive(folder, "small.weights.h5", ZipEntry.STORED, "model.weights.h5")
                        : KerasFileTest.fixture(name));
        SplittableRandom random = new SplittableRandom(20170721);
        int refused = 0;
        for (int mutation = 0; mutation < MUTATIONS; mutation++) {
            Path path = Files.write(folder.resolve("mutated.h5"), mutate(whole, random));
            try {
                if (archive) {
                    KerasFile.readArchive(path);
                } else {
                    KerasFile.read(path);
                }
            } catch (MalformedFileException | UnsupportedFormatException e) {
                refused++;
                String message = String.valueOf(e.getMessage());
                assertTrue(message.startsWith(path + ": ") && message.lines().count() == 1, message);
            } catch (IOException | RuntimeException | Error e) {
                fail("mutation %d".formatted(mutation), e);
            }
        }
        assertTrue(refused > MUTATIONS / 4, "the mutations should hurt; refused " + refused);
    }

    /// One to four changes, mostly where the file is not empty: a flipped bit, another byte, the least or the
    /// greatest number, eight bytes from elsewhere (an address, a length), a cut.
    private static byte[] mutate(byte[] whole, SplittableRandom random) {
        byte[] bytes = whole.clone();
        int[] used = IntStream.range(0, bytes.length).filter(i -> bytes[i] != 0).toArray();
        for (int change = random.nextInt(1, 5); change > 0; change--) {
            int at = random.nextInt(8) == 0 ? random.nextInt(bytes.length) : used[random.nextInt(used.length)];
            switch (random.nextInt(8)) {
                case 0, 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2, 3 -> bytes[at] = (byte) random.nextInt(256);
                case 4 -> bytes[at] = 0;
                case 5 -> bytes[at] = (byte) 255;
                case 6 -> copyWord(bytes, used[random.nextInt(used.length)], at);
                default -> {
                    if (random.nextInt(16) == 0) {
                        return Arrays.copyOf(bytes, at);
                    }
                    Arrays.fill(bytes, at, Math.min(bytes.length, at + 4), (byte) 255);
                }
            }
        }
        return bytes;
    }

    private static void copyWord(byte[] bytes, int from, int to) {
        int last = bytes.length / Long.BYTES - 1;
        int source = Math.min(from / Long.BYTES, last) * Long.BYTES;
        System.arraycopy(bytes, source, bytes, Math.min(to / Long.BYTES, last) * Long.BYTES, Long.BYTES);
    }
}
