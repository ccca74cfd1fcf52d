package io.densenet.model;

import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.DenseNets;
import io.densenet.data.Fit;
import io.densenet.data.Interpolation;
import io.densenet.data.Normalization;
import io.densenet.data.Preprocessing;
import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Reads the `config.json` that timm saves: how images are prepared and what the classes are called. Which network
/// it is shows from the weights.
final class TimmConfig {
    private TimmConfig() {}

    /// @param file for messages
    static ModelDescription description(Path file, JsonNode root, DenseNetConfig network) throws IOException {
        try {
            // files of 2022 have everything at the top
            JsonNode pretrained = root.has("pretrained_cfg") ? root.get("pretrained_cfg") : root;
            return new ModelDescription(
                    DenseNets.nameOf(network).orElse("densenet"),
                    network,
                    preprocessing(file, pretrained),
                    classNames(root, pretrained, network.numClasses()),
                    HubConfig.task(root));
        } catch (IllegalArgumentException | JacksonException e) {
            throw new MalformedFileException(
                    file, String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }

    private static Preprocessing preprocessing(Path file, JsonNode config) throws UnsupportedFormatException {
        List<Integer> size = ModelDescriptionJson.list(config, "input_size")
                .map(JsonNode::intValue)
                .toList();
        if (size.size() != 3) {
            throw new IllegalArgumentException("input_size: expected channels, height and width, found " + size);
        }
        return new Preprocessing(
                size.get(0),
                size.get(1),
                size.get(2),
                new Normalization(
                        ModelDescriptionJson.doubles(config, "mean"), ModelDescriptionJson.doubles(config, "std")),
                fit(file, config, size.get(1), size.get(2)));
    }

    private static Fit fit(Path file, JsonNode config, int height, int width) throws UnsupportedFormatException {
        Interpolation interpolation = ModelDescriptionJson.interpolation(config);
        double part = config.has("crop_pct") ? config.get("crop_pct").doubleValue() : Fit.PART_OF_THE_PAPER;
        String mode = config.has("crop_mode") ? ModelDescriptionJson.text(config.get("crop_mode")) : "center";
        if (mode.equals("squash") && part == 1) {
            return new Fit.Stretch(interpolation);
        }
        if (mode.equals("center") && height == width) {
            return new Fit.ShortSide(Fit.ShortSide.of(height, part).pixels(), interpolation, Fit.HalfPixel.EVEN);
        }
        throw new UnsupportedFormatException(
                file,
                "images of %dx%d with crop_mode '%s' and crop_pct %s are not fitted so here; there are square ones with 'center', and 'squash' with 1"
                        .formatted(height, width, mode, part));
    }

    /// Their numbers, where nobody named them.
    private static List<String> classNames(JsonNode root, JsonNode pretrained, int classes) {
        JsonNode names = root.has("label_names") ? root.get("label_names") : pretrained.path("label_names");
        return IntStream.range(0, classes)
                .mapToObj(number -> {
                    JsonNode name = names.isArray() ? names.path(number) : names.path(String.valueOf(number));
                    return name.isString() ? name.stringValue() : String.valueOf(number);
                })
                .toList();
    }
}
