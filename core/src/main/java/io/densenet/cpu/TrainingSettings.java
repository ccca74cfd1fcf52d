package io.densenet.cpu;

import io.densenet.arch.BatchNorm;

/// What all layers of a network share in training.
///
/// @param features where they take the feature maps that they keep
record TrainingSettings(BatchNorm batchNorm, MemoryMode memory, FeatureMemory features) {}
