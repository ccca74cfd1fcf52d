package io.densenet.train;

import io.densenet.engine.ParameterArena;
import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import io.densenet.model.ModelFile;
import io.densenet.weights.DurableFile;
import io.densenet.weights.Safetensors;
import io.densenet.weights.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// All that is needed to go on training as if nothing had happened: the network, the optimizer's velocities,
/// the counters and the settings. One safetensors file; parameters under torchvision's names, velocities under
/// `optimizer.` and the same names, the rest as JSON in the metadata, with a SHA-256 of the data.
///
/// @param model    network and description
/// @param velocity one tensor for each trained parameter, under its name
/// @param progress counters
/// @param settings what decided the bits so far, by name (see [TrainingConfig]), for comparing on resume
public record Checkpoint(
        ModelFile model, SequencedMap<String, Tensor> velocity, Progress progress, Map<String, String> settings) {
    private static final String PROGRESS_KEY = "densenet.progress";
    private static final String SETTINGS_KEY = "densenet.settings";
    private static final JsonMapper MAPPER = JsonMapper.shared();

    /// Writes the checkpoint and keeps the one that was there before as `previous`.
    public void write(Path file, @Nullable Path previous) throws IOException {
        SequencedMap<String, String> metadata = model.metadata();
        metadata.put(PROGRESS_KEY, MAPPER.writeValueAsString(progress));
        metadata.put(SETTINGS_KEY, MAPPER.writeValueAsString(settings));
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>(model.tensors());
        velocity.forEach((name, tensor) -> tensors.put(ModelFile.OPTIMIZER_PREFIX + name, tensor));
        DurableFile.write(file, previous, channel -> Safetensors.write(channel, metadata, tensors));
    }

    /// Reads and checks a checkpoint.
    ///
    /// @throws MalformedFileException     when it is damaged
    /// @throws UnsupportedFormatException when it is a model file, not a checkpoint, or not ours at all
    public static Checkpoint read(Path file) throws IOException {
        Safetensors.Contents contents = Safetensors.read(file);
        ModelFile model = ModelFile.from(file, contents);
        String progress = contents.metadata().get(PROGRESS_KEY);
        String settings = contents.metadata().get(SETTINGS_KEY);
        if (progress == null || settings == null) {
            throw new UnsupportedFormatException(
                    file,
                    "holds weights only, no training state, so it cannot be resumed; resume from last.safetensors");
        }
        SequencedMap<String, Tensor> velocity = new LinkedHashMap<>();
        contents.tensors().forEach((name, tensor) -> {
            if (name.startsWith(ModelFile.OPTIMIZER_PREFIX)) {
                velocity.put(name.substring(ModelFile.OPTIMIZER_PREFIX.length()), tensor);
            }
        });
        try {
            return new Checkpoint(
                    model,
                    velocity,
                    MAPPER.readValue(progress, Progress.class),
                    MAPPER.readValue(settings, new TypeReference<Map<String, String>>() {}));
        } catch (JacksonException e) {
            throw new MalformedFileException(
                    file, "its training state is not what this program writes: " + e.getOriginalMessage());
        }
    }

    /// The newest checkpoint of a run that can be read: the last one, or the one before when the last is damaged or a
    /// crash fell between two renames.
    ///
    /// @param warnings hears, in one line, what was lost
    /// @return nothing when the run has no checkpoint yet
    public static Optional<Checkpoint> newest(RunFolder folder, Consumer<String> warnings) throws IOException {
        if (!Files.exists(folder.previous())) {
            return Files.exists(folder.last()) ? Optional.of(read(folder.last())) : Optional.empty();
        }
        try {
            return Optional.of(read(folder.last()));
        } catch (MalformedFileException | NoSuchFileException e) {
            Checkpoint previous = read(folder.previous());
            warnings.accept("%s; going on from %s"
                    .formatted(
                            e instanceof NoSuchFileException ? folder.last() + " is missing" : e.getMessage(),
                            previous.describedAsPrevious(folder)));
            return Optional.of(previous);
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
            return Optional.ofNullable(Safetensors.readMetadata(folder.last()).get(PROGRESS_KEY))
                    .map(json -> MAPPER.readValue(json, Progress.class).step());
        } catch (MalformedFileException | NoSuchFileException | JacksonException e) {
            return Optional.empty();
        }
    }

    /// Velocities as named tensors.
    static SequencedMap<String, Tensor> named(float[] velocity, List<ParameterArena.View> views) {
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        for (ParameterArena.View view : views) {
            float[] values = Arrays.copyOfRange(
                    velocity, view.offset(), view.offset() + view.spec().elements());
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
                    && tensor.values().length == view.spec().elements()) {
                System.arraycopy(tensor.values(), 0, out, view.offset(), tensor.values().length);
            } else {
                throw new IllegalArgumentException("the checkpoint has no velocity of %s that fits"
                        .formatted(view.spec().name()));
            }
        }
    }
}
