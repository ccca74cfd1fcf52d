package io.densenet.torch;

import io.densenet.arch.FeaturePoint;
import io.densenet.arch.FrozenFront;
import io.densenet.arch.Graph;
import io.densenet.arch.Loss;
import io.densenet.arch.Node;
import io.densenet.arch.Op;
import io.densenet.data.ImageBatch;
import io.densenet.engine.BatchChecks;
import io.densenet.engine.ExactMatch;
import io.densenet.engine.Step;
import io.densenet.engine.StepResult;
import io.densenet.engine.TopClass;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/// A graph with its parameters on a device: checks what comes in, runs it in a pointer scope, copies out
/// what leaves.
final class TorchNetwork implements AutoCloseable {
    private static final long NONE = 0; // at::Reduction::None
    private static final long MEAN = 1; // at::Reduction::Mean
    private static final long IGNORE_NONE = -100; // PyTorch's own; labels are checked before

    private final Graph graph;
    private final TorchOptions options;
    private final TorchParameters parameters;
    private final TorchGraph operations;

    TorchNetwork(Graph graph, TorchOptions options) {
        TorchNatives.load();
        requireDevice(options.device());
        this.graph = graph;
        this.options = options;
        torch.set_num_threads(options.threads());
        this.parameters = new TorchParameters(graph, options);
        this.operations = new TorchGraph(graph, parameters, options);
    }

    private static void requireDevice(String device) {
        if (!device.startsWith("cuda")) {
            return;
        }
        if (!TorchNatives.hasUsableGpu()) {
            throw new IllegalArgumentException(
                    "device %s: libtorch %s finds no usable GPU; it needs the natives of -Pcuda, CUDA 13, cuDNN 9 and a driver; --device cpu works everywhere"
                            .formatted(device, TorchNatives.version()));
        }
        int number = device.equals("cuda") ? 0 : Integer.parseInt(device.substring("cuda:".length()));
        int count = torch.cuda_device_count();
        if (number >= count) {
            throw new IllegalArgumentException("device %s: libtorch finds %d GPU%s, cuda:0 to cuda:%d"
                    .formatted(device, count, count == 1 ? "" : "s", count - 1));
        }
    }

    Graph graph() {
        return graph;
    }

    FrozenFront frozen() {
        return options.frozen();
    }

    TorchParameters parameters() {
        return parameters;
    }

    /// All that decides the bits of a result besides the network: on the CPU also the instructions that
    /// libtorch found there, for its kernels add up in another order with others.
    String description() {
        return "libtorch %s, %s, %d thread%s, %s"
                .formatted(
                        TorchNatives.version(),
                        options.device().equals("cpu") ? "cpu " + cpuCapability() : options.device(),
                        options.threads(),
                        options.threads() == 1 ? "" : "s",
                        options.layout());
    }

    /// `AVX2`, `AVX512`, `DEFAULT` …
    private static String cpuCapability() {
        try (BytePointer name = torch.get_cpu_capability()) {
            return name.getString();
        }
    }

    /// Writes N × classes logits, with the parameters as they were last uploaded.
    void logits(ImageBatch batch, float[] out) {
        BatchChecks.requireShape(batch, graph.input());
        int length = BatchChecks.requireRoom(batch, graph.numClasses(), out);
        torch.set_num_threads(options.threads()); // libtorch keeps it per thread
        try (var _ = new PointerScope();
                var _ = new InferenceMode(true)) {
            float[] logits = Tensors.floats(
                    operations.run(images(batch), new Mode.Evaluation(), null).logits());
            System.arraycopy(logits, 0, out, 0, length);
        } catch (RuntimeException e) {
            throw explained(e, batch);
        }
    }

