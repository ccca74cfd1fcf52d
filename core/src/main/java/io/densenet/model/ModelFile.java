package io.densenet.model;

import io.densenet.arch.Architecture;
import io.densenet.arch.Baseline;
import io.densenet.arch.DenseNetConfig;
import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import io.densenet.weights.DurableFile;
import io.densenet.weights.Safetensors;
import io.densenet.weights.StateDict;
import io.densenet.weights.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/// A trained network on disk: one safetensors file that holds parameters and running statistics under
/// torchvision's names, and the description in its metadata. Any safetensors reader opens it.
///
/// A checkpoint is such a file with more in it (tensors under `optimizer.`, more metadata), so this reads
/// both.
public record ModelFile(ModelDescription description, StateDict state) {
    /// Metadata key of the description.
    public static final String DESCRIPTION_KEY = "densenet.model";

    /// What starts the names of tensors that are not part of the network.
    public static final String OPTIMIZER_PREFIX = "optimizer.";

    /// Of the smallest dense layer: five of its batch norm and the weights of its convolution.
    private static final int TENSORS_OF_A_LAYER = 6;

    /// Reads and checks a file.
    ///
    /// @throws MalformedFileException     when it is damaged, or its tensors do not fit its description
    /// @throws UnsupportedFormatException when it is safetensors but describes no network of ours
    public static ModelFile read(Path file) throws IOException {
        return from(file, Safetensors.read(file));
    }

    /// The network in a file that was read already.
    ///
    /// @param file for messages
    public static ModelFile from(Path file, Safetensors.Contents contents) throws IOException {
        String json = contents.metadata().get(DESCRIPTION_KEY);
        if (json == null) {
            throw new UnsupportedFormatException(
                    file,
                    "has no model description ('%s') in its metadata; it was not written by this program; 'densenet convert' makes a file of it that is"
                            .formatted(DESCRIPTION_KEY));
        }
        return of(file, json, contents.tensors());
    }

    /// The network of a description with these tensors, others than its own left out.
    ///
    /// @param file for messages
    /// @param json what [ModelDescriptionJson] writes
    static ModelFile of(Path file, String json, Map<String, Tensor> tensors) throws MalformedFileException {
        StateDict state = new StateDict(tensors.entrySet().stream()
                .filter(entry -> !entry.getKey().startsWith(OPTIMIZER_PREFIX))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, LinkedHashMap::new)));
        ModelDescription description;
        List<String> differences;
        try {
            description = ModelDescriptionJson.read(json);
            requireEnoughTensors(description.architecture(), state);
            differences = state.differencesFrom(description.graph().stateDict());
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new MalformedFileException(file, String.valueOf(e.getMessage()));
        }
        if (!differences.isEmpty()) {
            throw new MalformedFileException(
                    file,
                    "its tensors are not those of the %s that it describes: %s%s"
                            .formatted(
                                    description.name(),
                                    differences.getFirst(),
                                    differences.size() == 1 ? "" : " and %d more".formatted(differences.size() - 1)));
        }
        return new ModelFile(description, state);
    }

    /// Bounds what is built from a description by the size of its file: a few bytes can promise more
    /// layers than fit any memory.
    private static void requireEnoughTensors(Architecture architecture, StateDict state) {
        int tensors = state.entries().size();
        switch (architecture) {
            case DenseNetConfig config -> {
                long layers = config.layersPerBlock().stream()
                        .mapToLong(Integer::longValue)
                        .sum();
                requireEnough(layers, "dense layers", tensors / TENSORS_OF_A_LAYER, tensors);
            }
            case Baseline baseline -> requireEnough(baseline.depth(), "layers", tensors, tensors);
        }
    }

    private static void requireEnough(long layers, String what, int most, int tensors) {
        if (layers > most) {
            throw new IllegalArgumentException(
                    "%,d tensors are too few for the %,d %s that it describes".formatted(tensors, layers, what));
        }
    }

    /// Writes the file whole or not at all.
    public void write(Path file) throws IOException {
        DurableFile.write(file, channel -> Safetensors.write(channel, metadata(), state.entries()));
    }

    /// What [#write] puts into the metadata; a checkpoint adds its own.
    public SequencedMap<String, String> metadata() {
        SequencedMap<String, String> metadata = new LinkedHashMap<>();
        metadata.put(DESCRIPTION_KEY, ModelDescriptionJson.write(description));
        return metadata;
    }

    /// The tensors of the network, which a checkpoint adds its own to.
    public SequencedMap<String, Tensor> tensors() {
        return state.entries();
    }
}
