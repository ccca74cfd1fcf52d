package io.densenet.data;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import io.densenet.random.RandomStream;
import io.densenet.random.RandomStream.Purpose;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Damaged files of every format: each either still reads as a data set, or is refused by an exception that is made for
/// it and names the file, and soon. Damage is drawn from seeded streams, so that a failure names the case that shows it
/// again.
class DamagedFilesTest {
    private static final Path NAME = Path.of("damaged");

    @TempDir
    private Path folder;

    /// Reads content from memory or from a file.
    private interface Reader {
        void read(byte[] content) throws IOException;
    }

    @Timeout(10)
    @ParameterizedTest
    @ValueSource(strings = {"images", "images.gz", "labels"})
    void idx(String kind) throws IOException {
        byte[] images = IdxFileTest.images();
        byte[] labels = IdxFileTest.labels(1, 0);
        List<String> classes = List.of("no", "yes");
        Reader readImages = content ->
                IdxFile.read(new ByteArrayInputStream(content), NAME, new ByteArrayInputStream(labels), NAME, classes);
        Reader readLabels = content ->
                IdxFile.read(new ByteArrayInputStream(images), NAME, new ByteArrayInputStream(content), NAME, classes);
        switch (kind) {
            case "images" -> damage(NAME, images, 200, readImages);
            case "images.gz" -> damage(NAME, IdxFileTest.gzip(images), 200, readImages);
            default -> damage(NAME, labels, 200, readLabels);
        }
    }

    @Timeout(10)
    @ParameterizedTest
    @ValueSource(strings = {"archive", "folder"})
    void cifar(String kind) throws IOException {
        if (kind.equals("archive")) {
            Path file = folder.resolve("cifar-100-binary.tar.gz");
            damage(file, CifarFiles.archive("cifar-100-binary/", CifarFiles.cifar100()), 300, content -> {
                Files.write(file, content);
                CifarBinary.cifar100(file, CifarBinary.Labels.FINE);
            });
        } else {
            Map<String, byte[]> files = CifarFiles.cifar100();
            CifarFiles.writeFolder(folder, files);
            damage(folder, files.getOrDefault("train.bin", new byte[0]), 300, content -> {
                Files.write(folder.resolve("train.bin"), content);
                CifarBinary.cifar100(folder, CifarBinary.Labels.COARSE);
            });
        }
    }

    @Timeout(10)
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void svhn(boolean compressed) throws IOException {
        Path file = folder.resolve("train_32x32.mat");
        List<String> digits = NamedDataset.SVHN.classNames();
        damage(file, MatFiles.svhn(2, compressed), 300, content -> {
            Files.write(file, content);
            SvhnFile.open(file, digits).image(0);
        });
    }

    @Timeout(10)
    @ParameterizedTest
    @ValueSource(
            strings = {
                "rgb.png",
                "grey-16.png",
                "palette.png",
                "colour-420.jpg",
                "progressive.jpg",
                "rgb.bmp",
                "palette.gif"
            })
    void pictures(String file) throws IOException {
        damage(
                NAME,
                TestImages.resource("images/" + file),
                150,
                content -> ImageDecoder.decode(new ByteArrayInputStream(content), NAME));
    }

    private static void damage(Path name, byte[] original, int cases, Reader reader) throws IOException {
        reader.read(original);
        int refused = 0;
        for (int i = 0; i < cases; i++) {
            int number = i;
            byte[] damaged = damaged(original, RandomStream.of(20, Purpose.AUGMENTATION, 0, i));
            try {
                reader.read(damaged);
            } catch (MalformedFileException | UnsupportedFormatException | DatasetException expected) {
                String message = String.valueOf(expected.getMessage());
                assertTrue(message.contains(name.toString()), () -> "case %d: %s".formatted(number, message));
                refused++;
            } catch (IOException | RuntimeException | Error wrong) {
                throw new AssertionError("case " + i, wrong);
            }
        }
        int count = refused;
        assertTrue(count > cases / 20, () -> "only %d of %d damaged files were refused".formatted(count, cases));
    }

    /// One to three times: other bits, the end cut off, or bytes put in; half of the time near the beginning,
    /// where the headers are.
    private static byte[] damaged(byte[] original, RandomStream random) {
        byte[] content = original.clone();
        for (int times = 1 + random.nextInt(3); times > 0 && content.length > 0; times--) {
            int at = random.nextInt(random.nextBoolean() ? Math.min(64, content.length) : content.length);
            switch (random.nextInt(4)) {
                case 0 -> content = Arrays.copyOf(content, at);
                case 1 -> {
                    byte[] longer = Arrays.copyOf(content, content.length + 1);
                    System.arraycopy(content, at, longer, at + 1, content.length - at);
                    longer[at] = (byte) random.nextInt();
                    content = longer;
                }
                default -> content[at] ^= (byte) (1 << random.nextInt(8));
            }
        }
        return content;
    }
}
