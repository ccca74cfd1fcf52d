package io.densenet.model;

import io.densenet.arch.Architecture;
import io.densenet.arch.Baseline;
import io.densenet.arch.BatchNorm;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.DenseNets;
import io.densenet.arch.Graph;
import io.densenet.arch.Node;
import io.densenet.arch.Op;
import io.densenet.arch.Stem;
import io.densenet.data.ChannelOrder;
import io.densenet.data.Fit;
import io.densenet.data.Interpolation;
import io.densenet.data.Preprocessing;
import io.densenet.data.Task;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes the `config.json` of a model folder on the Hugging Face Hub: the keys that timm reads (`timm.create_model`
/// with `local-dir:` or `hf-hub:`), and under `densenet` our own description, from which we read it back without
/// loss.
final class HubConfig {
    /// Key of our own description.
    static final String OWN_KEY = "densenet";

    /// Key and value of transformers.
    private static final String TASK_KEY = "problem_type";

    private static final String MULTI_LABEL = "multi_label_classification";

    private static final JsonMapper MAPPER = JsonMapper.shared();

    /// timm builds these by name, and from the first one any other network of its family.
    private static final List<String> TIMM_NAMES = List.of("densenet121", "densenet161", "densenet169", "densenet201");

    private static final double TIMM_COMPRESSION = 0.5;
    private static final int COLOURS = 3;

    private HubConfig() {}

    static String write(ModelDescription description) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("architecture", timmName(description).orElse(description.name()));
        root.put("num_classes", description.classNames().size());
        Graph graph = description.graph();
        last(graph, Op.Linear.class).ifPresent(head -> root.put("num_features", ((Op.Linear) head.op()).inputs()));
        last(graph, Op.GlobalAveragePooling.class).ifPresent(_ -> root.put("global_pool", "avg"));
        description.classNames().forEach(root.putArray("label_names")::add);
        switch (description.task()) {
            case SINGLE_LABEL -> {} // what every reader takes for granted
            case MULTI_LABEL -> root.put(TASK_KEY, MULTI_LABEL);
        }
        timmArguments(description).ifPresent(arguments -> root.set("model_args", arguments));
        root.set("pretrained_cfg", preprocessing(description));
        root.set(OWN_KEY, MAPPER.readTree(ModelDescriptionJson.write(description)));
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    /// What a configuration says of the task; one class an image where it says nothing.
    static Task task(JsonNode root) {
        return root.path(TASK_KEY).asString("").equals(MULTI_LABEL) ? Task.MULTI_LABEL : Task.SINGLE_LABEL;
    }

    /// timm's name of the network, where timm builds it; with [#timmArguments].
    static Optional<String> timmName(ModelDescription description) {
        return timmDenseNet(description)
                .map(config ->
                        DenseNets.nameOf(config).filter(TIMM_NAMES::contains).orElse(TIMM_NAMES.getFirst()));
    }

    /// What timm's constructor has to be told besides the name and the number of classes, if anything.
    private static Optional<ObjectNode> timmArguments(ModelDescription description) {
        return timmDenseNet(description)
                .map(config -> {
                    ObjectNode arguments = MAPPER.createObjectNode();
                    if (DenseNets.nameOf(config).filter(TIMM_NAMES::contains).isEmpty()) {
                        arguments.put("growth_rate", config.growthRate());
                        config.layersPerBlock().forEach(arguments.putArray("block_config")::add);
                        arguments.put("bn_size", config.bottleneckFactor());
                    }
                    if (config.inputChannels() != COLOURS) {
                        arguments.put("in_chans", config.inputChannels());
                    }
                    return arguments;
                })
                .filter(arguments -> !arguments.isEmpty());
    }

    /// The networks that timm's `DenseNet` is: those of the ImageNet family, whatever their depth. It reads colours
    /// red first.
    private static Optional<DenseNetConfig> timmDenseNet(ModelDescription description) {
        return Optional.of(description.architecture())
                .flatMap(HubConfig::denseNet)
                .filter(config -> config.stem() instanceof Stem.ImageNet
                        && config.stem().initialChannels() == 2 * config.growthRate()
                        && config.hasBottleneck()
                        && config.compression() == TIMM_COMPRESSION
                        && config.batchNorm().epsilon() == BatchNorm.STANDARD.epsilon()
                        && description.preprocessing().order() == ChannelOrder.RGB);
    }

    private static Optional<DenseNetConfig> denseNet(Architecture architecture) {
        return switch (architecture) {
            case DenseNetConfig config -> Optional.of(config);
            case Baseline _ -> Optional.empty();
        };
    }

    /// timm's `pretrained_cfg`: what is done to images, and where the first and the last layer are.
    static JsonNode preprocessing(ModelDescription description) {
        Preprocessing preprocessing = description.preprocessing();
        Graph graph = description.graph();
        ObjectNode config = MAPPER.createObjectNode();
        ints(config.putArray("input_size"), preprocessing.channels(), preprocessing.height(), preprocessing.width());
        config.put("fixed_input_size", false);
        switch (preprocessing.fit()) {
            case Fit.Stretch stretch -> fit(config, stretch.interpolation(), 1, "squash");
            case Fit.Square square -> fit(config, square.interpolation(), 1, "center");
            case Fit.ShortSide side -> fit(config, side.interpolation(), part(preprocessing, side.pixels()), "center");
        }
        preprocessing.normalization().mean().forEach(config.putArray("mean")::add);
        preprocessing.normalization().deviation().forEach(config.putArray("std")::add);
        config.put("num_classes", description.classNames().size());
        last(graph, Op.GlobalAveragePooling.class)
                .map(pool -> graph.nodes().get(pool.inputs().getFirst()).output())
                .ifPresent(map -> ints(config.putArray("pool_size"), map.height(), map.width()));
        graph.nodes().stream()
                .filter(node -> node.op() instanceof Op.Convolution)
                .findFirst()
                .ifPresent(node -> config.put("first_conv", node.name()));
        last(graph, Op.Linear.class).ifPresent(node -> config.put("classifier", node.name()));
        return config;
    }

    private static void fit(ObjectNode config, Interpolation interpolation, double part, String mode) {
        config.put("interpolation", ModelDescriptionJson.name(interpolation));
        config.put("crop_pct", part);
        config.put("crop_mode", mode);
    }

    /// The part of a short side of `pixels` that the network sees, so that timm, which divides by it and rounds
    /// down, comes to the same pixels.
    private static double part(Preprocessing preprocessing, int pixels) {
        int side = Math.max(preprocessing.height(), preprocessing.width());
        double part = (double) side / pixels;
        return (int) (side / part) == pixels ? part : Math.nextDown(part);
    }

    private static Optional<Node> last(Graph graph, Class<? extends Op> kind) {
        return graph.nodes().reversed().stream()
                .filter(node -> kind.isInstance(node.op()))
                .findFirst();
    }

    private static void ints(ArrayNode array, int... values) {
        for (int value : values) {
            array.add(value);
        }
    }
}
