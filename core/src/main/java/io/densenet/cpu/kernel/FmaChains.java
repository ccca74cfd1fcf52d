package io.densenet.cpu.kernel;

/// Nothing but fused multiply-adds on registers: what the processor does at most, which no kernel can exceed.
///
/// ```
/// for each step                           no memory is touched
///   12 chains: x = x · a + b              a chain waits for itself, the others fill the gap
/// ```
///
/// A multiply-add takes four or five cycles and two can start in each, so about ten chains keep a processor
/// busy; twelve and the two constants still fit sixteen registers.
public sealed interface FmaChains permits ScalarFmaChains, VectorFmaChains {
    /// Independent chains.
    int CHAINS = 12;

    /// With vectors when the module `jdk.incubator.vector` is there, with plain loops otherwise.
    static FmaChains best() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
                ? new VectorFmaChains()
                : new ScalarFmaChains();
    }

    /// Multiply-adds of one step of all chains.
    int multiplyAddsPerStep();

    /// Runs the chains.
    ///
    /// @return their sum, so that no compiler leaves them out
    float run(int steps);
}
