package io.densenet.app;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The program in a process of its own, which can be killed.
public record ChildProcess(Process process, Path out, Path err) implements AutoCloseable {
    private static final long LONGEST_MINUTES = 3;
    private static final long LINUX_SIGINT_BIT = 1L << 1;

    /// Starts it with the class path and the native libraries of this test.
    ///
    /// @param folder for what it prints
    public static ChildProcess start(Path folder, String... arguments) throws IOException {
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        List<String> command = new ArrayList<>(prefix());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:TieredStopAtLevel=1", // it lives for a few seconds only
                "-XX:+UseSerialGC",
                "-Dstdout.encoding=UTF-8",
                "-Dstderr.encoding=UTF-8",
                "-Djava.awt.headless=true",
                "-Djava.util.logging.config.file=" + silence(folder), // of the advice to use vectors
                "-Dorg.bytedeco.javacpp.cachedir=" + System.getProperty("org.bytedeco.javacpp.cachedir", ""),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "io.densenet.app.Main"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().put("OMP_WAIT_POLICY", "passive"); // libtorch's threads wait without spinning
        return new ChildProcess(builder.start(), out, err);
    }

    /// The engine runs plain loops in these processes: the compiler for short lives makes nothing of vectors. That the
    /// bits are those of runs with vectors is one more thing to see.
    private static Path silence(Path folder) throws IOException {
        return Files.writeString(folder.resolve("logging.properties"), ".level=OFF\n");
    }

    /// A build in the background ignores SIGINT, its children inherit that, and Java respects it.
    private static List<String> prefix() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return List.of();
        }
        boolean ignored = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & LINUX_SIGINT_BIT) != 0);
        return ignored ? List.of("env", "--default-signal=INT") : List.of();
    }

    /// Waits until a checkpoint has been replaced so many times.
    ///
    /// @return false when the process ended before
    public boolean awaitSaves(Path checkpoint, int count) throws IOException, InterruptedException {
        Object known = key(checkpoint);
        for (int seen = 0; seen < count; ) {
            Object now = key(checkpoint);
            if (!now.equals(known) && !now.equals("")) {
                seen++;
            }
            known = now;
            if (!process.isAlive()) {
                return false;
            }
            TimeUnit.MICROSECONDS.sleep(200);
        }
        return true;
    }

    /// Waits until a file is being written beside the checkpoint, for a moment at most.
    public void awaitSaveInProgress(Path checkpoint) throws IOException {
        Path temporary = checkpoint.resolveSibling(checkpoint.getFileName() + ".tmp-" + process.pid());
        while (process.isAlive() && !Files.exists(temporary)) {
            Thread.onSpinWait();
        }
    }

    private static Object key(Path file) {
        try {
            return String.valueOf(Files.getAttribute(file, "unix:ino")) + Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return ""; // not there, or between two renames
        }
    }

    /// Sends a signal by its name, such as `TERM`.
    public void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        assertTrue(kill.waitFor(10, TimeUnit.SECONDS));
    }

    /// Kills it at once, as SIGKILL does, and waits for its end.
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        assertTrue(process.waitFor(1, TimeUnit.MINUTES));
    }

    /// Waits for its end.
    public CommandLineRun await() throws IOException, InterruptedException {
        return await(LONGEST_MINUTES, TimeUnit.MINUTES);
    }

    public CommandLineRun await(long most, TimeUnit unit) throws IOException, InterruptedException {
        boolean ended = process.waitFor(most, unit);
        assertTrue(ended, () -> "still running after %d %s".formatted(most, unit));
        return new CommandLineRun(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
