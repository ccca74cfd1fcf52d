package io.densenet.app.engine;

import io.densenet.arch.Shape;
import io.densenet.engine.Classifier;
import java.nio.file.Path;

/// Opens ONNX Runtime, which is no part of the program; [Peers#onnxRuntime()] finds it.
public interface OnnxRuntime {
    /// A network of ours in an `.onnx` file, ready to run.
    ///
    /// @param image   shape of the images that it is to read
    /// @param classes that it tells apart
    /// @throws IllegalArgumentException when ONNX Runtime does not take the file
    Classifier open(Path file, Shape image, int classes, int threads);
}