    /// Writes N × classes logits and N × C × H × W features, with the parameters as they were last uploaded.
    void features(ImageBatch batch, FeaturePoint point, float[] logits, float[] features) {
        BatchChecks.requireShape(batch, graph.input());
        int classes = BatchChecks.requireRoom(batch, graph.numClasses(), logits);
        int values = BatchChecks.requireRoom(batch, point, features);
        torch.set_num_threads(options.threads()); // libtorch keeps it per thread
        try (var _ = new PointerScope();
                var _ = new InferenceMode(true)) {
            TorchGraph.Seen seen = operations.look(images(batch), point.node());
            System.arraycopy(Tensors.floats(seen.logits()), 0, logits, 0, classes);
            System.arraycopy(Tensors.floats(seen.features()), 0, features, 0, values);
        } catch (RuntimeException e) {
            throw explained(e, batch);
        }
    }

    /// One forward and backward pass with the parameters as they were last uploaded.
    StepResult gradients(ImageBatch batch, Step step) {
        BatchChecks.requireShape(batch, graph.input());
        BatchChecks.requireLabels(batch, graph.numClasses());
        BatchChecks.requireSense(batch, step);
        requireBatchStatistics(batch.size());
        torch.set_num_threads(options.threads());
        try (var _ = new PointerScope()) {
            Recomputation recomputation = recomputation();
            TorchGraph.Outputs outputs =
                    operations.run(images(batch), new Mode.Training(step.seed(), step.index()), recomputation);
            if (recomputation != null) {
                recomputation.forwardEnded();
            }
            UnaryOperator<Tensor> lossOf = loss(batch, step);
            Tensor loss = lossOf.apply(outputs.logits());
            for (int c = 0; c < outputs.companions().size(); c++) {
                Scalar weight = new Scalar((float) graph.companions().get(c).weight());
                loss = loss.add(lossOf.apply(outputs.companions().get(c)).mul(weight));
            }
            outputs.ran().stream()
                    .mapToObj(graph.nodes()::get)
                    .filter(node -> !options.frozen().holds(node.name()))
                    .forEach(parameters::countBatch);
            parameters.addGradients(loss, step.gradientScale());
            return new StepResult(loss.item_float(), correct(Tensors.floats(outputs.logits()), batch));
        } catch (RuntimeException e) {
            throw explained(e, batch);
        }
    }

    /// From logits to the mean loss of the batch.
    private UnaryOperator<Tensor> loss(ImageBatch batch, Step step) {
        return switch (batch.task()) {
            case SINGLE_LABEL -> {
                Tensor labels = labels(batch);
                yield logits -> loss(logits, labels, step);
            }
            case MULTI_LABEL -> binaryCrossEntropy(batch);
        };
    }

    /// Mean over images and classes; where nothing is known the weight is 0, and so the target does not matter.
    private UnaryOperator<Tensor> binaryCrossEntropy(ImageBatch batch) {
        if (graph.loss() != Loss.CROSS_ENTROPY) {
            throw new IllegalArgumentException("images of several classes need the loss %s, the network has %s"
                    .formatted(Loss.CROSS_ENTROPY, graph.loss()));
        }
        int length = batch.size() * graph.numClasses();
        float[] targets = new float[length];
        float[] weights = new float[length];
        for (int i = 0; i < length; i++) {
            boolean known = !Float.isNaN(batch.targets()[i]);
            targets[i] = known ? batch.targets()[i] : 0;
            weights[i] = known ? 1 : 0;
        }
        return logits -> torch.binary_cross_entropy_with_logits(
                logits,
                placed(targets, batch.size(), logits),
                new TensorOptional(placed(weights, batch.size(), logits)),
                new TensorOptional(),
                MEAN);
    }

    private Tensor placed(float[] values, int images, Tensor logits) {
        return Tensors.of(values, images, graph.numClasses()).to(new Device(options.device()), logits.scalar_type());
    }

