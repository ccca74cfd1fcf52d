package io.densenet.app.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.app.ChildProcess;
import io.densenet.app.CommandLineRun;
import io.densenet.app.SmallData;
import io.densenet.app.options.OptionLayers;
import io.densenet.train.Checkpoint;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs that are killed, interrupted and damaged go on as if nothing had happened, or say why not. Everything
/// that draws random numbers is turned on, so that a stream which did not go on where it was would change the
/// bits.
final class ResumeTest {
    /// More with `-Ddensenet.kills=10`.
    private static final int KILLS = Integer.getInteger("densenet.kills", 5);

    private static final int EPOCHS = 20;
    private static final int STEPS = EPOCHS * 8;

    @TempDir
    static Path shared;

    private static Path data = Path.of("");
    private static Path whole = Path.of("");
    private static @Nullable CommandLineRun uninterrupted;

    @TempDir
    Path project;

    @BeforeAll
    static void trainWithoutInterruption() throws IOException {
        data = SmallData.dataset(shared.resolve("그림"));
        whole = shared.resolve("whole");
        uninterrupted = CommandLineRun.of(longRun(whole));
        assertEquals(0, uninterrupted.exitCode(), uninterrupted.err());
        assertEquals(STEPS, uninterrupted.json().get("steps").asInt());
    }

    @AfterAll
    static void forget() {
        uninterrupted = null;
    }

