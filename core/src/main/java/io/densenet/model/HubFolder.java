package io.densenet.model;

import io.densenet.error.MalformedFileException;
import io.densenet.interop.ImportedWeights;
import io.densenet.interop.WeightFiles;
import io.densenet.weights.DurableFile;
import io.densenet.weights.Safetensors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A model folder as the Hugging Face Hub has it: `model.safetensors`, `config.json` and a model card, `README.md`.
///
/// Folders that timm has saved are read too, as far as they are DenseNets. Where `config.json` has our own
/// description, that is what counts; a person may have changed it, and programs that save the weights again lose
/// the one in their metadata.
public final class HubFolder {
    private static final String CONFIG = "config.json";
    private static final String WEIGHTS = "model.safetensors";
    private static final String CARD = "README.md";

    /// In the order of timm.
    private static final List<String> WEIGHTS_OF_TIMM = List.of(WEIGHTS, "pytorch_model.bin");

    /// More than the names and descriptions of 22,000 classes take.
    private static final long MOST_BYTES = 1 << 25;

    private HubFolder() {}

    /// Whether a folder looks like one.
    public static boolean is(Path folder) {
        return Files.isRegularFile(folder.resolve(CONFIG)) && weights(folder).isPresent();
    }

    private static Optional<Path> weights(Path folder) {
        return WEIGHTS_OF_TIMM.stream()
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /// The file of the weights in a folder that [#is] one.
    public static Path weightsOf(Path folder) {
        return weights(folder).orElse(folder.resolve(WEIGHTS));
    }

    /// Reads a folder that [#is] one.
    ///
    /// @throws MalformedFileException when the weights or the configuration are damaged, or do not fit each other
    /// @throws io.densenet.error.UnsupportedFormatException when the configuration asks for what is not done here
    public static ModelFile read(Path folder) throws IOException {
        Path config = folder.resolve(CONFIG);
        Path weights = weightsOf(folder);
        JsonNode root = json(config);
        if (root.has(HubConfig.OWN_KEY)) {
            return ModelFile.of(
                    config,
                    root.get(HubConfig.OWN_KEY).toString(),
                    Safetensors.read(weights).tensors());
        }
        if (WeightFiles.format(weights) == WeightFiles.Format.SAFETENSORS) {
            Safetensors.Contents contents = Safetensors.read(weights);
            if (contents.metadata().containsKey(ModelFile.DESCRIPTION_KEY)) {
                return ModelFile.from(weights, contents);
            }
        }
        ImportedWeights imported = WeightFiles.read(weights);
        return new ModelFile(TimmConfig.description(config, root, imported.config()), imported.state());
    }

    private static JsonNode json(Path config) throws IOException {
        if (Files.size(config) > MOST_BYTES) {
            throw new MalformedFileException(
                    config, "expected the description of a model, found %,d bytes".formatted(Files.size(config)));
        }
        try {
            JsonNode root = JsonMapper.shared().readTree(Files.readAllBytes(config));
            if (root.isObject()) {
                return root;
            }
        } catch (JacksonException e) {
            throw new MalformedFileException(
                    config,
                    "expected JSON: "
                            + e.getOriginalMessage().lines().findFirst().orElse(""));
        }
        throw new MalformedFileException(config, "expected a JSON object");
    }

    /// What [#write] would replace in a folder.
    public static List<Path> wouldReplace(Path folder) {
        return List.of(folder.resolve(WEIGHTS), folder.resolve(CONFIG)).stream()
                .filter(Files::exists)
                .toList();
    }

    /// Writes a folder, each file whole or not at all, the weights last. A model card that is there already stays as
    /// it is: people write in it.
    ///
    /// @param folder made when it is not there; what else is in it stays
    /// @return whether the card was written
    public static boolean write(Path folder, ModelFile model, ModelCard card) throws IOException {
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
        boolean hasCard = Files.exists(folder.resolve(CARD));
        if (!hasCard) {
            write(folder.resolve(CARD), card.text(model.description()));
        }
        write(folder.resolve(CONFIG), HubConfig.write(model.description()));
        SequencedMap<String, String> metadata = model.metadata();
        metadata.put("format", "pt"); // transformers opens no other
        DurableFile.write(folder.resolve(WEIGHTS), channel -> Safetensors.write(channel, metadata, model.tensors()));
        return !hasCard;
    }

    private static void write(Path file, String text) throws IOException {
        DurableFile.write(file, text.getBytes(StandardCharsets.UTF_8));
    }
}
