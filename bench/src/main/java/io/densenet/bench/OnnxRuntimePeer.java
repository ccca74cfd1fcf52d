package io.densenet.bench;

import io.densenet.app.bench.Contestant;
import io.densenet.app.bench.PeerProvider;
import io.densenet.app.bench.Use;
import io.densenet.app.bench.Workload;

/// ONNX Runtime with the same weights, for inference.
public final class OnnxRuntimePeer implements PeerProvider {
    @Override
    public String name() {
        return "onnxruntime";
    }

    @Override
    public Contestant open(Workload workload, int threads) {
        if (workload.use() == Use.TRAIN) {
            throw new IllegalArgumentException("ONNX Runtime only infers");
        }
        return OnnxRuntimeSession.open(workload.graph(), workload.state(), workload.batch(), threads);
    }
}
