package io.densenet.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.densenet.app.bench.Contestant;
import io.densenet.arch.Graph;
import io.densenet.data.ImageBatch;
import io.densenet.interop.onnx.OnnxFile;
import io.densenet.interop.onnx.OnnxOptions;
import io.densenet.weights.StateDict;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;

/// A network in ONNX Runtime with all its optimisations on, and a batch of images that it already holds:
/// nothing is copied in a step but the logits.
final class OnnxRuntimeSession implements Contestant {
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final OnnxTensor images;
    private final float[] logits;
    private final int threads;

    private OnnxRuntimeSession(
            OrtEnvironment environment, OrtSession session, OnnxTensor images, float[] logits, int threads) {
        this.environment = environment;
        this.session = session;
        this.images = images;
        this.logits = logits;
        this.threads = threads;
    }

    static OnnxRuntimeSession open(Graph graph, StateDict state, ImageBatch batch, int threads) {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = options(threads)) {
            OrtSession session = environment.createSession(
                    OnnxFile.bytes(graph, state, new OnnxOptions("densenet", "bench")), options);
            OnnxTensor images = OnnxTensor.createTensor(environment, direct(batch), new long[] {
                batch.size(), batch.channels(), batch.height(), batch.width()
            });
            return new OnnxRuntimeSession(
                    environment, session, images, new float[batch.size() * graph.numClasses()], threads);
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime does not take the network: " + e.getMessage(), e);
        }
    }

    /// All optimisations, and no more threads than were given.
    static OrtSession.SessionOptions options(int threads) throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
        options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
        options.setIntraOpNumThreads(threads);
        options.setInterOpNumThreads(1);
        return options;
    }

    static FloatBuffer direct(ImageBatch batch) {
        int length = batch.size() * batch.channels() * batch.height() * batch.width();
        FloatBuffer buffer = ByteBuffer.allocateDirect(Float.BYTES * length)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        buffer.put(batch.pixels(), 0, length).rewind();
        return buffer;
    }

    @Override
    public String version() {
        return environment.getVersion();
    }

    @Override
    public String description() {
        return "ONNX Runtime, cpu, all optimisations, %d thread%s".formatted(threads, threads == 1 ? "" : "s");
    }

    @Override
    public void step() {
        try (OrtSession.Result result = session.run(Map.of(OnnxFile.INPUT, images))) {
            if (!(result.get(0) instanceof OnnxTensor tensor)) {
                throw new IllegalStateException("the logits are no tensor");
            }
            tensor.getFloatBuffer().get(logits);
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
        if (!Float.isFinite(logits[0])) {
            throw new IllegalStateException("the first logit was " + logits[0]);
        }
    }

    /// Those of the last step.
    float[] logits() {
        return logits.clone();
    }

    @Override
    public void close() {
        images.close();
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }
}
