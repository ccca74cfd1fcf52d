package io.densenet.app.engine;

/// An engine and where it computes.
///
/// @param libTorch whether libtorch computes, and not this project's own engine
/// @param device   `auto`, `cpu` or `cuda:N`; `cpu` for this project's own engine
/// @param threads  that compute
public record EngineChoice(boolean libTorch, String device, int threads) {
    /// This project's own engine.
    public static EngineChoice own(int threads) {
        return new EngineChoice(false, "cpu", threads);
    }

    /// libtorch without a GPU, even where there is one.
    public static EngineChoice libTorchOnCpu(int threads) {
        return new EngineChoice(true, "cpu", threads);
    }
}