    /// Mean over the batch of what is said for each image, times the weight of its class.
    private Tensor loss(Tensor logits, Tensor labels, Step step) {
        if (step.classWeights().isEmpty()) {
            return switch (graph.loss()) {
                case CROSS_ENTROPY -> crossEntropy(logits, labels, step, MEAN);
                case SQUARED_HINGE -> squaredHinge(logits, labels).sum().div(new Scalar((float) logits.size(0)));
            };
        }
        Tensor losses = switch (graph.loss()) {
            case CROSS_ENTROPY -> crossEntropy(logits, labels, step, NONE);
            case SQUARED_HINGE -> squaredHinge(logits, labels).sum(1);
        };
        float[] weights = new float[step.classWeights().size()];
        for (int c = 0; c < weights.length; c++) {
            weights[c] = step.classWeights().get(c).floatValue();
        }
        Tensor byClass = Tensors.of(weights, weights.length).to(new Device(options.device()), logits.scalar_type());
        return losses.mul(byClass.index_select(0, labels)).mean();
    }

    private static Tensor crossEntropy(Tensor logits, Tensor labels, Step step, long reduction) {
        return torch.cross_entropy_loss(
                logits, labels, new TensorOptional(), reduction, IGNORE_NONE, step.labelSmoothing());
    }

    /// max(0, 1 − t·z)² of each image and class; t is 1 for the label and −1 otherwise.
    private Tensor squaredHinge(Tensor logits, Tensor labels) {
        Tensor targets = torch.one_hot(labels, graph.numClasses())
                .to(logits.scalar_type())
                .mul(new Scalar(2.0f))
                .sub(new Scalar(1.0f));
        Tensor missing = torch.relu(torch.rsub(targets.mul(logits), new Scalar(1.0f)));
        return missing.mul(missing);
    }

    private @Nullable Recomputation recomputation() {
        return switch (options.memory()) {
            case STANDARD -> null;
            case EFFICIENT -> new Recomputation(graph, parameters, options);
        };
    }

    private Tensor images(ImageBatch batch) {
        return Tensors.placed(
                Tensors.of(batch.pixels(), batch.size(), batch.channels(), batch.height(), batch.width()), options);
    }

    private Tensor labels(ImageBatch batch) {
        Tensor labels = torch.zeros(new long[] {batch.size()}, new TensorOptions(torch.ScalarType.Long));
        LongPointer values = labels.data_ptr_long();
        for (int n = 0; n < batch.size(); n++) {
            values.put(n, batch.labels()[n]);
        }
        return labels.to(new Device(options.device()), torch.ScalarType.Long);
    }

    private int correct(float[] logits, ImageBatch batch) {
        int classes = graph.numClasses();
        int correct = 0;
        for (int n = 0; n < batch.size(); n++) {
            boolean right = switch (batch.task()) {
                case SINGLE_LABEL -> TopClass.of(logits, n * classes, classes) == batch.labels()[n];
                case MULTI_LABEL -> ExactMatch.of(logits, batch.targets(), n * classes, classes);
            };
            correct += right ? 1 : 0;
        }
        return correct;
    }

    /// The variance of a single value is no variance.
    private void requireBatchStatistics(int batchSize) {
        for (Node node : graph.nodes()) {
            if (node.op() instanceof Op.BatchNormalization
                    && !options.frozen().holds(node.name())
                    && (long) batchSize * node.output().pixels() == 1) {
                throw new IllegalArgumentException(
                        "%s: a batch of one image of %s leaves one value per channel, which has no variance; train with two images or more"
                                .formatted(node.name(), graph.input()));
            }
        }
    }

    /// JavaCPP turns every C++ exception into a plain RuntimeException; those that tell of memory get
    /// advice.
    private RuntimeException explained(RuntimeException e, ImageBatch batch) {
        String message = String.valueOf(e.getMessage());
        if (!message.contains("allocate memory") && !message.contains("out of memory")) {
            return e;
        }
        return new IllegalStateException(
                "libtorch: not enough memory on %s for a batch of %d images of %s (%s); try a smaller batch"
                        .formatted(
                                options.device(),
                                batch.size(),
                                graph.input(),
                                message.lines().findFirst().orElse("")),
                e);
    }

    @Override
    public void close() {
        parameters.close();
    }
}