    @Test
    void aRunThatIsKilledAgainAndAgainEndsWithTheSameBits() throws IOException, InterruptedException {
        Random random = new Random(20);
        Path last = project.resolve("train/weights/last.safetensors");
        for (int kill = 0; kill < KILLS; kill++) {
            try (ChildProcess child = ChildProcess.start(shared, longRun(project, "--resume", "auto"))) {
                boolean alive = child.awaitSaves(last, 1 + random.nextInt(STEPS / 2 / (KILLS + 2)));
                assertTrue(alive, "the run was over before kill " + kill + ": " + Files.readString(child.err()));
                if (random.nextBoolean()) {
                    child.awaitSaveInProgress(last);
                } else {
                    TimeUnit.MICROSECONDS.sleep(random.nextInt(30_000));
                }
                child.kill();
                assertEquals(137, child.process().exitValue(), "128 + SIGKILL");
            }
        }
        try (ChildProcess child = ChildProcess.start(shared, longRun(project, "--resume", "auto"))) {
            assertSameAsUninterrupted(child.await());
        }
        try (Stream<Path> runs = Files.list(project)) {
            assertEquals(List.of(project.resolve("train")), runs.toList(), "it was one run all the time");
        }
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130"})
    void aSignalSavesACheckpointFirstAndTheRunGoesOnLater(String signal, int exitCode)
            throws IOException, InterruptedException {
        Path last = project.resolve("train/weights/last.safetensors");
        try (ChildProcess child = ChildProcess.start(shared, longRun(project, "--checkpoint-every-steps", "0"))) {
            assertTrue(child.awaitSaves(last, 2));
            child.signal(signal);
            CommandLineRun ended = child.await(20, TimeUnit.SECONDS);
            assertEquals(exitCode, ended.exitCode(), ended.err());
            assertEquals("", ended.out());
        }
        String log = Files.readString(project.resolve("train/train.log"));
        Checkpoint checkpoint = Checkpoint.read(last);
        assertTrue(checkpoint.progress().step() < STEPS, log);
        assertTrue(
                log.contains("interrupted after step %,d; the checkpoint is on disk"
                        .formatted(checkpoint.progress().step())),
                log);
        assertTrue(log.contains("--resume " + project.resolve("train")), log);
        assertSameAsUninterrupted(resume(project.resolve("train").toString()));
    }

    /// The process stands still while its weights folder becomes a file, so that the save which the signal asks
    /// for is the first that fails.
    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void aSignalAfterWhichNothingCanBeSavedEndsWithTheErrorAndItsOwnCode(String signal)
            throws IOException, InterruptedException {
        Path many = shared.resolve("many");
        if (!Files.exists(many)) { // epochs that last longer than it takes a signal to arrive
            SmallData.pictures(many.resolve("train"), List.of("a", "b"), 200, BufferedImage.TYPE_INT_RGB, 1);
        }
        String[] arguments = SmallData.train(
                many, project, "--epochs", "1000", "--batch-size", "2", "--checkpoint-every-steps", "0");
        Path weights = project.resolve("train/weights");
        try (ChildProcess child = ChildProcess.start(shared, arguments)) {
            assertTrue(child.awaitSaves(weights.resolve("last.safetensors"), 1));
            child.signal("STOP");
            Files.move(weights, project.resolve("moved"));
            Files.createFile(weights);
            child.signal(signal);
            child.signal("CONT");
            CommandLineRun ended = child.await(20, TimeUnit.SECONDS);
            assertRefused(7, weights + "/last.safetensors", ended);
            assertTrue(ended.err().contains("not a directory"), ended.err());
        }
    }

    @Test
    void aSecondProcessInTheSameRunFolderIsRefused() throws IOException, InterruptedException {
        try (ChildProcess first = ChildProcess.start(shared, longRun(project, "--epochs", "100000"))) {
            assertTrue(first.awaitSaves(project.resolve("train/weights/last.safetensors"), 1));
            CommandLineRun second = resume(project.resolve("train").toString());
            assertRefused(2, "train: another process is training in this run folder", second);
            assertTrue(first.process().isAlive());
            first.kill();
        }
    }

    @Test
    void aDamagedCheckpointIsRefusedAndTheOneBeforeIsTakenOnlyWhenThatWasAskedFor() throws IOException {
        CommandLineRun run = CommandLineRun.of(longRun(project, "--max-steps", "13", "--checkpoint-every-steps", "5"));
        Path last = project.resolve("train/weights/last.safetensors");
        byte[] bytes = Files.readAllBytes(last);
        bytes[bytes.length - 2] ^= 1;
        Files.write(last, bytes);

        CommandLineRun strict = resume("last");
        assertEquals(5, strict.exitCode());
        assertEquals("", strict.out());
        List<String> lines = strict.err().lines().toList();
        assertTrue(lines.getFirst().startsWith("densenet: " + last + ": "), strict.err());
        assertTrue(lines.getFirst().contains("checksum"), strict.err());
        assertEquals(
                "          --resume auto would go on from last.previous.safetensors (epoch 1, step 10; loses 3 steps)",
                lines.get(1));
        assertEquals(2, lines.size(), strict.err());

        CommandLineRun lenient = resume("auto");
        assertEquals(0, lenient.exitCode(), lenient.err());
        assertTrue(lenient.err().startsWith("warning: " + last + ": "), lenient.err());
        assertTrue(lenient.err().contains("going on from last.previous.safetensors (epoch 1, step 10"), lenient.err());
        assertEquals(
                run.json().get("weightsSha256"), lenient.json().get("weightsSha256"), "the lost steps are done again");
    }

    @Test
    void aCheckpointThatIsMissingOrCutIsRefusedToo() throws IOException {
        CommandLineRun.of(longRun(project, "--max-steps", "3"));
        Path last = project.resolve("train/weights/last.safetensors");
        byte[] bytes = Files.readAllBytes(last);
        Files.write(last, Arrays.copyOf(bytes, bytes.length / 2));
        assertTrue(resume("last").err().contains("--resume auto would go on from last.previous"));
        Files.delete(last);
        CommandLineRun missing = resume("last");
        assertEquals(5, missing.exitCode());
        assertTrue(missing.err().contains(last + ": no such file"), missing.err());
        Files.delete(project.resolve("train/weights/last.previous.safetensors"));
        assertRefused(2, "--resume last: no run with a checkpoint in " + project, resume("last"));
    }

    @ParameterizedTest
    @CsvSource({
        "--batch-size,      9,    batch size was 4",
        "--seed,            9,    seed was 42",
        "--lr,              0.02, optimizer was",
        "--dropout,         0,    dropout was 0.2",
        "--compression,     0.6,  compression was 0.5",
        "--label-smoothing, 0,    label smoothing was 0.1",
        "--augment,         none, augmentation was",
        "--val-split,       6,    training images was",
    })
    void anotherSettingIsRefusedByItsName(String option, String value, String expected) throws IOException {
        copyOfUninterrupted();
        CommandLineRun run = resume(project.resolve("train").toString(), option, value);
        assertRefused(2, "the checkpoint is of another run: " + expected, run);
    }

    @Test
    void aCheckpointOfAnotherNetworkInItsPlaceIsRefused() throws IOException {
        copyOfUninterrupted();
        CommandLineRun.of(SmallData.train(data, project, "--name", "other", "--growth-rate", "6", "--epochs", "1"));
        Files.copy(
                project.resolve("other/weights/last.safetensors"),
                project.resolve("train/weights/last.safetensors"),
                StandardCopyOption.REPLACE_EXISTING);
        assertRefused(2, "the checkpoint is of another run: ", resume("last"));
    }

    @Test
    void weightsAloneCannotBeResumed() throws IOException {
        copyOfUninterrupted();
        Path weights = project.resolve("train/weights");
        assertRefused(
                2,
                "expected a run folder with weights/last.safetensors, or that file",
                resume(weights.resolve("best.safetensors").toString()));
        Files.copy(
                weights.resolve("best.safetensors"),
                weights.resolve("last.safetensors"),
                StandardCopyOption.REPLACE_EXISTING);
        assertRefused(5, "holds weights only, no training state", resume("last"));
    }

    @Test
    void theNewestRunIsTheOneThatSavedLastWhateverItsNameUnlessOneWasTyped() throws IOException {
        for (String name : List.of("train", "mine")) {
            CommandLineRun.of(SmallData.train(data, project, "--name", name, "--max-steps", "1"));
        }
        Path older = project.resolve("train/weights/last.safetensors");
        Files.setLastModifiedTime(older, FileTime.from(Instant.now().minusSeconds(60)));
        for (String what : List.of("auto", "last")) {
            assertEquals(
                    project.resolve("mine").toString(),
                    resume(what).json().get("run").asString());
            assertEquals(
                    project.resolve("train").toString(),
                    resume(what, "--name", "train").json().get("run").asString());
            Files.setLastModifiedTime(older, FileTime.from(Instant.now().minusSeconds(60)));
        }
        assertRefused(
                2,
                "--resume last: no run called 'yours' with a checkpoint in " + project,
                resume("last", "--name", "yours"));
    }

    @Test
    void aConfigurationFileCountsMoreThanTheRunAndLessThanWhatIsTyped() throws IOException {
        copyOfUninterrupted();
        String folder = project.resolve("train").toString();
        String file = Files.writeString(project.resolve("more.yaml"), "dropout: 0.1\n")
                .toString();
        assertRefused(2, "dropout was 0.2, is now 0.1", resume(folder, "-c", file));
        CommandLineRun typed = resume(folder, "-c", file, "--dropout", "0.2");
        assertEquals(0, typed.exitCode(), typed.err());
    }

    @Test
    void optionsThatWereChangedOnResumingStayChangedUnlessTheyWereRefused() throws IOException {
        copyOfUninterrupted();
        Path arguments = project.resolve("train/args.yaml");
        assertEquals(0, resume("auto", "--checkpoint-every-steps", "7").exitCode());
        assertEquals("7", OptionLayers.yaml(arguments).values().get("checkpoint-every-steps"));
        assertEquals("0.2", OptionLayers.yaml(arguments).values().get("dropout"));
        assertEquals(
                2,
                resume("auto", "--checkpoint-every-steps", "9", "--seed", "9").exitCode());
        assertEquals("7", OptionLayers.yaml(arguments).values().get("checkpoint-every-steps"));
    }

    @Test
    void withNothingToResumeAutoBeginsARun() {
        CommandLineRun run = CommandLineRun.of(SmallData.train(data, project, "--resume", "auto", "--max-steps", "1"));
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(project.resolve("train").toString(), run.json().get("run").asString());
        assertRefused(
                2,
                "--resume %s: expected a run folder".formatted(project.resolve("none")),
                resume(project.resolve("none").toString()));
    }

    @Test
    void aFinishedRunIsTestedAgainAndNothingElse() throws IOException {
        copyOfUninterrupted();
        String results = Files.readString(project.resolve("train/results.csv"));
        CommandLineRun run = resume("auto");
        assertSameAsUninterrupted(run);
        assertEquals(results, Files.readString(project.resolve("train/results.csv")));
    }

    @Test
    void anotherNumberOfThreadsAndTheOtherMemoryModeEndWithTheSameBits() throws IOException {
        CommandLineRun half = CommandLineRun.of(longRun(project, "--max-steps", Integer.toString(STEPS / 2)));
        assertEquals(0, half.exitCode(), half.err());
        CommandLineRun run = resume("auto", "--threads", "3", "--memory", "efficient", "--max-steps", "0");
        assertEquals("", run.err(), "no warning");
        assertSameAsUninterrupted(run);
    }

    @Test
    void anotherEngineMayGoOnButItIsSaidThatTheBitsWillDiffer() throws IOException {
        copyOfUninterrupted();
        CommandLineRun run = resume("auto", "--engine", "torch");
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.err().matches("(?s).*warning: the engine was fused [0-9]+, is now libtorch.*"), run.err());
        assertTrue(run.err().contains("the result will not be bit for bit that of one run"), run.err());
    }

