package io.densenet.cpu;

/// Memory of training steps, which outlives the network of one batch size.
record TrainingMemory(MemoryMode mode, FeatureMemory features, SharedMemory shared) {
    TrainingMemory(MemoryMode mode) {
        this(mode, new FeatureMemory(), new SharedMemory());
    }
}
