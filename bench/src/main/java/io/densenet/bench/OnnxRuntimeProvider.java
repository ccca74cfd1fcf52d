package io.densenet.bench;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.densenet.app.engine.OnnxRuntime;
import io.densenet.arch.Shape;
import io.densenet.engine.Classifier;
import java.nio.file.Path;

/// ONNX Runtime for `convert --verify`.
public final class OnnxRuntimeProvider implements OnnxRuntime {
    @Override
    public Classifier open(Path file, Shape image, int classes, int threads) {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = OnnxRuntimeSession.options(threads)) {
            OrtSession session = environment.createSession(file.toString(), options);
            return new OnnxRuntimeClassifier(environment, session, image, classes);
        } catch (OrtException e) {
            throw new IllegalArgumentException(
                    "%s: ONNX Runtime does not take it: %s".formatted(file, e.getMessage()), e);
        }
    }
}
