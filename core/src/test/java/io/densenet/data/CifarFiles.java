package io.densenet.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/// Small sets in CIFAR's binary version: two images in each file, ten in the one to train on of CIFAR-100. The red
/// plane of an image is its first label,
/// green is twice, blue three times that, and the first pixel is 1, 2, 3.
public final class CifarFiles {
    private CifarFiles() {}

    public static Map<String, byte[]> cifar10() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int i = 1; i <= 5; i++) {
            files.put("data_batch_" + i + ".bin", records(new int[] {i}, new int[] {9}));
        }
        files.put("test_batch.bin", records(new int[] {0}, new int[] {8}));
        files.put("batches.meta.txt", "안녕\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n".getBytes(StandardCharsets.UTF_8));
        return files;
    }

    public static Map<String, byte[]> cifar100() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        int[][] training = new int[10][];
        Arrays.setAll(training, i -> new int[] {i, 10 * i});
        training[0] = new int[] {19, 99};
        training[1] = new int[] {3, 42};
        files.put("train.bin", records(training));
        files.put("test.bin", records(new int[] {0, 0}, new int[] {7, 70}));
        return files;
    }

    static byte[] records(int[]... labels) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int[] labelsOfOne : labels) {
            for (int label : labelsOfOne) {
                bytes.write(label);
            }
            for (int plane = 1; plane <= 3; plane++) {
                bytes.write(plane);
                for (int i = 1; i < 1024; i++) {
                    bytes.write(plane * labelsOfOne[0]);
                }
            }
        }
        return bytes.toByteArray();
    }

    public static void writeFolder(Path folder, Map<String, byte[]> files) throws IOException {
        Files.createDirectories(folder);
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Files.write(folder.resolve(file.getKey()), file.getValue());
        }
    }

    static byte[] archive(String prefix, Map<String, byte[]> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                put(tar, prefix + file.getKey(), file.getValue());
            }
        }
        return bytes.toByteArray();
    }

    static void put(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }
}
