package io.densenet.app.bench;

import io.densenet.cpu.CpuMemory;
import io.densenet.cpu.MemoryMode;
import java.util.List;
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
    /// @param forecast      bytes of the engine's arrays, by kind
    /// @param forecastBytes of all of them
    /// @param peakRssBytes  of the process that trained; null where nobody knows
    record Network(
            String model,
            int depth,
            long parameters,
            MemoryMode memory,
            CpuMemory forecast,
            long forecastBytes,
            @Nullable Long peakRssBytes) {}
}
