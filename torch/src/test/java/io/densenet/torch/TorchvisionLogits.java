package io.densenet.torch;

import io.densenet.arch.DenseNet;
import io.densenet.arch.Graph;
import io.densenet.cpu.CpuClassifier;
import io.densenet.cpu.CpuOptions;
import io.densenet.cpu.MemoryMode;
import io.densenet.engine.Classifier;
import io.densenet.golden.TorchvisionNetwork.Answer;
import io.densenet.interop.ImportedWeights;

/// The logits of imported weights in either engine.
enum TorchvisionLogits {
    CPU {
        @Override
        Classifier open(ImportedWeights weights, Answer answer) {
            return CpuClassifier.openForInference(
                    DenseNet.of(weights.config()),
                    answer.image(),
                    weights.state(),
                    new CpuOptions(1, MemoryMode.STANDARD));
        }
    },
    TORCH {
        @Override
        Classifier open(ImportedWeights weights, Answer answer) {
            return TorchClassifier.openForInference(
                    Graph.of(DenseNet.of(weights.config()), answer.image()),
                    weights.state(),
                    TorchOptions.cpu(1, MemoryLayout.CONTIGUOUS));
        }
    };

    abstract Classifier open(ImportedWeights weights, Answer answer);

    /// Of the answer's images: images × classes, row by row.
    float[] compute(ImportedWeights weights, Answer answer) {
        float[] logits = new float[answer.torchvision().length];
        try (Classifier classifier = open(weights, answer)) {
            classifier.logits(answer.images(), logits);
        }
        return logits;
    }
}
