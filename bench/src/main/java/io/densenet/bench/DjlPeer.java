package io.densenet.bench;

import io.densenet.app.bench.Contestant;
import io.densenet.app.bench.PeerProvider;
import io.densenet.app.bench.Workload;
import io.densenet.arch.DenseNet;

/// The Deep Java Library with its PyTorch engine: the network built from its own blocks.
public final class DjlPeer implements PeerProvider {
    @Override
    public String name() {
        return "djl";
    }

    @Override
    public Contestant open(Workload workload, int threads) {
        DenseNet network = workload.network().requireDenseNet("djl");
        return DjlSession.open(network, workload.state(), workload.batch(), workload.use(), threads);
    }
}
