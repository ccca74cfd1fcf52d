package io.densenet.model;

import io.densenet.arch.BatchNorm;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.Stem;
import io.densenet.data.Normalization;
import io.densenet.data.Preprocessing;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A [ModelDescription] as JSON and back. Written out by hand, so that renaming a record component in Java can
/// never change the files.
final class ModelDescriptionJson {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private ModelDescriptionJson() {}

    static String write(ModelDescription description) {
        DenseNetConfig config = description.config();
        ObjectNode root = MAPPER.createObjectNode();
        root.put("name", description.name());
        ObjectNode architecture = root.putObject("architecture");
        architecture.put("growthRate", config.growthRate());
        ArrayNode layers = architecture.putArray("layersPerBlock");
        config.layersPerBlock().forEach(layers::add);
        architecture.put("bottleneckFactor", config.bottleneckFactor());
        architecture.put("compression", config.compression());
        architecture.put("stem", stemKind(config.stem()));
        architecture.put("inputChannels", config.stem().inputChannels());
        architecture.put("initialChannels", config.stem().initialChannels());
        architecture.put("batchNormEpsilon", config.batchNorm().epsilon());
        architecture.put("batchNormMomentum", config.batchNorm().momentum());
        architecture.put("dropRate", config.dropRate());
        ObjectNode preprocessing = root.putObject("preprocessing");
        preprocessing.put("height", description.preprocessing().height());
        preprocessing.put("width", description.preprocessing().width());
        ArrayNode mean = preprocessing.putArray("mean");
        description.preprocessing().normalization().mean().forEach(mean::add);
        ArrayNode deviation = preprocessing.putArray("deviation");
        description.preprocessing().normalization().deviation().forEach(deviation::add);
        ArrayNode classes = root.putArray("classNames");
        description.classNames().forEach(classes::add);
        return root.toString();
    }

    /// @throws IllegalArgumentException when the text is not what [#write] makes
    static ModelDescription read(String json) {
        JsonNode root;
        try {
            root = MAPPER.readTree(json);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("the model description is not JSON: " + e.getOriginalMessage(), e);
        }
        JsonNode architecture = field(root, "architecture");
        JsonNode preprocessing = field(root, "preprocessing");
        List<String> classNames =
                field(root, "classNames").valueStream().map(JsonNode::asString).toList();
        int inputChannels = field(architecture, "inputChannels").asInt();
        DenseNetConfig config = new DenseNetConfig(
                field(architecture, "growthRate").asInt(),
                field(architecture, "layersPerBlock")
                        .valueStream()
                        .map(JsonNode::asInt)
                        .toList(),
                field(architecture, "bottleneckFactor").asInt(),
                field(architecture, "compression").asDouble(),
                stem(
                        field(architecture, "stem").asString(),
                        inputChannels,
                        field(architecture, "initialChannels").asInt()),
                new BatchNorm(
                        field(architecture, "batchNormEpsilon").asDouble(),
                        field(architecture, "batchNormMomentum").asDouble()),
                field(architecture, "dropRate").asDouble(),
                classNames.size());
        return new ModelDescription(
                field(root, "name").asString(),
                config,
                new Preprocessing(
                        inputChannels,
                        field(preprocessing, "height").asInt(),
                        field(preprocessing, "width").asInt(),
                        new Normalization(doubles(preprocessing, "mean"), doubles(preprocessing, "deviation"))),
                classNames);
    }

    private static List<Double> doubles(JsonNode parent, String name) {
        return field(parent, name).valueStream().map(JsonNode::asDouble).toList();
    }

    private static JsonNode field(JsonNode parent, String name) {
        JsonNode value = parent.get(name);
        if (value == null || value.isNull()) {
            throw new IllegalArgumentException("the model description has no '" + name + "'");
        }
        return value;
    }

    private static String stemKind(Stem stem) {
        return switch (stem) {
            case Stem.Cifar _ -> "cifar";
            case Stem.ImageNet _ -> "imagenet";
        };
    }

    private static Stem stem(String kind, int inputChannels, int initialChannels) {
        return switch (kind) {
            case "cifar" -> new Stem.Cifar(inputChannels, initialChannels);
            case "imagenet" -> new Stem.ImageNet(inputChannels, initialChannels);
            default -> throw new IllegalArgumentException("no stem is named '" + kind + "'; there are cifar, imagenet");
        };
    }
}
