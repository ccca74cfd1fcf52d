package io.densenet.app.bench;

import io.densenet.cpu.CpuMemory;
import io.densenet.cpu.MemoryMode;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What `bench memory` found. The names of the components are the keys of the JSON.
///
/// @param command    that measured it
/// @param inputShape channels, height, width
/// @param networks   from the shallowest to the deepest, each in both ways to train
record MemoryReport(
        String command,
        Machine machine,
        int growthRate,
        List<Integer> inputShape,
        int batchSize,
        int steps,
        List<Network> networks) {
    /// One network in one way to train.
    ///
    /// @param engine        `cpu` or `torch`
    /// @param forecast      bytes of the fused engine's arrays, by kind; null for libtorch
    /// @param forecastBytes of all arrays or tensors; null where nobody foretells them
    /// @param peakRssBytes  of the process that trained; null where nobody knows
    record Network(
            String model,
            int depth,
            long parameters,
            String engine,
            MemoryMode memory,
            @Nullable CpuMemory forecast,
            @Nullable Long forecastBytes,
            @Nullable Long peakRssBytes) {
        public Network {
            engine = Objects.requireNonNullElse(engine, "cpu"); // a document of the time when there was no other
        }
    }
}
