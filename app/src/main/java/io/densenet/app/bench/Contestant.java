package io.densenet.app.bench;

/// An engine that holds a network and a batch, ready for the same step again and again.
public interface Contestant extends AutoCloseable {
    /// Of the engine, e.g. `1.29.0`.
    String version();

    /// How it runs, for a person: device, layout, threads.
    String description();

    /// One batch: forwards, or for training forwards and backwards, gradients included.
    void step();

    @Override
    void close();
}
