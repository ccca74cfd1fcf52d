package io.densenet.bench;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;
import io.densenet.app.bench.Contestant;
import io.densenet.app.bench.Use;
import io.densenet.arch.DenseNet;
import io.densenet.arch.Graph;
import io.densenet.arch.ParameterSpec;
import io.densenet.data.ImageBatch;
import io.densenet.weights.StateDict;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// A network in DJL's PyTorch engine, with the weights and images that all contestants have.
///
/// DJL would download libtorch and tell its makers that it was used; here it does neither. Its libtorch is on
/// the class path.
final class DjlSession implements Contestant {
    private static final String ENGINE = "PyTorch";

    private final NDManager manager;
    private final Block block;
    private final ParameterStore store;
    private final ImageBatch batch;
    private final Shape shape;
    private final Use use;
    private final int threads;

    private DjlSession(NDManager manager, Block block, ImageBatch batch, Use use, int threads) {
        this.manager = manager;
        this.block = block;
        this.store = new ParameterStore(manager, false);
        this.batch = batch;
        this.shape = new Shape(batch.size(), batch.channels(), batch.height(), batch.width());
        this.use = use;
        this.threads = threads;
    }

    static DjlSession open(DenseNet network, StateDict state, ImageBatch batch, Use use, int threads) {
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("ai.djl.default_engine", ENGINE);
        String cache = System.getProperty("densenet.cache", ""); // from the launcher
        if (!cache.isEmpty()) {
            System.setProperty("DJL_CACHE_DIR", Path.of(cache, "djl").toString());
        }
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
        NDManager manager = Engine.getEngine(ENGINE).newBaseManager(Device.cpu());
        Block block = DjlDenseNet.of(network);
        DjlSession session = new DjlSession(manager, block, batch, use, threads);
        block.initialize(manager, DataType.FLOAT32, session.shape);
        var image = new io.densenet.arch.Shape(batch.channels(), batch.height(), batch.width());
        session.load(Graph.of(network, image).stateDict(), state);
        return session;
    }

    /// DJL names parameters by their place and counts no batches; in order and shape they are ours.
    private void load(List<ParameterSpec> specs, StateDict state) {
        List<ParameterSpec> floats = specs.stream()
                .filter(spec -> spec.kind() != ParameterSpec.Kind.BATCHES_TRACKED)
                .toList();
        List<Parameter> parameters = block.getParameters().values();
        if (parameters.size() != floats.size()) {
            throw new IllegalStateException(
                    "DJL's network has %d parameters, ours %d".formatted(parameters.size(), floats.size()));
        }
        for (int i = 0; i < floats.size(); i++) {
            ParameterSpec spec = floats.get(i);
            NDArray array = parameters.get(i).getArray();
            long[] expected =
                    spec.shape().stream().mapToLong(Integer::longValue).toArray();
            if (!Arrays.equals(array.getShape().getShape(), expected)) {
                throw new IllegalStateException("%s: expected %s, found %s in DJL's network"
                        .formatted(spec.name(), spec.shape(), array.getShape()));
            }
            array.set(FloatBuffer.wrap(state.floats(spec.name())));
            if (use == Use.TRAIN && spec.kind().isTrained()) {
                array.setRequiresGradient(true);
            }
        }
    }

    @Override
    public String version() {
        return Engine.getDjlVersion();
    }

    @Override
    public String description() {
        return "DJL, libtorch %s, cpu, %d thread%s"
                .formatted(Engine.getEngine(ENGINE).getVersion(), threads, threads == 1 ? "" : "s");
    }

    @Override
    public void step() {
        float result = switch (use) {
            case TRAIN -> loss();
            case INFER -> logits()[0];
        };
        if (!Float.isFinite(result)) {
            throw new IllegalStateException("the result was " + result);
        }
    }

    /// Forwards and backwards; the gradients stay with the parameters.
    float loss() {
        try (NDManager step = manager.newSubManager();
                GradientCollector collector = Engine.getEngine(ENGINE).newGradientCollector()) {
            collector.zeroGradients();
            NDList out = block.forward(store, new NDList(images(step)), true);
            NDArray labels = step.create(Arrays.copyOf(batch.labels(), batch.size()));
            NDArray loss = Loss.softmaxCrossEntropyLoss().evaluate(new NDList(labels), out);
            collector.backward(loss);
            return loss.getFloat();
        }
    }

    /// Forwards only.
    float[] logits() {
        try (NDManager step = manager.newSubManager()) {
            return block.forward(store, new NDList(images(step)), false)
                    .singletonOrThrow()
                    .toFloatArray();
        }
    }

    private NDArray images(NDManager step) {
        return step.create(FloatBuffer.wrap(batch.pixels(), 0, Math.toIntExact(shape.size())), shape);
    }

    /// The gradient of a parameter, by its place among those that are trained.
    float[] gradient(int place) {
        return block.getParameters().values().stream()
                .map(Parameter::getArray)
                .filter(NDArray::hasGradient)
                .skip(place)
                .findFirst()
                .orElseThrow()
                .getGradient()
                .toFloatArray();
    }

    @Override
    public void close() {
        manager.close();
    }
}
