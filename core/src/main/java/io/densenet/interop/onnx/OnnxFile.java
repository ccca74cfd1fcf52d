package io.densenet.interop.onnx;

import com.google.protobuf.CodedOutputStream;
import io.densenet.arch.Graph;
import io.densenet.weights.DurableFile;
import io.densenet.weights.StateDict;
import io.densenet.weights.TensorBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Path;

/// Networks with their weights as ONNX files, for inference with any number of images: IR version 8 and operator
/// set 17 (ONNX 1.12, of 2022), which every later runtime reads.
///
/// One input, `images`, batch × C × H × W of normalised pixels, and one output, `logits`, batch × classes, both
/// 32-bit floats. One ONNX node for each operation of the graph, as an export of PyTorch has them, and under
/// torchvision's names; nothing is folded or fused, which is the runtime's business. What only training needs
/// is left out: dropout, the outputs that deep supervision judges, the counters of batches. Every operation of
/// [io.densenet.arch.Op] has its equivalent.
///
/// A protobuf message is smaller than 2 GB, and so is what can be written.
public final class OnnxFile {
    /// Name of the input.
    public static final String INPUT = "images";

    /// Name of the output.
    public static final String OUTPUT = "logits";

    private static final int IR_VERSION = 8;
    private static final int OPERATOR_SET = 17;
    private static final int BUFFER_BYTES = 1 << 16;

    private OnnxFile() {}

    /// Writes the file, whole or not at all; it is the same for the same network, weights and options.
    ///
    /// @param graph for images of the size to be written
    /// @throws IllegalArgumentException when the weights are those of another network, it is too large, or it
    ///     cannot have the options
    /// @throws IOException              when the file cannot be written
    public static void write(Path file, Graph graph, StateDict state, OnnxOptions options) throws IOException {
        Message model = model(graph, state, options);
        DurableFile.write(file, channel -> write(model, Channels.newOutputStream(channel)));
    }

    /// The same bytes, in memory.
    ///
    /// @throws IllegalArgumentException as [#write] does
    public static byte[] bytes(Graph graph, StateDict state, OnnxOptions options) {
        Message model = model(graph, state, options);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(Math.toIntExact(model.size()));
        try {
            write(model, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail that way
        }
        return bytes.toByteArray();
    }

    private static void write(Message model, OutputStream stream) throws IOException {
        CodedOutputStream out = CodedOutputStream.newInstance(stream, BUFFER_BYTES);
        model.writeTo(out, new TensorBytes());
        out.flush();
    }

    private static Message model(Graph graph, StateDict state, OnnxOptions options) {
        state.requireFit(graph.stateDict());
        Message model = new Message()
                .put(Field.MODEL_IR_VERSION, IR_VERSION)
                .put(Field.MODEL_PRODUCER_NAME, "densenet")
                .put(Field.MODEL_PRODUCER_VERSION, options.producerVersion())
                .put(Field.MODEL_GRAPH, OnnxGraph.of(graph, state, options))
                .put(
                        Field.MODEL_OPERATOR_SET,
                        new Message()
                                .put(Field.OPERATOR_SET_DOMAIN, "") // ONNX' own
                                .put(Field.OPERATOR_SET_VERSION, OPERATOR_SET));
        options.metadata()
                .forEach((key, value) -> model.put(
                        Field.MODEL_METADATA,
                        new Message().put(Field.METADATA_KEY, key).put(Field.METADATA_VALUE, value)));
        if (model.size() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "%s: %,d bytes as ONNX, which holds less than 2 GB; safetensors has no such limit"
                            .formatted(options.name(), model.size()));
        }
        return model;
    }
}
