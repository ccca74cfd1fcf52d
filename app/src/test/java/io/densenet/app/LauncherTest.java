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
import java.util.concurrent.TimeUnit;
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
            mkdir -p "$here/app/target/classes" "$here/app/target/lib"
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
        Process first = process(0, clone.resolve("densenet"), "");
        Process second = process(0, clone.resolve("densenet"), "");
        assertEquals(4, first.waitFor());
        assertEquals(4, second.waitFor());
        assertEquals(List.of("built"), Files.readAllLines(log));
    }

    @Test
    void aLockWhoseOwnerHasDiedIsTakenOver() throws Exception {
        write(clone.resolve("app/target/run/lock/owner"), "999999999");
        assertEquals(4, start(0).exitCode());
        assertFalse(Files.exists(clone.resolve("app/target/run/lock")));
    }

    @Test
    void itIsFoundThroughASymbolicLink() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("dn"), clone.resolve("densenet"));
        Process process = process(0, link, "");
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
    void aSignalReachesTheProgram() throws Exception {
        start(0);
        Process process = process(0, clone.resolve("densenet"), "30");
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
        Process process = process(probe, clone.resolve("densenet"), "", arguments);
        byte[] out = process.getInputStream().readAllBytes();
        byte[] err = process.getErrorStream().readAllBytes();
        return new Outcome(
                process.waitFor(),
                new String(out, StandardCharsets.UTF_8).lines().toList(),
                new String(err, StandardCharsets.UTF_8));
    }

    private Process process(int probe, Path launcher, String lasts, String... arguments) throws IOException {
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
