package io.densenet.cpu;

import io.densenet.arch.FrozenFront;

/// How the engine runs.
///
/// @param threads that compute, the caller's among them; their number never changes a result
/// @param memory  what training keeps
/// @param frozen  what training leaves as it is
public record CpuOptions(int threads, MemoryMode memory, FrozenFront frozen) {
    public CpuOptions {
        if (threads < 1) {
            throw new IllegalArgumentException("at least one thread is needed, was " + threads);
        }
    }

    /// With nothing frozen.
    public CpuOptions(int threads, MemoryMode memory) {
        this(threads, memory, FrozenFront.NONE);
    }
}
