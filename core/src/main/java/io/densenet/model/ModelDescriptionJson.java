package io.densenet.model;

import io.densenet.arch.Architecture;
import io.densenet.arch.Baseline;
import io.densenet.arch.BatchNorm;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.Stem;
import io.densenet.arch.baseline.Baselines;
import io.densenet.arch.baseline.Variations;
import io.densenet.data.ChannelOrder;
import io.densenet.data.Fit;
import io.densenet.data.Interpolation;
import io.densenet.data.Normalization;
import io.densenet.data.Preprocessing;
import io.densenet.data.Task;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A [ModelDescription] as JSON and back. Written out by hand, so that renaming a record component in
/// Java can never change the files.
final class ModelDescriptionJson {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private ModelDescriptionJson() {}

    static String write(ModelDescription description) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("name", description.name());
        ObjectNode architecture = root.putObject("architecture");
        switch (description.architecture()) {
            case DenseNetConfig config -> write(config, architecture);
            case Baseline baseline -> {
                architecture.put("baseline", baseline.name());
                architecture.put("inputChannels", baseline.inputChannels());
                ObjectNode variations = architecture.putObject("variations");
                baseline.variations().forEach(variations::put);
            }
        }
        ObjectNode preprocessing = root.putObject("preprocessing");
        preprocessing.put("height", description.preprocessing().height());
        preprocessing.put("width", description.preprocessing().width());
        ArrayNode mean = preprocessing.putArray("mean");
        description.preprocessing().normalization().mean().forEach(mean::add);
        ArrayNode deviation = preprocessing.putArray("deviation");
        description.preprocessing().normalization().deviation().forEach(deviation::add);
        writeFit(description.preprocessing().fit(), preprocessing);
        switch (description.preprocessing().order()) {
            case RGB -> {} // as in files that are older than the choice
            case BGR -> preprocessing.put("channelOrder", "bgr");
        }
        ArrayNode classes = root.putArray("classNames");
        description.classNames().forEach(classes::add);
        switch (description.task()) {
            case SINGLE_LABEL -> {} // as in files that are older than the choice
            case MULTI_LABEL -> root.put("task", description.task().toString());
        }
        return root.toString();
    }

    private static void write(DenseNetConfig config, ObjectNode architecture) {
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
    }

    /// @throws IllegalArgumentException when the text is not what [#write] makes
    static ModelDescription read(String json) {
        try {
            return description(MAPPER.readTree(json));
        } catch (JacksonException e) { // no JSON at all, or for example a string where a number belongs
            throw new IllegalArgumentException(
                    "the model description is not what this program writes: "
                            + e.getOriginalMessage().lines().findFirst().orElse(""),
                    e);
        }
    }

    private static ModelDescription description(JsonNode root) {
        JsonNode architecture = field(root, "architecture");
        JsonNode preprocessing = field(root, "preprocessing");
        List<String> classNames =
                list(root, "classNames").map(ModelDescriptionJson::text).toList();
        int inputChannels = field(architecture, "inputChannels").intValue();
        Architecture network = architecture.has("baseline")
                ? baseline(architecture, inputChannels, classNames.size())
                : denseNet(architecture, inputChannels, classNames.size());
        return new ModelDescription(
                text(field(root, "name")),
                network,
                new Preprocessing(
                        inputChannels,
                        field(preprocessing, "height").intValue(),
                        field(preprocessing, "width").intValue(),
                        new Normalization(doubles(preprocessing, "mean"), doubles(preprocessing, "deviation")),
                        fit(preprocessing),
                        order(preprocessing)),
                classNames,
                task(root));
    }

    private static Architecture baseline(JsonNode architecture, int inputChannels, int numClasses) {
        Map<String, String> variations = new LinkedHashMap<>();
        field(architecture, "variations")
                .properties()
                .forEach(entry -> variations.put(entry.getKey(), text(entry.getValue())));
        return Baselines.named(
                text(field(architecture, "baseline")), Variations.of(variations), inputChannels, numClasses);
    }

    private static Architecture denseNet(JsonNode architecture, int inputChannels, int numClasses) {
        return new DenseNetConfig(
                field(architecture, "growthRate").intValue(),
                list(architecture, "layersPerBlock").map(JsonNode::intValue).toList(),
                field(architecture, "bottleneckFactor").intValue(),
                field(architecture, "compression").doubleValue(),
                stem(
                        text(field(architecture, "stem")),
                        inputChannels,
                        field(architecture, "initialChannels").intValue()),
                new BatchNorm(
                        field(architecture, "batchNormEpsilon").doubleValue(),
                        field(architecture, "batchNormMomentum").doubleValue()),
                field(architecture, "dropRate").doubleValue(),
                numClasses);
    }

    /// What was done before there was a choice is not named, so that the same model gives the same file.
    private static void writeFit(Fit fit, ObjectNode preprocessing) {
        switch (fit) {
            case Fit.Stretch stretch -> {
                preprocessing.put("fit", "stretch");
                if (stretch.interpolation() != Interpolation.BILINEAR) {
                    preprocessing.put("interpolation", name(stretch.interpolation()));
                }
            }
            case Fit.Square square -> {
                preprocessing.put("fit", "square");
                preprocessing.put("interpolation", name(square.interpolation()));
            }
            case Fit.ShortSide side -> {
                preprocessing.put("fit", "short-side");
                preprocessing.put("shortSide", side.pixels());
                preprocessing.put("interpolation", name(side.interpolation()));
                switch (side.halfPixel()) {
                    case UP -> {}
                    case EVEN -> preprocessing.put("halfPixel", "even");
                }
            }
        }
    }

    static String name(Interpolation interpolation) {
        return switch (interpolation) {
            case NEAREST -> "nearest";
            case BILINEAR -> "bilinear";
            case BICUBIC -> "bicubic";
        };
    }

    /// Files that are older than the choice say nothing: then images were stretched.
    private static Fit fit(JsonNode preprocessing) {
        if (!preprocessing.has("fit")) {
            return new Fit.Stretch();
        }
        return switch (text(field(preprocessing, "fit"))) {
            case "stretch" ->
                preprocessing.has("interpolation") ? new Fit.Stretch(interpolation(preprocessing)) : new Fit.Stretch();
            case "square" -> new Fit.Square(interpolation(preprocessing));
            case "short-side" ->
                new Fit.ShortSide(
                        field(preprocessing, "shortSide").intValue(),
                        interpolation(preprocessing),
                        halfPixel(preprocessing));
            case String other ->
                throw new IllegalArgumentException(
                        "no fit is named '%s'; there are stretch, short-side, square".formatted(other));
        };
    }

    static Interpolation interpolation(JsonNode preprocessing) {
        return switch (text(field(preprocessing, "interpolation"))) {
            case "nearest" -> Interpolation.NEAREST;
            case "bilinear" -> Interpolation.BILINEAR;
            case "bicubic" -> Interpolation.BICUBIC;
            case String other ->
                throw new IllegalArgumentException(
                        "no interpolation is named '%s'; there are nearest, bilinear, bicubic".formatted(other));
        };
    }

    private static Fit.HalfPixel halfPixel(JsonNode preprocessing) {
        if (!preprocessing.has("halfPixel")) {
            return Fit.HalfPixel.UP;
        }
        return switch (text(field(preprocessing, "halfPixel"))) {
            case "up" -> Fit.HalfPixel.UP;
            case "even" -> Fit.HalfPixel.EVEN;
            case String other ->
                throw new IllegalArgumentException(
                        "no way to round half a pixel is named '%s'; there are up, even".formatted(other));
        };
    }

    private static ChannelOrder order(JsonNode preprocessing) {
        if (!preprocessing.has("channelOrder")) {
            return ChannelOrder.RGB;
        }
        return switch (text(field(preprocessing, "channelOrder"))) {
            case "rgb" -> ChannelOrder.RGB;
            case "bgr" -> ChannelOrder.BGR;
            case String other ->
                throw new IllegalArgumentException(
                        "no order of channels is named '%s'; there are rgb, bgr".formatted(other));
        };
    }

    static Task task(JsonNode root) {
        if (!root.has("task")) {
            return Task.SINGLE_LABEL;
        }
        String name = text(field(root, "task"));
        return Arrays.stream(Task.values())
                .filter(task -> task.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "no task is named '%s'; there are single-label, multi-label".formatted(name)));
    }

    static List<Double> doubles(JsonNode parent, String name) {
        return list(parent, name).map(JsonNode::doubleValue).toList();
    }

    static Stream<JsonNode> list(JsonNode parent, String name) {
        return field(parent, name).asArray().valueStream();
    }

    static String text(JsonNode value) {
        if (!value.isString()) { // asked for its string, Jackson gives null for a null
            throw new IllegalArgumentException("the model description has %s where a text belongs".formatted(value));
        }
        return value.stringValue();
    }

    static JsonNode field(JsonNode parent, String name) {
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
