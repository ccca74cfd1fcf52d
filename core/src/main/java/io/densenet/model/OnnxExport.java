package io.densenet.model;

import io.densenet.interop.onnx.OnnxFile;
import io.densenet.interop.onnx.OnnxOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import tools.jackson.databind.json.JsonMapper;

/// A trained network as an ONNX file that says by itself how images are prepared and what the classes are called.
///
/// Its metadata (`metadata_props`):
///
/// | key | value |
/// |---|---|
/// | `class_names` | JSON array of the classes' names, in the order of the logits |
/// | `task` | `single-label`: a softmax makes probabilities of the logits; `multi-label`: a sigmoid does, of each |
/// | `preprocessing` | JSON object with timm's keys: `input_size`, `interpolation`, `crop_pct`, `crop_mode`, `mean`,
/// `std` |
/// | `densenet.model` | JSON object: the whole [ModelDescription], as in our safetensors files |
public final class OnnxExport {
    private OnnxExport() {}

    /// Writes the file, whole or not at all.
    ///
    /// @param producerVersion of the program that writes
    /// @param anySize         whether images may have any height and width, and not only the network's
    /// @throws IllegalArgumentException when the network cannot be written so
    public static void write(Path file, ModelFile model, String producerVersion, boolean anySize) throws IOException {
        ModelDescription description = model.description();
        OnnxFile.write(
                file,
                description.graph(),
                model.state(),
                new OnnxOptions(description.name(), producerVersion, anySize, metadata(description)));
    }

    private static SequencedMap<String, String> metadata(ModelDescription description) {
        SequencedMap<String, String> metadata = new LinkedHashMap<>();
        metadata.put("class_names", JsonMapper.shared().writeValueAsString(description.classNames()));
        metadata.put("task", description.task().toString());
        metadata.put("preprocessing", HubConfig.preprocessing(description).toString());
        metadata.put(ModelFile.DESCRIPTION_KEY, ModelDescriptionJson.write(description));
        return metadata;
    }
}
