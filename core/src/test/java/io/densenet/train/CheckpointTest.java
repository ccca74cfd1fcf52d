package io.densenet.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import io.densenet.model.Mutations;
import io.densenet.weights.Safetensors;
import io.densenet.weights.Tensor;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files of checkpoints, sound and damaged. That a run goes on from them is in [TrainerTest].
class CheckpointTest {
    private static final int MUTATIONS = 2_000;
    private static final String STATE_KEY = "densenet.checkpoint";

    @TempDir
    private Path project;

    private final Toys toys = new Toys();

    /// Six steps and a checkpoint after each: the last of step 6, the one before of step 5.
    @BeforeEach
    void train() throws IOException {
        try (RunFolder folder = RunFolder.createNext(project, "run")) {
            toys.trainer(toys.fresh(), folder, toys.config(3, 1), new Limits(6, 0, 0, 1))
                    .run();
        }
    }

    @Test
    void flippedBitsOfTheHeaderAreDamageWhereverTheyFall() throws IOException {
        byte[] whole = Files.readAllBytes(last());
        SplittableRandom random = new SplittableRandom(5);
        int header = 8 + (whole[0] & 0xFF) + ((whole[1] & 0xFF) << 8) + ((whole[2] & 0xFF) << 16);
        for (int flip = 0; flip < MUTATIONS; flip++) {
            byte[] damaged = whole.clone();
            int bit = random.nextInt(header * 8);
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(last(), damaged);
            assertThrows(MalformedFileException.class, () -> Checkpoint.read(last()), "bit " + bit);
        }
    }

    @Test
    void mutatedStatesAreReadOrRefusedButNothingElse() throws IOException {
        Safetensors.Contents sound = Safetensors.read(last());
        SplittableRandom random = new SplittableRandom(6);
        int refused = 0;
        for (int mutation = 0; mutation < MUTATIONS; mutation++) {
            SequencedMap<String, String> metadata = new LinkedHashMap<>(sound.metadata());
            metadata.replaceAll((key, value) -> key.startsWith("densenet") ? Mutations.of(value, random) : value);
            write(last(), metadata, sound.tensors());
            try {
                Checkpoint.read(last());
            } catch (MalformedFileException | UnsupportedFormatException e) {
                refused++;
            } catch (IOException | RuntimeException e) {
                fail("mutation %d: %s".formatted(mutation, metadata), e);
            }
        }
        assertTrue(refused > MUTATIONS / 2, "the mutations should hurt; refused " + refused);
    }

    @Test
    void aDescriptionThatCannotBeSendsAResumedRunToTheCheckpointBefore() throws IOException {
        Safetensors.Contents sound = Safetensors.read(last());
        SequencedMap<String, String> metadata = new LinkedHashMap<>(sound.metadata());
        metadata.replaceAll((_, value) -> value.replace("\"growthRate\":2", "\"growthRate\":\"two\""));
        write(last(), metadata, sound.tensors());
        try (RunFolder folder = RunFolder.open(project.resolve("run"))) {
            assertEquals(
                    5,
                    Checkpoint.newest(folder, _ -> {}).orElseThrow().progress().step());
        }
    }

    @Test
    void aDamagedCheckpointIsMovedAsideSoThatTheNextSaveKeepsTheSoundOne() throws IOException {
        byte[] damaged = Files.readAllBytes(last());
        damaged[damaged.length - 3] ^= 4;
        Files.write(last(), damaged);
        byte[] sound = Files.readAllBytes(previous());
        List<String> warnings = new ArrayList<>();
        try (RunFolder folder = RunFolder.open(project.resolve("run"))) {
            Checkpoint newest = Checkpoint.newest(folder, warnings::add).orElseThrow();
            assertEquals(1, warnings.size());
            assertTrue(warnings.getFirst().contains("moved to last.damaged.safetensors"), warnings.getFirst());
            assertTrue(warnings.getFirst().contains("loses 1 step)"), warnings.getFirst());
            newest.write(folder.last(), folder.previous());
            assertTrue(Arrays.equals(sound, Files.readAllBytes(previous())), "the sound one is still there");
            assertTrue(Arrays.equals(damaged, Files.readAllBytes(folder.damaged())));
            folder.clear();
            assertFalse(Files.exists(folder.damaged()));
        }
    }

    @Test
    void whoOnlyLooksGetsTheSoundOneAndMovesNothing() throws IOException {
        String sound = Checkpoint.read(previous()).model().state().sha256();
        byte[] damaged = Files.readAllBytes(last());
        damaged[damaged.length - 3] ^= 4;
        Files.write(last(), damaged);
        Path run = project.resolve("run");
        try (RunFolder _ = RunFolder.open(run)) { // somebody else may hold it
            assertEquals(
                    sound, Checkpoint.newestNetwork(run).orElseThrow().state().sha256());
        }
        assertTrue(Arrays.equals(damaged, Files.readAllBytes(last())));
        assertTrue(Checkpoint.newestNetwork(project).isEmpty());
    }

