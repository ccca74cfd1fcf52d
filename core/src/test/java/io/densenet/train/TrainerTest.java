package io.densenet.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.densenet.data.Augmentation;
import io.densenet.model.ModelFile;
import io.densenet.weights.StateDict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerTest {
    @TempDir
    Path project;

    private final Toys toys = new Toys();

    @ParameterizedTest(name = "cut after step {0}, {1} batches a step")
    @CsvSource({"1,1", "6,1", "7,1", "8,1", "13,1", "14,1", "20,1", "1,2", "4,2", "5,2", "9,2"})
    void aRunThatIsCutAndResumedEndsWithTheBitsOfTheRunThatWasNot(long cut, int accumulation) throws IOException {
        TrainingConfig config = toys.config(3, accumulation);
        Trainer.Outcome whole = train(RunFolder.createNext(project, "whole"), config, Limits.NONE);
        StateDict wholeState = lastOf("whole");

        Limits untilCut = new Limits(cut, 0, 0, 0);
        Trainer.Outcome firstPart = train(RunFolder.createNext(project, "cut"), config, untilCut);
        assertEquals(cut, firstPart.progress().step());
        Trainer.Outcome secondPart = resume("cut", config, Limits.NONE);

        assertEquals(Trainer.Ending.FINISHED, secondPart.ending());
        assertEquals(whole.progress().lossesSha256(), secondPart.progress().lossesSha256());
        assertEquals(wholeState.sha256(), lastOf("cut").sha256());
        assertArrayEquals(
                withoutTimes(project.resolve("whole/results.csv")), withoutTimes(project.resolve("cut/results.csv")));
    }

    @Test
    void aRunWithoutItsLastCheckpointGoesOnFromTheOneBeforeAndEndsWithTheSameBits() throws IOException {
        train(RunFolder.createNext(project, "whole"), toys.config(4, 1), Limits.NONE);
        train(RunFolder.createNext(project, "cut"), toys.config(4, 1), new Limits(18, 0, 0, 5));
        Files.delete(project.resolve("cut/weights/last.safetensors"));
        List<String> warnings = new ArrayList<>();
        try (RunFolder folder = RunFolder.open(project.resolve("cut"))) {
            Checkpoint previous = Checkpoint.newest(folder, warnings::add).orElseThrow();
            assertEquals(15, previous.progress().step());
            assertEquals(1, warnings.size());
        }
        resume("cut", toys.config(4, 1), Limits.NONE);
        assertEquals(lastOf("whole").sha256(), lastOf("cut").sha256());
    }

    @Test
    void aDamagedCheckpointIsNamedAndTheOneBeforeIsUsed() throws IOException {
        train(RunFolder.createNext(project, "run"), toys.config(2, 1), Limits.NONE);
        Path last = project.resolve("run/weights/last.safetensors");
        byte[] bytes = Files.readAllBytes(last);
        bytes[bytes.length - 3] ^= 4;
        Files.write(last, bytes);
        List<String> warnings = new ArrayList<>();
        try (RunFolder folder = RunFolder.open(project.resolve("run"))) {
            assertEquals(
                    1,
                    Checkpoint.newest(folder, warnings::add)
                            .orElseThrow()
                            .progress()
                            .epoch());
        }
        assertTrue(warnings.getFirst().contains("last.safetensors"), warnings.getFirst());
        assertTrue(warnings.getFirst().contains("checksum"), warnings.getFirst());
    }

    @Test
    void trainingLearns() throws IOException {
        Trainer.Outcome outcome = train(RunFolder.createNext(project, "run"), toys.config(12, 1), Limits.NONE);
        List<String> results = Files.readAllLines(project.resolve("run/results.csv"));
        double first = Double.parseDouble(results.get(1).split(",", -1)[3]);
        assertTrue(outcome.trainLoss() < 0.6 * first, "loss went from %s to %s".formatted(first, outcome.trainLoss()));
    }

    @Test
    void anotherSeedGivesAnotherRun() throws IOException {
        TrainingConfig config = toys.config(1, 1);
        train(RunFolder.createNext(project, "one"), config, Limits.NONE);
        TrainingConfig other =
                new TrainingConfig(1, 8, 1, 8, config.schedule(), config.optimizer(), 0, config.augmentation());
        train(RunFolder.createNext(project, "two"), other, Limits.NONE);
        assertNotEquals(lastOf("one").sha256(), lastOf("two").sha256());
    }

    /// 50 images at once, or in parts of 15, 15, 15 and 5.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void accumulatedGradientsWeighEveryImageTheSame(long seed) throws IOException {
        float[] expected = firstUpdateOf(50, 1, seed);
        float[] found = firstUpdateOf(15, 4, seed);
        assertTrue(Math.abs(expected[0]) > 1e-3, "something is learnt");
        assertArrayEquals(expected, found, 1e-6f);
    }

    private float[] firstUpdateOf(int batchSize, int accumulation, long seed) throws IOException {
        TrainingConfig config = new TrainingConfig(
                1,
                batchSize,
                accumulation,
                seed,
                new Schedule.Constant(),
                new Sgd(0.1, 0, false, 0),
                0,
                new Augmentation.None());
        try (RunFolder folder = RunFolder.createNext(project, "run")) {
            ToyClassifier toy = toys.fresh();
            toy.forgetWhichBatchItIs();
            toys.trainer(toy, folder, config, Limits.NONE).run();
            float[] after = ModelFile.read(folder.last()).state().floats("classifier.bias");
            float[] before = toys.initial().floats("classifier.bias");
            for (int i = 0; i < after.length; i++) {
                after[i] -= before[i];
            }
            return after;
        }
    }

    @Test
    void aLossThatIsNotANumberStopsTheRunAndLeavesTheLastCheckpoint() throws IOException {
        RunFolder folder = RunFolder.createNext(project, "run");
        ToyClassifier toy = toys.fresh();
        toy.poison(9);
        try (folder) {
            Trainer trainer = toys.trainer(toy, folder, toys.config(3, 1), Limits.NONE);
            DivergedException e = assertThrows(DivergedException.class, trainer::run);
            assertTrue(String.valueOf(e.getMessage()).contains("epoch 2, step 10"), e.getMessage());
        }
        assertEquals(
                7,
                Checkpoint.read(project.resolve("run/weights/last.safetensors"))
                        .progress()
                        .step());
    }

    @Test
    void aStepThatMakesAParameterInfiniteIsReportedAtThatStep() throws IOException {
        TrainingConfig config = new TrainingConfig(
                1, 8, 1, 7, new Schedule.Constant(), new Sgd(1e38, 0, false, 1e6), 0, new Augmentation.None());
        DivergedException e = assertThrows(
                DivergedException.class, () -> train(RunFolder.createNext(project, "run"), config, Limits.NONE));
        assertTrue(
                String.valueOf(e.getMessage()).contains("is no longer finite in epoch 1, step 1 at learning rate 1"),
                e.getMessage());
    }

    @Test
    void aHugeLearningRateIsReportedBeforeAnythingIsSaved() throws IOException {
        TrainingConfig config = new TrainingConfig(
                3, 8, 1, 7, new Schedule.Constant(), new Sgd(1e38, 0.9, true, 1e-4), 0, new Augmentation.None());
        try (RunFolder folder = RunFolder.createNext(project, "run")) {
            ToyClassifier toy = toys.fresh();
            assertThrows(
                    DivergedException.class,
                    () -> toys.trainer(toy, folder, config, Limits.NONE).run());
            assertFalse(Files.exists(folder.last()));
            assertFalse(Files.exists(folder.best()));
        }
    }

    @Test
    void askedToStopItSavesAndGoesOnLater() throws IOException {
        TrainingConfig config = toys.config(3, 1);
        try (RunFolder folder = RunFolder.createNext(project, "run")) {
            ToyClassifier toy = toys.fresh();
            Trainer[] trainer = new Trainer[1];
            trainer[0] = new Trainer(
                    toy, toys.description(), toys.data(), config, Limits.NONE, folder, new TrainingListener() {
                        @Override
                        public void onStep(StepProgress progress) {
                            if (progress.epoch() == 2 && progress.step() == 3) {
                                trainer[0].requestStop();
                            }
                        }
                    });
            Trainer.Outcome outcome = trainer[0].run();
            assertEquals(Trainer.Ending.STOPPED, outcome.ending());
            assertEquals(10, Checkpoint.read(folder.last()).progress().step());
        }
        resume("run", config, Limits.NONE);
        train(RunFolder.createNext(project, "whole"), config, Limits.NONE);
        assertEquals(lastOf("whole").sha256(), lastOf("run").sha256());
    }

    @Test
    void askedToStopInTheLastBatchOfAnEpochItLeavesTheValidationForLater() throws IOException {
        TrainingConfig config = toys.config(3, 1);
        Trainer.Outcome whole = train(RunFolder.createNext(project, "whole"), config, Limits.NONE);
        try (RunFolder folder = RunFolder.createNext(project, "run")) {
            ToyClassifier toy = toys.fresh();
            Trainer[] trainer = new Trainer[1];
            trainer[0] = new Trainer(
                    toy, toys.description(), toys.data(), config, Limits.NONE, folder, new TrainingListener() {
                        @Override
                        public void onStep(StepProgress progress) {
                            if (progress.epoch() == 2 && progress.step() == 7) {
                                toy.beforeLogits(() -> fail("the validation should not begin"));
                                trainer[0].requestStop();
                            }
                        }
                    });
            assertEquals(Trainer.Ending.STOPPED, trainer[0].run().ending());
            assertStandsBeforeTheSecondValidation(folder);
        }
        assertSameAs(whole, resume("run", config, Limits.NONE));
    }

    @Test
    void askedToStopWhileItValidatesItDoesNotValidateToTheEnd() throws IOException {
        TrainingConfig config = toys.config(3, 1);
        Trainer.Outcome whole = train(RunFolder.createNext(project, "whole"), config, Limits.NONE);
        try (RunFolder folder = RunFolder.createNext(project, "run")) {
            ToyClassifier toy = toys.fresh();
            Trainer trainer = toys.trainer(toy, folder, config, Limits.NONE);
            int[] batches = new int[1];
            toy.beforeLogits(() -> {
                batches[0]++;
                if (batches[0] == 4) { // three batches are one validation
                    trainer.requestStop();
                }
            });
            assertEquals(Trainer.Ending.STOPPED, trainer.run().ending());
            assertEquals(4, batches[0]);
            assertStandsBeforeTheSecondValidation(folder);
        }
        assertSameAs(whole, resume("run", config, Limits.NONE));
    }

    @Test
    void killedInTheValidationItLosesNoStep() throws IOException {
        TrainingConfig config = toys.config(3, 1);
        Trainer.Outcome whole = train(RunFolder.createNext(project, "whole"), config, Limits.NONE);
        try (RunFolder folder = RunFolder.createNext(project, "run")) {
            ToyClassifier toy = toys.fresh();
            Trainer trainer = toys.trainer(toy, folder, config, Limits.NONE);
            toy.beforeLogits(() -> {
                if (toy.steps() == 14) {
                    throw new IllegalStateException("killed");
                }
            });
            assertThrows(IllegalStateException.class, trainer::run);
            assertStandsBeforeTheSecondValidation(folder);
        }
        Trainer.Outcome atLimit = resume("run", config, new Limits(14, 0, 0, 0));
        assertEquals(Trainer.Ending.MAX_STEPS, atLimit.ending());
        assertEquals(2, atLimit.progress().epoch(), "the validation belongs to the steps that are done");
        assertSameAs(whole, resume("run", config, Limits.NONE));
    }

    private static void assertStandsBeforeTheSecondValidation(RunFolder folder) throws IOException {
        Progress progress = Checkpoint.read(folder.last()).progress();
        assertEquals(1, progress.epoch());
        assertEquals(7, progress.batch());
        assertEquals(14, progress.step());
        assertEquals(2, Files.readAllLines(folder.resolve("results.csv")).size(), "the first epoch and no other");
    }

    private void assertSameAs(Trainer.Outcome whole, Trainer.Outcome resumed) throws IOException {
        assertEquals(Trainer.Ending.FINISHED, resumed.ending());
        assertEquals(whole.progress().lossesSha256(), resumed.progress().lossesSha256());
        assertEquals(lastOf("whole").sha256(), lastOf("run").sha256());
        assertArrayEquals(
                withoutTimes(project.resolve("whole/results.csv")), withoutTimes(project.resolve("run/results.csv")));
    }

    @Test
    void askedToStopBeforeTheFirstStepItHasACheckpointToGoOnFrom() throws IOException {
        TrainingConfig config = toys.config(2, 1);
        try (RunFolder folder = RunFolder.createNext(project, "run")) {
            Trainer trainer = toys.trainer(toys.fresh(), folder, config, Limits.NONE);
            trainer.requestStop();
            assertEquals(Trainer.Ending.STOPPED, trainer.run().ending());
            assertEquals(0, Checkpoint.read(folder.last()).progress().step());
        }
        Trainer.Outcome whole = train(RunFolder.createNext(project, "whole"), config, Limits.NONE);
        assertSameAs(whole, resume("run", config, Limits.NONE));
    }

    @Test
    void patienceEndsARunThatNoLongerImproves() throws IOException {
        TrainingConfig still = new TrainingConfig(
                30, 8, 1, 7, new Schedule.Constant(), new Sgd(1e-12, 0, false, 0), 0, new Augmentation.None());
        Trainer.Outcome outcome = train(RunFolder.createNext(project, "run"), still, new Limits(0, 0, 4, 0));
        assertEquals(Trainer.Ending.PATIENCE, outcome.ending());
        assertEquals(5, outcome.progress().epoch());
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch size", "seed", "optimizer"})
    void aCheckpointOfAnotherRunIsRefusedAndTheSettingIsNamed(String setting) throws IOException {
        TrainingConfig c = toys.config(3, 1);
        train(RunFolder.createNext(project, "run"), c, new Limits(3, 0, 0, 0));
        TrainingConfig other = switch (setting) {
            case "batch size" -> new TrainingConfig(3, 9, 1, 7, c.schedule(), c.optimizer(), 0, c.augmentation());
            case "seed" -> new TrainingConfig(3, 8, 1, 8, c.schedule(), c.optimizer(), 0, c.augmentation());
            default -> new TrainingConfig(3, 8, 1, 7, c.schedule(), Sgd.OF_THE_PAPER, 0, c.augmentation());
        };
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> resume("run", other, Limits.NONE));
        assertTrue(String.valueOf(e.getMessage()).contains(setting), e.getMessage());
    }

    @Test
    void aSecondRunInTheSameFolderIsRefusedUntilTheFirstIsClosed() throws IOException {
        try (RunFolder first = RunFolder.createNext(project, "train")) {
            assertThrows(RunFolderInUseException.class, () -> RunFolder.open(first.path()));
        }
        RunFolder.open(project.resolve("train")).close();
    }

    @Test
    void runFoldersAreNumberedAndNeverOverwritten() throws IOException {
        for (String expected : List.of("train", "train2", "train3")) {
            try (RunFolder folder = RunFolder.createNext(project, "train")) {
                assertEquals(expected, folder.path().getFileName().toString());
            }
        }
    }

    @Test
    void whatAKilledProcessLeftHalfWrittenIsRemoved() throws IOException {
        RunFolder.createNext(project, "train").close();
        Path torn = project.resolve("train/weights/last.safetensors.tmp-4711");
        Files.createDirectories(torn.getParent());
        Files.write(torn, new byte[100]);
        RunFolder.open(project.resolve("train")).close();
        assertFalse(Files.exists(torn));
    }

    private Trainer.Outcome train(RunFolder folder, TrainingConfig config, Limits limits) throws IOException {
        try (folder) {
            ToyClassifier toy = toys.fresh();
            return toys.trainer(toy, folder, config, limits).run();
        }
    }

    private Trainer.Outcome resume(String name, TrainingConfig config, Limits limits) throws IOException {
        try (RunFolder folder = RunFolder.open(project.resolve(name))) {
            Trainer trainer = toys.trainer(new ToyClassifier(toys.description()), folder, config, limits);
            trainer.resume(Checkpoint.newest(folder, warning -> {}).orElseThrow());
            return trainer.run();
        }
    }

    private StateDict lastOf(String run) throws IOException {
        return ModelFile.read(project.resolve(run).resolve("weights/last.safetensors"))
                .state();
    }

    private static String[] withoutTimes(Path csv) throws IOException {
        try (Stream<String> lines = Files.lines(csv)) {
            return lines.map(line -> line.replaceFirst("^(\\d+,\\d+),[0-9.]+", "$1"))
                    .toArray(String[]::new);
        }
    }
}
