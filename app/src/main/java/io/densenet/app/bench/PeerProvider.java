package io.densenet.app.bench;

/// Somebody else's engine, found by [java.util.ServiceLoader] in the process that runs it.
public interface PeerProvider {
    /// What `--engines` calls it.
    String name();

    /// Opens the engine with the network, weights and batch of the workload.
    ///
    /// @throws IllegalArgumentException when it cannot run that
    Contestant open(Workload workload, int threads);
}
