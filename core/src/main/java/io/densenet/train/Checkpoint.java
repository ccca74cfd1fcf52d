package io.densenet.train;

import io.densenet.engine.ParameterArena;
import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import io.densenet.model.ModelFile;
import io.densenet.weights.DurableFile;
import io.densenet.weights.Safetensors;
import io.densenet.weights.StateDict;
import io.densenet.weights.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// All that is needed to go on training as if nothing had happened: the network, the optimizer's velocities,
/// the counters and the settings. One safetensors file; parameters under torchvision's names, velocities under
/// `optimizer.` and the same names, the rest as JSON in the metadata ([CheckpointJson]).
///
/// @param model    network and description
/// @param velocity one tensor for each trained parameter, under its name
/// @param progress counters
/// @param engine   that trained so far, in its own words
/// @param settings what decided the bits so far besides the engine, by name (see [Settings])
public record Checkpoint(
        ModelFile model,
        SequencedMap<String, Tensor> velocity,
        Progress progress,
        String engine,
        SequencedMap<String, String> settings) {
    private static final String STATE_KEY = "densenet.checkpoint";

    /// What the first checkpoints had in the place of [#STATE_KEY], without a number of their format.
    private static final String OLD_STATE_KEY = "densenet.progress";

    /// Writes the checkpoint and keeps the one that was there before as `previous`.
    public void write(Path file, @Nullable Path previous) throws IOException {
        SequencedMap<String, String> metadata = model.metadata();
        metadata.put(STATE_KEY, CheckpointJson.write(new CheckpointJson.Content(progress, engine, settings)));
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>(model.tensors());
        velocity.forEach((name, tensor) -> tensors.put(ModelFile.OPTIMIZER_PREFIX + name, tensor));
        DurableFile.write(file, previous, channel -> Safetensors.write(channel, metadata, tensors));
    }

    /// Reads and checks a checkpoint.
    ///
    /// @throws MalformedFileException     when it is damaged
    /// @throws UnsupportedFormatException when it is a model file, not a checkpoint, of another version, or
    ///     not ours at all
    public static Checkpoint read(Path file) throws IOException {
        Safetensors.Contents contents = Safetensors.read(file);
        ModelFile model = ModelFile.from(file, contents);
        SequencedMap<String, Tensor> velocity = new LinkedHashMap<>();
        contents.tensors().forEach((name, tensor) -> {
            if (name.startsWith(ModelFile.OPTIMIZER_PREFIX)) {
                velocity.put(name.substring(ModelFile.OPTIMIZER_PREFIX.length()), tensor);
            }
        });
        CheckpointJson.Content content = state(file, contents.metadata());
        List<String> differences = new StateDict(velocity)
                .differencesFrom(model.description().graph().parameters());
        if (!differences.isEmpty()) {
            throw new MalformedFileException(
                    file, "its velocities are not those of its network: " + differences.getFirst());
        }
        return new Checkpoint(model, velocity, content.progress(), content.engine(), content.settings());
    }

    private static CheckpointJson.Content state(Path file, Map<String, String> metadata) throws IOException {
        String json = metadata.get(STATE_KEY);
        if (json == null) {
            throw new UnsupportedFormatException(
                    file,
                    metadata.containsKey(OLD_STATE_KEY)
                            ? "is a checkpoint of an early version that this one cannot go on with; its weights are sound"
                            : "holds weights only, no training state, so it cannot be resumed; resume from last.safetensors");
        }
        try {
            int format = CheckpointJson.format(json);
            if (format != CheckpointJson.FORMAT) {
                throw new UnsupportedFormatException(
                        file,
                        "is a checkpoint of format %d, this version reads format %d; go on with the version that wrote it"
                                .formatted(format, CheckpointJson.FORMAT));
            }
            return CheckpointJson.read(json);
        } catch (IllegalArgumentException e) {
            throw new MalformedFileException(file, String.valueOf(e.getMessage()));
        }
    }

    /// The newest checkpoint of a run that can be read: the last one, or the one before when the last is damaged or a
    /// crash fell between two renames. A damaged last one is moved to [RunFolder#damaged()], or the next save would
    /// keep it in the place of the sound one.
    ///
    /// @param warnings hears, in one line, what was lost
    /// @return nothing when the run has no checkpoint yet
    /// @throws MalformedFileException when neither can be read; the message names what is wrong with both
    public static Optional<Checkpoint> newest(RunFolder folder, Consumer<String> warnings) throws IOException {
        Optional<Newest> found = find(folder.path());
        if (found.isPresent() && found.get().whyNotLast().isPresent()) {
            String reason = found.get().whyNotLast().get();
            String words = found.get().checkpoint().describedAsPrevious(folder);
            String moved = "";
            if (Files.exists(folder.last())) {
                Files.move(folder.last(), folder.damaged(), StandardCopyOption.REPLACE_EXISTING);
                moved = "; moved to " + folder.damaged().getFileName();
            }
            warnings.accept("%s%s; going on from %s".formatted(reason, moved, words));
        }
        return found.map(Newest::checkpoint);
    }

    /// The network of the checkpoint that [#newest] takes, for those who only look: nothing is moved, and
    /// nobody has to hold the folder.
    ///
    /// @param run folder of a run
    /// @return nothing when the run has no checkpoint yet
    /// @throws MalformedFileException when none can be read
    public static Optional<ModelFile> newestNetwork(Path run) throws IOException {
        return find(run).map(newest -> newest.checkpoint().model());
    }

    /// @param whyNotLast why it is the one before the last, nothing when it is the last
    private record Newest(Checkpoint checkpoint, Optional<String> whyNotLast) {}

    private static Optional<Newest> find(Path run) throws IOException {
        Path last = RunFolder.last(run);
        if (!Files.exists(RunFolder.previous(run))) {
            return Files.exists(last) ? Optional.of(new Newest(read(last), Optional.empty())) : Optional.empty();
        }
        try {
            return Optional.of(new Newest(read(last), Optional.empty()));
        } catch (MalformedFileException damaged) {
            return Optional.of(previous(run, String.valueOf(damaged.getMessage())));
        } catch (NoSuchFileException missing) {
            return Optional.of(previous(run, last + " is missing"));
        }
    }

    private static Newest previous(Path run, String whyNotLast) throws IOException {
        try {
            return new Newest(read(RunFolder.previous(run)), Optional.of(whyNotLast));
        } catch (MalformedFileException | UnsupportedFormatException e) {
            throw new MalformedFileException(
                    run, "neither checkpoint can be read: %s; %s".formatted(whyNotLast, e.getMessage()));
        }
    }

    /// What to go on from when the last checkpoint of a run cannot be read, in words, for example
    /// `last.previous.safetensors (epoch 11, step 5,160; loses 40 steps)`.
    ///
    /// @return nothing when that cannot be read either
    public static Optional<String> previousInWords(RunFolder folder) throws IOException {
        try {
            return Optional.of(read(folder.previous()).describedAsPrevious(folder));
        } catch (MalformedFileException | UnsupportedFormatException | NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private String describedAsPrevious(RunFolder folder) throws IOException {
        String lost = lastStep(folder)
                .map(last -> last - progress.step())
                .map(steps -> steps == 1 ? "; loses 1 step" : "; loses %,d steps".formatted(steps))
                .orElse("");
        return "%s (epoch %d, step %,d%s)"
                .formatted(folder.previous().getFileName(), progress.epoch(), progress.step(), lost);
    }

    /// The step of the last checkpoint, when at least its header can be read.
    private static Optional<Long> lastStep(RunFolder folder) throws IOException {
        try {
            return Optional.of(state(folder.last(), Safetensors.readMetadata(folder.last()))
                    .progress()
                    .step());
        } catch (MalformedFileException | UnsupportedFormatException | NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /// Velocities as named tensors.
    static SequencedMap<String, Tensor> named(float[] velocity, List<ParameterArena.View> views) {
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        for (ParameterArena.View view : views) {
            float[] values = Arrays.copyOfRange(velocity, view.offset(), view.end());
            tensors.put(view.spec().name(), new Tensor.Floats(view.spec().shape(), values));
        }
        return tensors;
    }

    /// Writes the velocities into one flat array, laid out as the views say.
    ///
    /// @throws IllegalArgumentException when one is missing or has another length
    void copyVelocity(List<ParameterArena.View> views, float[] out) {
        for (ParameterArena.View view : views) {
            if (velocity.get(view.spec().name()) instanceof Tensor.Floats tensor
                    && tensor.values().length == view.length()) {
                System.arraycopy(tensor.values(), 0, out, view.offset(), tensor.values().length);
            } else {
                throw new IllegalArgumentException("the checkpoint has no velocity of %s that fits"
                        .formatted(view.spec().name()));
            }
        }
    }
}
