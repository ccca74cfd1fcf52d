package io.densenet.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Files that are there whole or not at all, even after `kill -9` or a power cut: written under a temporary
/// name in the same folder, forced to disk, renamed, and the folder forced.
public final class DurableFile {
    private static final String TEMPORARY = ".tmp-";

    private DurableFile() {}

    /// Writes the content of a file.
    @FunctionalInterface
    public interface Content {
        void writeTo(FileChannel channel) throws IOException;
    }

    /// Replaces `target`, or makes it.
    public static void write(Path target, byte[] content) throws IOException {
        write(target, channel -> {
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                channel.write(rest); // one call may take only a part
            }
        });
    }

    /// Replaces `target`, or makes it.
    public static void write(Path target, Content content) throws IOException {
        write(target, null, content);
    }

    /// Replaces `target` and keeps what it was as `previous`. A crash leaves either the old pair, or only
    /// `previous` with the old content, or the new pair.
    public static void write(Path target, @Nullable Path previous, Content content) throws IOException {
        Path folder = Objects.requireNonNull(target.toAbsolutePath().getParent(), "a file lies in a folder");
        Path temporary = folder.resolve(
                target.getFileName() + TEMPORARY + ProcessHandle.current().pid());
        try {
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                content.writeTo(channel);
                channel.force(true);
            }
            if (previous != null && Files.exists(target)) {
                Files.move(target, previous, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            forceFolder(folder);
        } catch (IOException | RuntimeException | Error e) {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    /// Removes what a killed process left half written in a folder. Only for the one who holds the folder's
    /// lock.
    public static void removeLeftovers(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(DurableFile::isTemporary).toList()) {
                Files.delete(file);
            }
        }
    }

    private static boolean isTemporary(Path file) {
        return file.getFileName().toString().matches(".+" + TEMPORARY + "\\d+")
                && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    /// Makes renames in a folder survive a power cut. Windows has no such call and does not need it.
    private static void forceFolder(Path folder) throws IOException {
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
