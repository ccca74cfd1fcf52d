package io.densenet.golden;

import io.densenet.arch.BatchNorm;
import io.densenet.arch.DenseNet;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.Graph;
import io.densenet.arch.Shape;
import io.densenet.arch.Stem;
import io.densenet.data.ImageBatch;
import io.densenet.engine.Step;
import io.densenet.weights.StateDict;
import io.densenet.weights.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One case that PyTorch has computed; `make_goldens.py` says what is in the file.
public final class Golden {
    public static final List<String> CASES = List.of(
            "plain",
            "bottleneck",
            "compression",
            "bc",
            "bc-growth-1",
            "label-smoothing",
            "imagenet-bc",
            "imagenet-plain",
            "dropout",
            "dropout-plain");

    private final JsonNode header;
    private final JsonNode metadata;
    private final ByteBuffer data;

    private Golden(JsonNode header, ByteBuffer data) {
        this.header = header;
        this.metadata = header.get("__metadata__");
        this.data = data;
    }

    public static Golden read(String name) {
        try (var stream = Golden.class.getResourceAsStream("/goldens/" + name + ".safetensors")) {
            ByteBuffer file = ByteBuffer.wrap(
                            Objects.requireNonNull(stream, name).readAllBytes())
                    .order(ByteOrder.LITTLE_ENDIAN);
            byte[] header = new byte[Math.toIntExact(file.getLong())];
            file.get(header);
            return new Golden(
                    JsonMapper.shared().readTree(new String(header, StandardCharsets.UTF_8)),
                    file.slice().order(ByteOrder.LITTLE_ENDIAN));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Graph graph() {
        return Graph.of(network(), image());
    }

    public Shape image() {
        return new Shape(number("inputChannels"), number("height"), number("width"));
    }

    public DenseNet network() {
        Stem stem = text("stem").equals("imagenet")
                ? new Stem.ImageNet(number("inputChannels"), number("initialChannels"))
                : new Stem.Cifar(number("inputChannels"), number("initialChannels"));
        DenseNetConfig config = new DenseNetConfig(
                number("growthRate"),
                Arrays.stream(text("layersPerBlock").split(",", -1))
                        .map(Integer::valueOf)
                        .toList(),
                number("bottleneckFactor"),
                Double.parseDouble(text("compression")),
                stem,
                BatchNorm.STANDARD,
                Double.parseDouble(text("dropRate")),
                number("numClasses"));
        return DenseNet.of(config);
    }

    public ImageBatch batch() {
        return new ImageBatch(
                number("batch"),
                number("inputChannels"),
                number("height"),
                number("width"),
                floats("image"),
                Arrays.stream(longs("labels")).mapToInt(Math::toIntExact).toArray());
    }

    public Step step(int index) {
        return new Step(Long.parseLong(text("seed")), index, 1, Double.parseDouble(text("labelSmoothing")));
    }

    /// Parameters and buffers before the first step.
    public StateDict state() {
        SequencedMap<String, Tensor> entries = new LinkedHashMap<>();
        for (String key : header.propertyNames()) {
            if (key.startsWith("state.")) {
                List<Integer> shape = header.get(key)
                        .get("shape")
                        .valueStream()
                        .map(JsonNode::asInt)
                        .toList();
                entries.put(
                        key.substring("state.".length()),
                        key.endsWith("num_batches_tracked")
                                ? new Tensor.Longs(shape, longs(key))
                                : new Tensor.Floats(shape, floats(key)));
            }
        }
        return new StateDict(entries);
    }

    public boolean has(String name) {
        return header.has(name);
    }

    public float[] floats(String name) {
        ByteBuffer bytes = bytes(name, "F32");
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        return values;
    }

    public double[] doubles(String name) {
        ByteBuffer bytes = bytes(name, "F64");
        double[] values = new double[bytes.remaining() / Double.BYTES];
        bytes.asDoubleBuffer().get(values);
        return values;
    }

    public long[] longs(String name) {
        ByteBuffer bytes = bytes(name, "I64");
        long[] values = new long[bytes.remaining() / Long.BYTES];
        bytes.asLongBuffer().get(values);
        return values;
    }

    private ByteBuffer bytes(String name, String type) {
        JsonNode entry = Objects.requireNonNull(header.get(name), name);
        if (!entry.get("dtype").asString().equals(type)) {
            throw new IllegalArgumentException(name + " is not of type " + type);
        }
        int start = entry.get("data_offsets").get(0).asInt();
        int end = entry.get("data_offsets").get(1).asInt();
        return data.slice(start, end - start).order(ByteOrder.LITTLE_ENDIAN);
    }

    private String text(String key) {
        return metadata.get(key).asString();
    }

    private int number(String key) {
        return Integer.parseInt(text(key));
    }
}
