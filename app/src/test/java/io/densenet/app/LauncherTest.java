package io.densenet.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The launcher itself, run in a copy of the repository whose JDK and Maven are scripts that write down how they were
/// called.
final class LauncherTest {
    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();

    private static final String JAVA = """
            #!/bin/sh
            for argument; do
                [ "$argument" != -Ddensenet.launcher=probe ] || exit "$PROBE"
            done
            [ -z "${LASTS:-}" ] || exec sleep "$LASTS"
            printf '%s\\n' "$@"
            echo "LC_ALL=${LC_ALL:-}"
            exit 4
            """;
    private static final String MVNW = """
            #!/bin/sh
            echo built >>"$LOG"
            sleep 0.3
            here=$(dirname "$0")
            mkdir -p "$here/app/target/classes" "$here/bench/target/classes"
            : >"$here/bench/target/classes/Peer.class"
            for argument; do
                case $argument in
                    -DoutputDirectory=*)
                        mkdir -p "${argument#*=}"
                        : >"${argument#*=}/version-$(grep -c built "$LOG").jar" ;;
                esac
            done
            """;
    private static final String MVN = """
            #!/bin/sh
            for argument; do
                case $argument in
                    -DoutputDirectory=*) mkdir -p "${argument#*=}" && : >"${argument#*=}/natives.jar" ;;
                esac
            done
            echo fetched >>"$LOG"
            """;

    @TempDir
    private Path folder;

    private Path clone = Path.of("");
    private Path log = Path.of("");

    private record Outcome(int exitCode, List<String> out, String err) {}

