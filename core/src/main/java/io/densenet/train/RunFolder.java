package io.densenet.train;

import io.densenet.weights.DurableFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// The folder of one training run, held by one process at a time. The lock is the operating system's: it ends
/// with the process, however that dies. Closing gives the folder free.
///
///     runs/train2/
///         args.yaml  environment.json  classes.txt      what was asked for, where, and on which classes
///         results.csv  results.png  confusion_matrix.png  train.log
///         weights/last.safetensors  last.previous.safetensors  best.safetensors
///                 last.damaged.safetensors                     only after a checkpoint could not be read
public final class RunFolder implements AutoCloseable {
    private static final String WEIGHTS = "weights";
    private static final String LAST = "last.safetensors";
    private static final String PREVIOUS = "last.previous.safetensors";

    private final Path path;
    private final FileChannel channel;

    private RunFolder(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /// Makes the first of `name`, `name2`, `name3` … that does not exist yet.
    public static RunFolder createNext(Path project, String name) throws IOException {
        Files.createDirectories(project);
        for (int number = 1; ; number++) {
            Path candidate = project.resolve(number == 1 ? name : name + number);
            try {
                Files.createDirectory(candidate);
                return open(candidate);
            } catch (FileAlreadyExistsException e) {
                // somebody has that one; take the next
            }
        }
    }

    /// Takes a folder, which is made when it does not exist.
    ///
    /// @throws RunFolderInUseException when another process, or another run in this one, holds it
    public static RunFolder open(Path path) throws IOException {
        Files.createDirectories(path);
        FileChannel channel =
                FileChannel.open(path.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new RunFolderInUseException(path);
            }
            DurableFile.removeLeftovers(path);
            Path weights = path.resolve(WEIGHTS);
            if (Files.isDirectory(weights)) {
                DurableFile.removeLeftovers(weights);
            }
            return new RunFolder(path, channel);
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new RunFolderInUseException(path);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    public Path path() {
        return path;
    }

    public Path resolve(String file) {
        return path.resolve(file);
    }

    /// Makes the folder of the weights, if it is not there: who only measures leaves none.
    void makeRoomForWeights() throws IOException {
        Files.createDirectories(path.resolve(WEIGHTS));
    }

    /// The newest checkpoint.
    public Path last() {
        return last(path);
    }

    /// That of a run which nobody needs to hold.
    static Path last(Path run) {
        return run.resolve(WEIGHTS).resolve(LAST);
    }

    /// The checkpoint before the newest.
    public Path previous() {
        return previous(path);
    }

    /// That of a run which nobody needs to hold.
    static Path previous(Path run) {
        return run.resolve(WEIGHTS).resolve(PREVIOUS);
    }

    /// Where [Checkpoint#newest] puts a last checkpoint that it could not read.
    public Path damaged() {
        return path.resolve(WEIGHTS).resolve("last.damaged.safetensors");
    }

    /// Weights of the epoch with the best validation top-1; of the last epoch when nothing was held out.
    public Path best() {
        return path.resolve(WEIGHTS).resolve("best.safetensors");
    }

    /// Removes the weights, the figures and the log of an earlier run, so that none of it can be taken for the
    /// new one's. What describes a run (`args.yaml` and its like) is for whoever starts the new one to replace.
    public void clear() throws IOException {
        for (Path file : List.of(last(), previous(), damaged(), best())) {
            Files.deleteIfExists(file);
        }
        for (String file : List.of("results.csv", "results.png", "confusion_matrix.png", "train.log")) {
            Files.deleteIfExists(resolve(file));
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