    @Test
    void whenNeitherCanBeReadBothReasonsAreGivenAndNothingIsMoved() throws IOException {
        Files.write(last(), new byte[3]);
        byte[] bytes = Files.readAllBytes(previous());
        bytes[bytes.length - 3] ^= 4;
        Files.write(previous(), bytes);
        try (RunFolder folder = RunFolder.open(project.resolve("run"))) {
            MalformedFileException e =
                    assertThrows(MalformedFileException.class, () -> Checkpoint.newest(folder, _ -> {}));
            String message = String.valueOf(e.getMessage());
            assertTrue(message.contains(last() + ": expected the length of a header"), message);
            assertTrue(message.contains(previous() + ": checksum of the data section differs"), message);
            assertTrue(Files.exists(folder.last()));
        }
    }

    @Test
    void aCheckpointOfAnotherFormatIsRefusedInWords() throws IOException {
        Safetensors.Contents sound = Safetensors.read(last());
        SequencedMap<String, String> later = new LinkedHashMap<>(sound.metadata());
        later.replaceAll((_, value) -> value.replace("{\"format\":1,", "{\"format\":2,\"more\":[],"));
        write(last(), later, sound.tensors());
        assertUnsupported("is a checkpoint of format 2, this version reads format 1");

        SequencedMap<String, String> early = new LinkedHashMap<>(sound.metadata());
        early.remove(STATE_KEY);
        early.put("densenet.progress", "{}");
        write(last(), early, sound.tensors());
        assertUnsupported("is a checkpoint of an early version");
    }

    @Test
    void aVelocityThatIsMissingIsDamage() throws IOException {
        Safetensors.Contents sound = Safetensors.read(last());
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>(sound.tensors());
        tensors.remove("optimizer.classifier.bias");
        write(last(), new LinkedHashMap<>(sound.metadata()), tensors);
        MalformedFileException e = assertThrows(MalformedFileException.class, () -> Checkpoint.read(last()));
        assertTrue(String.valueOf(e.getMessage()).contains("classifier.bias: missing"), e.getMessage());
    }

    /// The names and values on disk, written down here a second time: whoever changes one of them in passing
    /// makes the checkpoints of all running trainings unreadable.
    @Test
    void theStateOnDiskIsThatOfTheFormat() throws IOException {
        String json = String.valueOf(Safetensors.readMetadata(last()).get(STATE_KEY));
        assertEquals(
                """
                {"format":1,"engine":"toy","progress":{"epoch":0,"batch":6,"step":6,"epochLoss":#,"epochCorrect":#,\
                "epochImages":48,"bestEpoch":0,"bestTop1":-1.0,"seconds":#,"lossesSha256":"#"},"settings":{\
                "epochs":"3","batch size":"8","accumulation steps":"1","seed":"7","schedule":"one cycle",\
                "optimizer":"sgd, learning rate 0.05, momentum 0.9 (nesterov), weight decay 1.0E-4",\
                "label smoothing":"0.1","augmentation":"standard, padding 2",\
                "class weights":"none","factor of the classifier's rate":"1.0","frozen":"nothing","growth rate":"2",\
                "layers per block":"1, 1, 1","bottleneck factor":"4","compression":"0.5",\
                "stem":"cifar, 1 to 4 channels","batch norm":"epsilon 1.0E-5, momentum 0.1","dropout":"0.0",\
                "classes":"1:가, 1:b, 1:c","task":"single-label",\
                "preprocessing":"1x8x8, mean 0.5, deviation 0.25",\
                "training images":"50"}}""",
                json.replaceAll("(epochLoss|epochCorrect|seconds)\":[0-9.E-]+", "$1\":#")
                        .replaceAll("[0-9a-f]{64}", "#"));
    }

    private void assertUnsupported(String reason) {
        UnsupportedFormatException e = assertThrows(UnsupportedFormatException.class, () -> Checkpoint.read(last()));
        assertTrue(String.valueOf(e.getMessage()).contains(reason), e.getMessage());
    }

    private static void write(Path file, SequencedMap<String, String> metadata, SequencedMap<String, Tensor> tensors)
            throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            Safetensors.write(channel, metadata, tensors);
        }
    }

    private Path last() {
        return project.resolve("run/weights/last.safetensors");
    }

    private Path previous() {
        return project.resolve("run/weights/last.previous.safetensors");
    }
}
