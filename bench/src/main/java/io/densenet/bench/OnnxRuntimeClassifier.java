package io.densenet.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.densenet.arch.Shape;
import io.densenet.data.ImageBatch;
import io.densenet.engine.BatchChecks;
import io.densenet.engine.Classifier;
import io.densenet.interop.onnx.OnnxFile;
import java.util.Map;

/// A network in ONNX Runtime behind the seam of engines.
record OnnxRuntimeClassifier(OrtEnvironment environment, OrtSession session, Shape inputShape, int numClasses)
        implements Classifier {
    @Override
    public void logits(ImageBatch images, float[] out) {
        int length = BatchChecks.requireRoom(images, numClasses, out);
        long[] shape = {images.size(), images.channels(), images.height(), images.width()};
        try (OnnxTensor tensor = OnnxTensor.createTensor(environment, OnnxRuntimeSession.direct(images), shape);
                OrtSession.Result result = session.run(Map.of(OnnxFile.INPUT, tensor))) {
            if (!(result.get(0) instanceof OnnxTensor logits)) {
                throw new IllegalStateException("the logits are no tensor");
            }
            logits.getFloatBuffer().get(out, 0, length);
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String description() {
        return "ONNX Runtime " + environment.getVersion();
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }
}
