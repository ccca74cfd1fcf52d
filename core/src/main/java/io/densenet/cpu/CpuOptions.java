package io.densenet.cpu;

/// How the engine runs.
///
/// @param threads that compute, the caller's among them; their number never changes a result
/// @param memory  what training keeps
public record CpuOptions(int threads, MemoryMode memory) {
    public CpuOptions {
        if (threads < 1) {
            throw new IllegalArgumentException("at least one thread is needed, was " + threads);
        }
    }
}
