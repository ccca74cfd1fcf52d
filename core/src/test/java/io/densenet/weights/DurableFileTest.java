package io.densenet.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFileTest {
    @TempDir
    private Path folder;

    @Test
    void bytesAreWrittenAndReplaced() throws IOException {
        Path file = folder.resolve("파일");
        DurableFile.write(file, new byte[3_000_000]);
        assertEquals(3_000_000, Files.size(file));
        DurableFile.write(file, new byte[] {1, 2});
        assertArrayEquals(new byte[] {1, 2}, Files.readAllBytes(file));
        assertEquals(List.of(file), files());
    }

    @Test
    void whateverIsThrownTheOldFileStaysAndNothingElse() throws IOException {
        Path file = folder.resolve("file");
        DurableFile.write(file, new byte[] {7});
        assertThrows(
                IllegalArgumentException.class,
                () -> DurableFile.write(file, _ -> {
                    throw new IllegalArgumentException("a header too large");
                }));
        assertThrows(
                AssertionError.class,
                () -> DurableFile.write(file, _ -> {
                    throw new AssertionError("no memory");
                }));
        assertArrayEquals(new byte[] {7}, Files.readAllBytes(file));
        assertEquals(List.of(file), files());
    }

    @Test
    void onlyWhatAProcessLeftHalfWrittenIsRemoved() throws IOException {
        List<String> kept = List.of("notes.tmp-old.txt", "a.tmp-", ".tmp-12", "last.safetensors");
        for (String name : kept) {
            Files.createFile(folder.resolve(name));
        }
        Files.createDirectory(folder.resolve("folder.tmp-12"));
        Files.createFile(folder.resolve("last.safetensors.tmp-4711"));
        DurableFile.removeLeftovers(folder);
        assertEquals(
                Stream.concat(kept.stream(), Stream.of("folder.tmp-12"))
                        .sorted()
                        .toList(),
                files().stream().map(file -> file.getFileName().toString()).toList());
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}
