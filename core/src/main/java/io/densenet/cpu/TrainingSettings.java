package io.densenet.cpu;

import io.densenet.arch.BatchNorm;

/// What all layers of a network share in training.
record TrainingSettings(BatchNorm batchNorm, MemoryMode memory) {}
