package io.densenet.train;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What a [Checkpoint] holds besides tensors, as JSON and back. Written out by hand, so that renaming a record
/// component in Java can never change the files.
final class CheckpointJson {
    /// Raise it when a reader of the old form could take the new one for something else.
    static final int FORMAT = 1;

    private static final JsonMapper MAPPER = JsonMapper.shared();

    /// @param engine that trained so far, in its own words
    record Content(Progress progress, String engine, SequencedMap<String, String> settings) {}

    private CheckpointJson() {}

    static String write(Content content) {
        Progress progress = content.progress;
        ObjectNode root = MAPPER.createObjectNode();
        root.put("format", FORMAT);
        root.put("engine", content.engine);
        ObjectNode counters = root.putObject("progress");
        counters.put("epoch", progress.epoch());
        counters.put("batch", progress.batch());
        counters.put("step", progress.step());
        counters.put("epochLoss", progress.sums().loss());
        counters.put("epochCorrect", progress.sums().correct());
        counters.put("epochImages", progress.sums().images());
        counters.put("bestEpoch", progress.best().epoch());
        counters.put("bestTop1", progress.best().score());
        counters.put("seconds", progress.seconds());
        counters.put("lossesSha256", progress.lossesSha256());
        ObjectNode settings = root.putObject("settings");
        content.settings.forEach(settings::put);
        return root.toString();
    }

    /// @throws IllegalArgumentException when the text is no JSON object with a number of its format
    static int format(String json) {
        try {
            return field(MAPPER.readTree(json), "format").intValue();
        } catch (JacksonException e) {
            throw refused(e);
        }
    }

    /// @throws IllegalArgumentException when the text is not what [#write] makes
    static Content read(String json) {
        try {
            JsonNode root = MAPPER.readTree(json);
            SequencedMap<String, String> settings = new LinkedHashMap<>();
            for (Map.Entry<String, JsonNode> setting :
                    field(root, "settings").asObject().properties()) {
                settings.put(setting.getKey(), text(setting.getValue()));
            }
            return new Content(progress(field(root, "progress")), text(field(root, "engine")), settings);
        } catch (JacksonException e) {
            throw refused(e);
        }
    }

    private static Progress progress(JsonNode counters) {
        return new Progress(
                field(counters, "epoch").intValue(),
                field(counters, "batch").intValue(),
                field(counters, "step").longValue(),
                new Progress.Sums(
                        field(counters, "epochLoss").doubleValue(),
                        field(counters, "epochCorrect").intValue(),
                        field(counters, "epochImages").intValue()),
                new Progress.Best(
                        field(counters, "bestEpoch").intValue(),
                        field(counters, "bestTop1").doubleValue()),
                field(counters, "seconds").doubleValue(),
                text(field(counters, "lossesSha256")));
    }

    private static String text(JsonNode value) {
        if (!value.isString()) { // asked for its string, Jackson gives null for a null
            throw new IllegalArgumentException("its training state has %s where a text belongs".formatted(value));
        }
        return value.stringValue();
    }

    private static JsonNode field(JsonNode parent, String name) {
        JsonNode value = parent.get(name);
        if (value == null) {
            throw new IllegalArgumentException("its training state has no '" + name + "'");
        }
        return value;
    }

    private static IllegalArgumentException refused(JacksonException e) {
        return new IllegalArgumentException(
                "its training state is not what this program writes: "
                        + e.getOriginalMessage().lines().findFirst().orElse(""),
                e);
    }
}
