package io.densenet.train;

import io.densenet.arch.FrozenFront;
import io.densenet.arch.Graph;
import io.densenet.arch.Op;
import io.densenet.arch.ParameterSpec;
import io.densenet.arch.Shape;
import io.densenet.data.ImageBatch;
import io.densenet.engine.ParameterArena;
import io.densenet.engine.Step;
import io.densenet.engine.StepResult;
import io.densenet.engine.TrainableClassifier;
import io.densenet.eval.Softmax;
import io.densenet.model.ModelDescription;
import io.densenet.random.RandomStream;
import io.densenet.weights.StateDict;
import io.densenet.weights.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// A real learner with the parameters of a DenseNet and the speed of a toy: softmax regression with the
/// classifier's weights on features that are means over strips of the image, with a running mean of them. It
/// depends on everything that an engine is handed (pixels, labels, seed, step, running statistics), so that any
/// difference between two runs shows.
final class ToyClassifier implements TrainableClassifier {
    private final Graph graph;
    private final ModelDescription description;
    private final ParameterArena arena;
    private final int weightOffset;
    private final int biasOffset;
    private final int features;
    private final float[] runningMean;
    private long batches;
    private long poisonedStep = -1;
    private boolean everyBatchIsAlike;
    private Runnable beforeLogits = () -> {};
    private FrozenFront frozen = FrozenFront.NONE;

    ToyClassifier(ModelDescription description) {
        this.description = description;
        graph = description.graph();
        arena = new ParameterArena(graph.parameters());
        features = graph.nodes().getLast().op() instanceof Op.Linear classifier ? classifier.inputs() : 0;
        weightOffset = viewOf("classifier.weight").offset();
        biasOffset = viewOf("classifier.bias").offset();
        runningMean = new float[features];
    }

    /// From now on the loss of the given forward pass is not a number.
    void poison(long step) {
        poisonedStep = step;
    }

    /// From now on a gradient is a function of the images alone: no noise of its own in each pass, and running
    /// means that stay.
    void forgetWhichBatchItIs() {
        everyBatchIsAlike = true;
    }

    /// From now on this comes first whenever somebody asks for logits, which training itself does not.
    void beforeLogits(Runnable action) {
        beforeLogits = action;
    }

    /// From now on this is said to be frozen.
    void freeze(FrozenFront front) {
        frozen = front;
    }

    /// Forward passes of training since the beginning of the run.
    long steps() {
        return batches;
    }

    Graph graph() {
        return graph;
    }

    @Override
    public StepResult gradients(ImageBatch batch, Step step) {
        int classes = numClasses();
        double loss = 0;
        int correct = 0;
        boolean loud = RandomStream.of(step.seed(), RandomStream.Purpose.DROPOUT, step.index(), 0)
                .nextBoolean();
        float noise = loud || everyBatchIsAlike ? 1 : 0.5f;
        float[] logits = new float[batch.size() * classes];
        compute(batch, logits);
        for (int n = 0; n < batch.size(); n++) {
            float[] x = features(batch, n);
            double[] p = Softmax.probabilities(logits, n * classes, classes);
            loss -= Softmax.logProbability(logits, n * classes, classes, batch.labels()[n]) / batch.size();
            int predicted = 0;
            for (int c = 0; c < classes; c++) {
                predicted = p[c] > p[predicted] ? c : predicted;
                float delta = (float) ((p[c] - (c == batch.labels()[n] ? 1 : 0)) * step.gradientScale() / batch.size());
                arena.gradients()[biasOffset + c] += delta * noise;
                for (int f = 0; f < features; f++) {
                    arena.gradients()[weightOffset + c * features + f] += delta * (x[f] - runningMean[f]) * noise;
                }
            }
            correct += predicted == batch.labels()[n] ? 1 : 0;
            for (int f = 0; f < features && !everyBatchIsAlike; f++) {
                runningMean[f] += 0.001f * (x[f] - runningMean[f]);
            }
        }
        batches++;
        return new StepResult(step.index() == poisonedStep ? Double.NaN : loss, correct);
    }

    @Override
    public FrozenFront frozen() {
        return frozen;
    }

    @Override
    public void logits(ImageBatch batch, float[] out) {
        beforeLogits.run();
        compute(batch, out);
    }

    private void compute(ImageBatch batch, float[] out) {
        for (int n = 0; n < batch.size(); n++) {
            float[] x = features(batch, n);
            for (int c = 0; c < numClasses(); c++) {
                float sum = arena.values()[biasOffset + c];
                for (int f = 0; f < features; f++) {
                    sum += arena.values()[weightOffset + c * features + f] * (x[f] - runningMean[f]);
                }
                out[n * numClasses() + c] = sum;
            }
        }
    }

    private float[] features(ImageBatch batch, int n) {
        int pixels = Math.toIntExact(inputShape().elements());
        float[] x = new float[features];
        for (int i = 0; i < pixels; i++) {
            x[i * features / pixels] += batch.pixels()[n * pixels + i];
        }
        return x;
    }

    @Override
    public StateDict stateDict() {
        SequencedMap<String, Tensor> entries = new LinkedHashMap<>();
        for (ParameterSpec spec : graph.stateDict()) {
            entries.put(
                    spec.name(),
                    switch (spec.kind()) {
                        case BATCHES_TRACKED -> new Tensor.Longs(spec.shape(), new long[] {batches});
                        case RUNNING_MEAN, RUNNING_VARIANCE ->
                            new Tensor.Floats(
                                    spec.shape(),
                                    spec.name().equals("features.norm5.running_mean")
                                            ? runningMean.clone()
                                            : new float[Math.toIntExact(spec.elements())]);
                        case CONVOLUTION_WEIGHT,
                                CONVOLUTION_BIAS,
                                NORM_WEIGHT,
                                NORM_BIAS,
                                LINEAR_WEIGHT,
                                LINEAR_BIAS -> {
                            ParameterArena.View view = viewOf(spec.name());
                            yield new Tensor.Floats(
                                    spec.shape(), Arrays.copyOfRange(arena.values(), view.offset(), view.end()));
                        }
                    });
        }
        return new StateDict(entries);
    }

    @Override
    public void load(StateDict state) {
        for (ParameterArena.View view : arena.views()) {
            float[] values = state.floats(view.spec().name());
            System.arraycopy(values, 0, arena.values(), view.offset(), values.length);
        }
        System.arraycopy(state.floats("features.norm5.running_mean"), 0, runningMean, 0, features);
        if (state.entries().get("features.norm5.num_batches_tracked") instanceof Tensor.Longs tracked) {
            batches = tracked.values()[0];
        }
    }

    private ParameterArena.View viewOf(String name) {
        return arena.views().stream()
                .filter(view -> view.spec().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public ParameterArena parameters() {
        return arena;
    }

    @Override
    public Shape inputShape() {
        return description.inputShape();
    }

    @Override
    public int numClasses() {
        return description.architecture().numClasses();
    }

    @Override
    public String description() {
        return "toy";
    }

    @Override
    public void close() {}
}
