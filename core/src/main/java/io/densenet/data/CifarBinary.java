package io.densenet.data;

import io.densenet.error.MalformedFileException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/// CIFAR-10 and CIFAR-100 in the "binary version" of their page
/// (<https://www.cs.toronto.edu/~kriz/cifar.html>), as the downloaded `.tar.gz` or as the folder inside it. The
/// archive is read as a stream; nothing is unpacked to disk.
///
///     CIFAR-10    1 label           1,024 red  1,024 green  1,024 blue     3,073 bytes each
///     CIFAR-100   1 coarse  1 fine  1,024 red  1,024 green  1,024 blue     3,074 bytes each
///
/// Nothing in a file says how many records it has. As published it is 10,000 in each file of CIFAR-10, and 50,000
/// and 10,000 in those of CIFAR-100. A smaller set is read as well, but its files must be in the same proportion:
/// one that was cut between two records would otherwise pass for a whole one.
public final class CifarBinary {
    private static final int SIDE = 32;
    private static final int PLANE = SIDE * SIDE;
    private static final int CHANNELS = 3;
    private static final int MOST_RECORDS = 50_000; // of one file; CIFAR-100 has its whole training set in one

    private static final List<String> CIFAR_10_TRAINING =
            List.of("data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin");
    private static final List<String> CIFAR_10_CLASSES =
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

    private CifarBinary() {}

    /// Files without which CIFAR-10 cannot be read.
    static List<String> neededFor10() {
        return needed(cifar10Layout());
    }

    /// Files without which CIFAR-100 cannot be read.
    static List<String> neededFor100() {
        return needed(cifar100Layout(Labels.FINE));
    }

    private static List<String> needed(Layout layout) {
        List<String> names = new ArrayList<>(layout.training);
        names.add(layout.test);
        return List.copyOf(names);
    }

    /// Which of the two labels of CIFAR-100 to use.
    public enum Labels {
        /// 20 superclasses
        COARSE,
        /// 100 classes, those of the paper
        FINE
    }

    /// The two parts of either set.
    public record Parts(InMemoryDataset train, InMemoryDataset test) {}

    /// Where things are in one of the sets.
    ///
    /// @param labelAt position of the wanted label in a record
    /// @param labels  bytes of labels in a record
    /// @param share   records of each training file for one of the test file
    private record Layout(
            int classes, int labelAt, int labels, List<String> training, String test, int share, String namesFile) {
        int recordLength() {
            return labels + CHANNELS * PLANE;
        }

        int shareOf(String file) {
            return file.equals(test) ? 1 : share;
        }

        boolean wants(String name) {
            return training.contains(name) || test.equals(name) || namesFile.equals(name);
        }
    }

    /// Reads CIFAR-10.
    ///
    /// @param source `cifar-10-binary.tar.gz`, or the folder with `data_batch_1.bin` … `test_batch.bin`
    /// @throws MalformedFileException when a file is cut, or the archive is damaged
    /// @throws DatasetException       when a file is missing or a label is out of range
    public static Parts cifar10(Path source) throws IOException {
        return read(source, cifar10Layout(), CIFAR_10_CLASSES);
    }

    private static Layout cifar10Layout() {
        return new Layout(10, 0, 1, CIFAR_10_TRAINING, "test_batch.bin", 1, "batches.meta.txt");
    }

    /// Reads CIFAR-100. Without its file of names the classes are called by their numbers.
    ///
    /// @param source `cifar-100-binary.tar.gz`, or the folder with `train.bin` and `test.bin`
    /// @throws MalformedFileException when a file is cut, or the archive is damaged
    /// @throws DatasetException       when a file is missing or a label is out of range
    public static Parts cifar100(Path source, Labels labels) throws IOException {
        Layout layout = cifar100Layout(labels);
        List<String> numbers =
                IntStream.range(0, layout.classes).mapToObj(Integer::toString).toList();
        return read(source, layout, numbers);
    }

    private static Layout cifar100Layout(Labels labels) {
        List<String> training = List.of("train.bin");
        return switch (labels) {
            case COARSE -> new Layout(20, 0, 2, training, "test.bin", 5, "coarse_label_names.txt");
            case FINE -> new Layout(100, 1, 2, training, "test.bin", 5, "fine_label_names.txt");
        };
    }

    private static Parts read(Path source, Layout layout, List<String> defaultNames) throws IOException {
        Map<String, byte[]> files = Files.isDirectory(source) ? folder(source, layout) : archive(source, layout);
        List<String> wanted = needed(layout);
        List<String> missing =
                wanted.stream().filter(name -> !files.containsKey(name)).toList();
        if (!missing.isEmpty()) {
            throw new DatasetException("%s: expected %s, but %s is missing; is it the binary version?"
                    .formatted(source, String.join(", ", wanted), String.join(", ", missing)));
        }
        requireWhole(source, layout, files);
        byte[] names = files.get(layout.namesFile);
        List<String> classNames = names == null ? defaultNames : classNames(source, layout, names);
        return new Parts(
                dataset(source, layout, layout.training, files, classNames),
                dataset(source, layout, List.of(layout.test), files, classNames));
    }

