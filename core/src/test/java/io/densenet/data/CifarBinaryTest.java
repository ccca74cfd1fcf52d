package io.densenet.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.error.MalformedFileException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CifarBinaryTest {
    @TempDir
    private Path folder;

    @Test
    void cifar10IsReadFromItsFolder() throws IOException {
        CifarFiles.writeFolder(folder, CifarFiles.cifar10());
        assertCifar10(CifarBinary.cifar10(folder));
    }

    @Test
    void cifar10IsReadFromTheArchiveAndNothingIsUnpacked() throws IOException {
        Path archive = folder.resolve("cifar-10-binary.tar.gz");
        Files.write(archive, CifarFiles.archive("cifar-10-batches-bin/", CifarFiles.cifar10()));
        assertCifar10(CifarBinary.cifar10(archive));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(archive), files.toList());
        }
    }

    @Test
    void cifar100HasFineAndCoarseLabels() throws IOException {
        CifarFiles.writeFolder(folder, CifarFiles.cifar100());
        assertEquals(
                List.of(99, 42, 20, 30, 40, 50, 60, 70, 80, 90),
                labels(CifarBinary.cifar100(folder, CifarBinary.Labels.FINE).train()));
        assertEquals(
                List.of(19, 3, 2, 3, 4, 5, 6, 7, 8, 9),
                labels(CifarBinary.cifar100(folder, CifarBinary.Labels.COARSE).train()));
        InMemoryDataset test =
                CifarBinary.cifar100(folder, CifarBinary.Labels.FINE).test();
        assertEquals(List.of(0, 70), labels(test));
        assertEquals(100, test.classNames().size());
        assertEquals("42", test.classNames().get(42));
        assertEquals(List.of(1, 2, 3, 7, 14, 21), firstValues(test.image(1)));
    }

    @Test
    void namesOfCifar100ComeFromItsFile() throws IOException {
        Map<String, byte[]> files = CifarFiles.cifar100();
        String names = String.join(
                "\n", IntStream.range(0, 20).mapToObj(i -> "group" + i).toList());
        files.put("coarse_label_names.txt", names.getBytes(StandardCharsets.UTF_8));
        CifarFiles.writeFolder(folder, files);
        InMemoryDataset train =
                CifarBinary.cifar100(folder, CifarBinary.Labels.COARSE).train();
        assertEquals("group19", train.classNames().get(train.label(0)));
    }

    @Test
    void aWrongNumberOfNamesIsRefused() throws IOException {
        Map<String, byte[]> files = CifarFiles.cifar10();
        files.put("batches.meta.txt", "a\nb\n".getBytes(StandardCharsets.UTF_8));
        assertRefused(MalformedFileException.class, "batches.meta.txt: expected 10 names of classes, found 2", files);
    }

    @Test
    void aFileOfTheWrongLengthIsRefused() throws IOException {
        Map<String, byte[]> files = CifarFiles.cifar10();
        files.put("data_batch_3.bin", new byte[3072]);
        assertRefused(
                MalformedFileException.class,
                "data_batch_3.bin: expected a whole number of records of 3,073 bytes, found 3,072 bytes",
                files);
    }

    @ParameterizedTest
    @ValueSource(strings = {"data_batch_1.bin", "data_batch_5.bin", "test_batch.bin"})
    void aFileThatWasCutBetweenTwoRecordsIsRefused(String file) throws IOException {
        Map<String, byte[]> files = CifarFiles.cifar10();
        cut(files, file, 3073);
        assertRefused(
                MalformedFileException.class,
                file + ": is cut: expected 2 records, going by the other files of the set, found 1",
                files);
    }

    @ParameterizedTest
    @CsvSource({"train.bin, 10, 9", "test.bin, 2, 1"})
    void cifar100HasFiveImagesToTrainOnForEachToTestOn(String file, int expected, int found) throws IOException {
        Map<String, byte[]> files = CifarFiles.cifar100();
        cut(files, file, 3074);
        Path archive = folder.resolve("cifar-100-binary.tar.gz");
        Files.write(archive, CifarFiles.archive("cifar-100-binary/", files));
        MalformedFileException refused = assertThrows(
                MalformedFileException.class, () -> CifarBinary.cifar100(archive, CifarBinary.Labels.FINE));
        assertEquals(
                "%s: is cut: expected %d records, going by the other files of the set, found %d"
                        .formatted(archive.resolve(file), expected, found),
                refused.getMessage());
    }

    private static void cut(Map<String, byte[]> files, String file, int bytes) {
        files.computeIfPresent(file, (_, content) -> Arrays.copyOf(content, content.length - bytes));
    }

    @Test
    void aLabelOutOfRangeIsRefused() throws IOException {
        Map<String, byte[]> files = CifarFiles.cifar10();
        files.put("test_batch.bin", CifarFiles.records(new int[] {0}, new int[] {10}));
        assertRefused(DatasetException.class, "test_batch.bin: image 1 has label 10, expected 0 to 9", files);
    }

    @Test
    void missingFilesAreNamed() throws IOException {
        Map<String, byte[]> files = CifarFiles.cifar10();
        files.remove("data_batch_2.bin");
        files.remove("test_batch.bin");
        CifarFiles.writeFolder(folder, files);
        DatasetException refused = assertThrows(DatasetException.class, () -> CifarBinary.cifar10(folder));
        assertTrue(message(refused).contains("but data_batch_2.bin, test_batch.bin is missing"), refused::getMessage);
    }

    @Test
    void anArchiveWithoutTheWantedFilesIsRefused() throws IOException {
        Path archive = folder.resolve("other.tar.gz");
        Files.write(archive, CifarFiles.archive("", Map.of("readme.txt", new byte[10])));
        DatasetException refused = assertThrows(DatasetException.class, () -> CifarBinary.cifar10(archive));
        assertTrue(message(refused).endsWith("is it the binary version?"), refused::getMessage);
    }

    @Test
    void aCutArchiveIsRefused() throws IOException {
        byte[] whole = CifarFiles.archive("x/", CifarFiles.cifar10());
        Path archive = folder.resolve("cut.tar.gz");
        Files.write(archive, Arrays.copyOf(whole, whole.length / 2));
        assertThrows(MalformedFileException.class, () -> CifarBinary.cifar10(archive));
    }

    @Test
    void whatIsNoArchiveIsRefused() throws IOException {
        Path archive = Files.write(folder.resolve("text.tar.gz"), new byte[100]);
        MalformedFileException refused = assertThrows(MalformedFileException.class, () -> CifarBinary.cifar10(archive));
        assertTrue(message(refused).endsWith("gzip says: Not in GZIP format"), refused::getMessage);
    }

    @Test
    void linksAndWaysOutOfTheArchiveAreNotFollowed() throws IOException {
        Map<String, byte[]> files = CifarFiles.cifar10();
        files.remove("test_batch.bin");
        byte[] stolen = CifarFiles.records(new int[] {0}, new int[] {8});
        Path outside = Files.write(folder.resolve("test_batch.bin"), stolen);
        Path archive = folder.resolve("evil.tar.gz");
        try (OutputStream stream = Files.newOutputStream(archive);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(stream))) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                CifarFiles.put(tar, "x/" + file.getKey(), file.getValue());
            }
            TarArchiveEntry link = new TarArchiveEntry("x/test_batch.bin", TarConstants.LF_SYMLINK);
            link.setLinkName(outside.toString());
            tar.putArchiveEntry(link);
            tar.closeArchiveEntry();
            CifarFiles.put(tar, "../escaped/test_batch.bin", stolen);
        }
        DatasetException refused = assertThrows(DatasetException.class, () -> CifarBinary.cifar10(archive));
        assertTrue(message(refused).contains("but test_batch.bin is missing"), refused::getMessage);
        assertTrue(Files.notExists(folder.resolveSibling("escaped")));
    }

    private <T extends Exception> void assertRefused(Class<T> kind, String message, Map<String, byte[]> files)
            throws IOException {
        CifarFiles.writeFolder(folder, files);
        T refused = assertThrows(kind, () -> CifarBinary.cifar10(folder));
        assertEquals(message, message(refused).replace(folder + "/", ""));
    }

    private static String message(Exception exception) {
        return String.valueOf(exception.getMessage());
    }

    private static void assertCifar10(CifarBinary.Parts parts) {
        assertEquals(List.of(1, 9, 2, 9, 3, 9, 4, 9, 5, 9), labels(parts.train()));
        assertEquals(List.of(0, 8), labels(parts.test()));
        assertEquals("안녕", parts.train().classNames().getFirst());
        Image image = parts.train().image(6);
        assertEquals(3, image.channels());
        assertEquals(32, image.height());
        assertEquals(32, image.width());
        assertEquals(List.of(1, 2, 3, 4, 8, 12), firstValues(image));
    }

    private static List<Integer> labels(ImageDataset dataset) {
        return IntStream.range(0, dataset.size()).mapToObj(dataset::label).toList();
    }

    private static List<Integer> firstValues(Image image) {
        return IntStream.range(0, 6).mapToObj(i -> image.pixels()[i] & 0xFF).toList();
    }
}