    @BeforeEach
    void makeAClone() throws IOException {
        clone = Files.createDirectories(folder.resolve("내 폴더 我的"));
        log = folder.resolve("log");
        Files.createFile(log);
        copy("densenet");
        copy(".mvn/jdk.sh");
        script(clone.resolve("mvnw"), MVNW);
        script(folder.resolve("jdk/bin/java"), JAVA);
        script(folder.resolve("jdk/bin/javac"), "#!/bin/sh\n");
        Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"25.0.3\"\n");
        script(folder.resolve("bin/mvn"), MVN);
        write(clone.resolve("pom.xml"), "<project/>");
        write(clone.resolve("app/pom.xml"), "<project/>");
        write(clone.resolve("app/src/main/java/App.java"), "class App {}");
        write(clone.resolve("torch/natives/pom.xml"), "<pytorch.version>2.10.0-1.5.13</pytorch.version>");
    }

    @Test
    void argumentsAndExitCodePassThroughUnchanged() throws Exception {
        Outcome outcome = start(0, "train", "my images", "--name", "고양이 *");
        int main = outcome.out().indexOf("io.densenet.app.Main");
        assertEquals(4, outcome.exitCode(), outcome.err());
        assertEquals(
                List.of("train", "my images", "--name", "고양이 *"), outcome.out().subList(main + 1, main + 5));
        assertTrue(outcome.out().contains("--enable-native-access=ALL-UNNAMED"));
        assertTrue(outcome.out().contains("-Ddensenet.stderr.columns="), "standard error is no terminal here");
        assertTrue(outcome.out().contains("-Xmx77m"), "JAVA_OPTS");
    }

    @Test
    void aLocaleThatIsNotUtf8IsReplaced() throws Exception {
        assertTrue(start(0, "doctor").out().contains("LC_ALL=C.UTF-8"));
    }

    @Test
    void itBuildsOnceAndAgainWhenASourceChangesOrGoes() throws Exception {
        start(0);
        start(0);
        assertEquals(List.of("built"), Files.readAllLines(log));
        Path source = clone.resolve("app/src/main/java/App.java");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(2)));
        start(0);
        assertEquals(List.of("built", "built"), Files.readAllLines(log));
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().minusSeconds(60)));
        start(0);
        assertEquals(2, Files.readAllLines(log).size());
        Files.delete(source);
        start(0);
        assertEquals(3, Files.readAllLines(log).size());
    }

    @Test
    void theLibrariesAreThoseOfTheLastBuildAndOutliveACleanedTarget() throws Exception {
        start(0);
        Files.setLastModifiedTime(
                clone.resolve("pom.xml"), FileTime.from(Instant.now().plusSeconds(2)));
        start(0);
        Files.setLastModifiedTime(
                clone.resolve("pom.xml"), FileTime.from(Instant.now().minusSeconds(60)));
        Files.delete(clone.resolve("app/target/classes"));
        Files.delete(clone.resolve("app/target"));
        String jars = classPath(start(0)).split(":", -1)[3];
        assertEquals(List.of("built", "built"), Files.readAllLines(log), "a target that was cleaned is not missed");
        try (Stream<Path> files = Files.list(Path.of(jars.replace("/*", "")))) {
            assertEquals(
                    List.of("version-2.jar"),
                    files.map(file -> file.getFileName().toString()).toList());
        }
    }

    @Test
    void inTheArchiveItTakesTheJarsBesideItAndBuildsNothing() throws Exception {
        Path archive = folder.resolve("압축 푼 곳");
        for (Path file : List.of(Path.of("densenet"), Path.of(".mvn/jdk.sh"))) {
            String place = file.endsWith("densenet") ? "bin/densenet" : "lib/jdk.sh";
            Files.createDirectories(archive.resolve(place).getParent());
            Files.copy(REPOSITORY.resolve(file), archive.resolve(place));
        }
        write(archive.resolve("lib/natives/pom.xml"), "<pytorch.version>2.10.0-1.5.13</pytorch.version>");
        Outcome outcome = outcome(process(75, archive.resolve("bin/densenet"), "", Map.of(), "train"));
        assertEquals(4, outcome.exitCode(), outcome.err());
        assertEquals(List.of("fetched"), Files.readAllLines(log));
        assertEquals(
                archive.resolve("lib") + "/*:" + folder.resolve("cache/natives/2.10.0-1.5.13") + "/*",
                classPath(outcome));
        assertFalse(Files.exists(archive.resolve(".run")));
        Outcome bench = outcome(process(76, archive.resolve("bin/densenet"), "", Map.of(), "bench", "infer"));
        assertTrue(bench.out().contains("-Ddensenet.peers="), "the program says that there are none: " + bench.out());
        assertEquals(List.of("fetched"), Files.readAllLines(log));
    }

    @Test
    void withoutAHomeItAsksWhereToKeepThingsAndTakesNoFolderThatOthersCanWrite() throws Exception {
        start(0);
        Outcome outcome =
                outcome(process(0, clone.resolve("densenet"), "", Map.of("HOME", "", "DENSENET_CACHE", ""), "train"));
        assertEquals(7, outcome.exitCode(), outcome.err());
        assertEquals(
                "densenet: HOME is not set; say in DENSENET_CACHE in which folder libtorch is to be kept",
                outcome.err().strip());
        Outcome told = outcome(process(0, clone.resolve("densenet"), "", Map.of("HOME", ""), "train"));
        assertEquals(4, told.exitCode(), told.err());
    }

    @Test
    void aRunningProgramKeepsItsClassesWhenTheSourcesChange() throws Exception {
        String before = classPath(start(0));
        Files.setLastModifiedTime(
                clone.resolve("pom.xml"), FileTime.from(Instant.now().plusSeconds(2)));
        String after = classPath(start(0));
        assertFalse(before.equals(after), after);
        assertTrue(Files.isDirectory(Path.of(before.split(":", -1)[2])), before);
    }

    @Test
    void twoStartsAtOnceBuildOnce() throws Exception {
        List<Process> starts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            starts.add(process(0, clone.resolve("densenet"), "", Map.of()));
        }
        for (Process start : starts) {
            assertEquals(4, start.waitFor());
        }
        assertEquals(List.of("built"), Files.readAllLines(log));
    }

    @Test
    void aLockWhoseOwnerHasDiedIsTakenOver() throws Exception {
        Files.createDirectory(clone.resolve(".run"));
        Files.createSymbolicLink(lock(), Path.of(host() + ":999999999"));
        Outcome outcome = start(0);
        assertEquals(4, outcome.exitCode());
        assertFalse(outcome.err().contains("waiting"), outcome.err());
        assertFalse(Files.isSymbolicLink(lock()));
    }

    @Test
    void aLockOfAnotherMachineIsWaitedForAndThatIsSaidOnce() throws Exception {
        Files.createDirectory(clone.resolve(".run"));
        Files.createSymbolicLink(lock(), Path.of("elsewhere:999999999"));
        Process process = process(0, clone.resolve("densenet"), "", Map.of());
        TimeUnit.MILLISECONDS.sleep(900); // several looks at the lock
        assertEquals(List.of(), Files.readAllLines(log));
        Files.delete(lock());
        Outcome outcome = outcome(process);
        assertEquals(4, outcome.exitCode(), outcome.err());
        assertEquals(
                List.of("densenet: waiting for process 999999999 on elsewhere, which is building (if it is not, delete "
                        + lock() + ")"),
                outcome.err().lines().filter(line -> line.contains("waiting")).toList());
        assertEquals(List.of("built"), Files.readAllLines(log));
    }

    private Path lock() {
        return clone.resolve(".run/lock");
    }

    private static String host() throws IOException {
        Process uname = new ProcessBuilder("uname", "-n").start();
        return new String(uname.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    @Test
    void itIsFoundThroughASymbolicLink() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("dn"), clone.resolve("densenet"));
        Process process = process(0, link, "", Map.of());
        assertEquals(4, process.waitFor());
        assertEquals(List.of("built"), Files.readAllLines(log));
    }

    @Test
    void nativeLibrariesAreFetchedOnceAndOnlyWhenTheCommandNeedsThem() throws Exception {
        start(0, "inspect");
        assertEquals(List.of("built"), Files.readAllLines(log));
        Outcome outcome = start(75, "train");
        start(75, "train");
        assertEquals(List.of("built", "fetched"), Files.readAllLines(log));
        assertTrue(outcome.err().contains("fetching libtorch 2.10.0, about 110 MB, once"), outcome.err());
        assertTrue(Files.exists(folder.resolve("cache/natives/2.10.0-1.5.13/natives.jar")));
        assertTrue(classPath(outcome).endsWith("/cache/natives/2.10.0-1.5.13/*"), classPath(outcome));
    }

    @Test
    void otherPeoplesEnginesAreBuiltOnceAndOnlyWhenBenchNamesThem() throws Exception {
        start(0, "bench", "train");
        start(76, "train");
        assertEquals(List.of("built"), Files.readAllLines(log));
        Outcome outcome = start(76, "bench", "infer");
        start(76, "bench", "infer");
        assertEquals(List.of("built", "built"), Files.readAllLines(log));
        assertTrue(outcome.err().contains("fetching DJL, ONNX Runtime and JMH"), outcome.err());
        Path peers = peers(outcome);
        assertTrue(Files.exists(peers.resolve("classes/Peer.class")));
        assertTrue(Files.exists(peers.resolve("lib/version-2.jar")));
        assertFalse(classPath(outcome).contains("peers"), "only those who are measured have them");
    }

    @Test
    void convertGetsThemTooWhenItVerifies() throws Exception {
        start(0, "convert", "a", "b.onnx");
        assertEquals(List.of("built"), Files.readAllLines(log));
        start(76, "convert", "a", "b.onnx", "--verify");
        assertEquals(List.of("built", "built"), Files.readAllLines(log));
    }

    private static Path peers(Outcome outcome) {
        String start = "-Ddensenet.peers=";
        return Path.of(outcome.out().stream()
                .filter(line -> line.startsWith(start))
                .findFirst()
                .orElseThrow()
                .substring(start.length()));
    }

    @Test
    void aSignalReachesTheProgram() throws Exception {
        start(0);
        Process process = process(0, clone.resolve("densenet"), "30", Map.of());
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!process.info().command().orElse("").endsWith("/sleep")) { // the launcher has become the program
            assertTrue(System.nanoTime() < deadline, "still the launcher: " + process.info());
            Thread.sleep(20);
        }
        process.destroy();
        assertTrue(process.waitFor(10, TimeUnit.SECONDS), "still running");
        assertEquals(143, process.exitValue());
    }

    private Outcome start(int probe, String... arguments) throws Exception {
        return outcome(process(probe, clone.resolve("densenet"), "", Map.of(), arguments));
    }

    private static Outcome outcome(Process process) throws Exception {
        byte[] out = process.getInputStream().readAllBytes();
        byte[] err = process.getErrorStream().readAllBytes();
        return new Outcome(
                process.waitFor(),
                new String(out, StandardCharsets.UTF_8).lines().toList(),
                new String(err, StandardCharsets.UTF_8));
    }

    /// @param more variables of the environment; those with an empty value are taken out of it
    private Process process(int probe, Path launcher, String lasts, Map<String, String> more, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        var environment = builder.environment();
        environment.put("JAVA_HOME", folder.resolve("jdk").toString());
        environment.put("PATH", folder.resolve("bin") + ":" + environment.get("PATH"));
        environment.put("DENSENET_CACHE", folder.resolve("cache").toString());
        environment.put("JAVA_OPTS", "-Xmx77m");
        environment.put("LOG", log.toString());
        environment.put("PROBE", Integer.toString(probe));
        environment.put("LASTS", lasts);
        environment.put("LC_ALL", "C");
        more.forEach((name, value) -> {
            environment.put(name, value);
            environment.remove(name, "");
        });
        return builder.start();
    }

    private static String classPath(Outcome outcome) {
        return outcome.out().get(outcome.out().indexOf("-cp") + 1);
    }

    private void copy(String file) throws IOException {
        Path target = clone.resolve(file);
        Files.createDirectories(target.getParent());
        Files.copy(REPOSITORY.resolve(file), target);
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
    }

    private static void script(Path file, String text) throws IOException {
        write(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