    private static Map<String, byte[]> folder(Path folder, Layout layout) throws IOException {
        Map<String, byte[]> files = new HashMap<>();
        try (var entries = Files.newDirectoryStream(folder, Files::isRegularFile)) {
            for (Path file : entries) {
                String name = file.getFileName().toString();
                if (layout.wants(name)) {
                    try (InputStream stream = Files.newInputStream(file)) {
                        files.put(name, limited(stream, file, layout));
                    }
                }
            }
        }
        return files;
    }

    /// Takes the wanted files out of the archive by their last name. Links, folders and everything else are
    /// passed over.
    private static Map<String, byte[]> archive(Path archive, Layout layout) throws IOException {
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(archive))) {
            return members(raw, archive, layout);
        }
    }

    private static Map<String, byte[]> members(InputStream raw, Path archive, Layout layout) throws IOException {
        Map<String, byte[]> files = new HashMap<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(raw, 1 << 16))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                String path = entry.getName();
                String name = path.substring(path.lastIndexOf('/') + 1);
                boolean plain = entry.isFile() && !entry.isLink() && !entry.isSymbolicLink() && !path.contains("..");
                if (plain && layout.wants(name)) {
                    files.put(name, limited(tar, archive.resolve(name), layout));
                }
            }
        } catch (EOFException cut) {
            throw new MalformedFileException(archive, "ends too early: " + cut.getMessage());
        } catch (ZipException broken) {
            throw new MalformedFileException(archive, "is damaged, gzip says: " + broken.getMessage());
        } catch (MalformedFileException told) {
            throw told;
        } catch (IOException | IllegalArgumentException broken) { // so the library reports damaged headers
            throw new MalformedFileException(archive, "is damaged, tar says: " + broken.getMessage());
        }
        return files;
    }

    private static byte[] limited(InputStream stream, Path file, Layout layout) throws IOException {
        int most = MOST_RECORDS * layout.recordLength();
        byte[] content = stream.readNBytes(most + 1);
        if (content.length > most) {
            throw new MalformedFileException(
                    file, most, "expected at most %,d records, found more".formatted(MOST_RECORDS));
        }
        return content;
    }

    private static List<String> classNames(Path source, Layout layout, byte[] content) throws IOException {
        List<String> names = new String(content, StandardCharsets.UTF_8)
                .lines()
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
        if (names.size() != layout.classes) {
            throw new MalformedFileException(
                    source.resolve(layout.namesFile),
                    "expected %d names of classes, found %d".formatted(layout.classes, names.size()));
        }
        return names;
    }

    /// Every file is a whole number of records, and none has fewer than the others let expect.
    private static void requireWhole(Path source, Layout layout, Map<String, byte[]> files) throws IOException {
        int recordLength = layout.recordLength();
        int shares = 0; // records of the test file, going by the fullest file
        for (String name : needed(layout)) {
            int length = content(files, name).length;
            if (length == 0 || length % recordLength != 0) {
                throw new MalformedFileException(
                        source.resolve(name),
                        "expected a whole number of records of %,d bytes, found %,d bytes"
                                .formatted(recordLength, length));
            }
            shares = Math.max(shares, Math.ceilDiv(length / recordLength, layout.shareOf(name)));
        }
        for (String name : needed(layout)) {
            int found = content(files, name).length / recordLength;
            int expected = shares * layout.shareOf(name);
            if (found != expected) {
                throw new MalformedFileException(
                        source.resolve(name),
                        "is cut: expected %,d records, going by the other files of the set, found %,d"
                                .formatted(expected, found));
            }
        }
    }

    private static InMemoryDataset dataset(
            Path source, Layout layout, List<String> parts, Map<String, byte[]> files, List<String> classNames)
            throws IOException {
        int recordLength = layout.recordLength();
        int count = 0;
        for (String part : parts) {
            count += content(files, part).length / recordLength;
        }
        byte[] pixels = new byte[count * CHANNELS * PLANE];
        int[] labels = new int[count];
        int image = 0;
        for (String part : parts) {
            byte[] content = content(files, part);
            for (int record = 0; record < content.length; record += recordLength) {
                labels[image] = content[record + layout.labelAt] & 0xFF;
                if (labels[image] >= layout.classes) {
                    throw new DatasetException("%s: image %,d has label %d, expected 0 to %d"
                            .formatted(source.resolve(part), record / recordLength, labels[image], layout.classes - 1));
                }
                interleave(content, record + layout.labels, pixels, image * CHANNELS * PLANE);
                image++;
            }
        }
        return new InMemoryDataset(CHANNELS, SIDE, SIDE, pixels, labels, classNames);
    }

    private static byte[] content(Map<String, byte[]> files, String name) {
        byte[] content = files.get(name);
        if (content == null) {
            throw new IllegalStateException(name + " was not read");
        }
        return content;
    }

    /// Three planes to three values a pixel.
    private static void interleave(byte[] planes, int from, byte[] pixels, int to) {
        for (int i = 0; i < PLANE; i++) {
            for (int c = 0; c < CHANNELS; c++) {
                pixels[to + i * CHANNELS + c] = planes[from + c * PLANE + i];
            }
        }
    }
}