    /// `--resume WHAT`; all that describes the run comes from its folder.
    private CommandLineRun resume(String what, String... more) {
        List<String> arguments =
                List.of("train", "--project", project.toString(), "--format", "json", "-q", "--resume", what);
        return CommandLineRun.of(
                Stream.concat(arguments.stream(), Stream.of(more)).toArray(String[]::new));
    }

    private static String[] longRun(Path project, String... more) {
        Map<String, String> options = new LinkedHashMap<>(Map.of(
                "--epochs", Integer.toString(EPOCHS),
                "--batch-size", "4",
                "--dropout", "0.2",
                "--label-smoothing", "0.1",
                "--augment", "standard",
                "--val-split", "4",
                "--checkpoint-every-steps", "2"));
        for (int i = 0; i < more.length; i += 2) {
            options.put(more[i], more[i + 1]);
        }
        return SmallData.train(
                data,
                project,
                options.entrySet().stream()
                        .flatMap(option -> Stream.of(option.getKey(), option.getValue()))
                        .toArray(String[]::new));
    }

    private void copyOfUninterrupted() throws IOException {
        try (Stream<Path> files = Files.walk(whole)) {
            for (Path file : files.toList()) {
                Path copy = project.resolve(whole.relativize(file).toString());
                if (!Files.isDirectory(copy)) {
                    Files.copy(file, copy);
                }
            }
        }
    }

    private void assertSameAsUninterrupted(CommandLineRun run) throws IOException {
        assertNotNull(uninterrupted);
        assertEquals(0, run.exitCode(), run.err());
        assertFalse(run.err().contains("the engine was"), run.err());
        for (String key : List.of("weightsSha256", "lossesSha256", "epochs", "steps", "top1", "top5", "loss")) {
            assertEquals(uninterrupted.json().get(key), run.json().get(key), key);
        }
        assertEquals(withoutTimes(whole), withoutTimes(project));
        Path best = Path.of("train", "weights", "best.safetensors");
        assertEquals(-1, Files.mismatch(whole.resolve(best), project.resolve(best)), "best.safetensors");
        assertFalse(Files.exists(project.resolve("train2")));
    }

    private static List<String> withoutTimes(Path project) throws IOException {
        return Files.readAllLines(project.resolve("train/results.csv")).stream()
                .map(line -> line.replaceFirst("^(\\d+,\\d+),[0-9.]+", "$1"))
                .toList();
    }

    private static void assertRefused(int exitCode, String expected, CommandLineRun run) {
        assertEquals(exitCode, run.exitCode(), run.err());
        assertEquals("", run.out());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().startsWith("densenet: ") && run.err().contains(expected), run.err());
    }
}
