package io.densenet.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.densenet.arch.DenseNet;
import io.densenet.arch.DenseNets;
import io.densenet.arch.Graph;
import io.densenet.arch.Shape;
import io.densenet.arch.baseline.Baselines;
import io.densenet.arch.baseline.Variations;
import io.densenet.cpu.CpuClassifier;
import io.densenet.cpu.CpuOptions;
import io.densenet.cpu.MemoryMode;
import io.densenet.data.ImageBatch;
import io.densenet.engine.ParameterArena;
import io.densenet.engine.Step;
import io.densenet.weights.Initializer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class GradientFlowTest {
    private static final Step STEP = new Step(1, 0, 1, 0);

    /// From the loss backwards: classifier 0, layers of the last block 1, its transition 1, layers of the
    /// second block 2, its transition 2, layers of the first 3, and the stem, which every layer of the
    /// first block reads and so does the first transition, 3.
    @Test
    void inADenseNetTheLossIsNoFurtherThanTheTransitions() {
        Graph graph = Graph.of(DenseNet.of(DenseNets.named("densenet-16-4", 3, 10)), new Shape(3, 32, 32));
        assertEquals(List.of(3, 3, 3, 3, 3, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 0), distances(graph));
    }

    /// The 1×1 convolution of a bottleneck is reached through its own 3×3 only.
    @Test
    void aBottleneckIsOneLayerFurther() {
        Graph graph = Graph.of(DenseNet.of(DenseNets.named("densenet-bc-10-4", 3, 10)), new Shape(3, 32, 32));
        assertEquals(List.of(3, 4, 3, 2, 3, 2, 1, 2, 1, 0), distances(graph));
    }

    @Test
    void inAPlainStackEveryLayerIsInBetween() {
        Graph graph = Baselines.named("plain-8", Variations.NONE, 1, 10).graph(new Shape(1, 28, 28));
        assertEquals(List.of(7, 6, 5, 4, 3, 2, 1, 0), distances(graph));
    }

    /// Around a sum it is as far as the shorter way: conv1 and both convolutions of a unit, three units.
    @Test
    void aSumIsAWayAroundTheLayers() {
        Graph graph = Baselines.named("resnet-8", Variations.NONE, 3, 10).graph(new Shape(3, 32, 32));
        assertEquals(List.of(1, 2, 1, 2, 1, 2, 1, 0), distances(graph));
    }

    /// Three parts of convolutions; the first of each has a classifier of its own.
    @Test
    void companionsShortenTheWay() {
        Graph graph = Baselines.named("dsn", Variations.NONE, 3, 10).graph(new Shape(3, 32, 32));
        assertEquals(List.of(1, 3, 2, 1, 3, 2, 1, 1, 0, 0, 0, 0), distances(graph));
    }

    private static List<Integer> distances(Graph graph) {
        int[] all = GradientFlow.layersToLoss(graph);
        return IntStream.range(0, all.length)
                .filter(n -> graph.nodes().get(n).parameters().stream()
                        .anyMatch(spec -> spec.shape().size() > 1))
                .mapToObj(n -> all[n])
                .toList();
    }

    /// Along its own gradient a function rises by the norm of that gradient: the slope of the loss,
    /// measured by two forward passes a little to either side, is the norm.
    @Test
    void theNormIsTheSlopeOfTheLossAlongTheGradient() {
        Graph graph = Graph.of(DenseNet.of(DenseNets.named("densenet-bc-16-4", 1, 3)), new Shape(1, 8, 8));
        DenseNet network = DenseNet.of(DenseNets.named("densenet-bc-16-4", 1, 3));
        try (CpuClassifier classifier =
                CpuClassifier.open(network, new Shape(1, 8, 8), new CpuOptions(1, MemoryMode.STANDARD))) {
            classifier.load(Initializer.initialize(graph.stateDict(), 3, Initializer.Fan.OUT));
            ImageBatch batch = noise();
            GradientFlow flow = GradientFlow.measure(graph, classifier, batch, STEP);
            float[] gradients = classifier.parameters().gradients().clone();
            assertEquals(16, flow.layers().size());
            for (int position : new int[] {1, 2, 9, 16}) {
                GradientFlow.Layer layer = flow.layers().get(position - 1);
                assertEquals(position, layer.position());
                ParameterArena.View view = classifier.parameters().views().stream()
                        .filter(v -> v.spec().name().equals(layer.name() + ".weight"))
                        .findFirst()
                        .orElseThrow();
                assertEquals(view.length(), layer.weights());
                double step = 0.001 * layer.weightNorm();
                double rise = lossAt(classifier, batch, view, gradients, step / layer.gradientNorm())
                        - lossAt(classifier, batch, view, gradients, -step / layer.gradientNorm());
                assertEquals(layer.gradientNorm(), rise / (2 * step), 0.03 * layer.gradientNorm(), layer.name());
            }
        }
    }

    private static double lossAt(
            CpuClassifier classifier, ImageBatch batch, ParameterArena.View view, float[] gradients, double scale) {
        float[] values = classifier.parameters().values();
        float[] before = Arrays.copyOfRange(values, view.offset(), view.end());
        for (int i = view.offset(); i < view.end(); i++) {
            values[i] += (float) (scale * gradients[i]);
        }
        double loss = classifier.gradients(batch, STEP).loss();
        System.arraycopy(before, 0, values, view.offset(), before.length);
        return loss;
    }

    private static ImageBatch noise() {
        Random random = new Random(5);
        float[] pixels = new float[6 * 64];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextGaussian();
        }
        return new ImageBatch(6, 1, 8, 8, pixels, new int[] {0, 1, 2, 0, 1, 2});
    }
}
