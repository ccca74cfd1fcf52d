package io.densenet.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.analysis.FeatureReuse.Kind;
import io.densenet.analysis.FeatureReuse.Target;
import io.densenet.analysis.FeatureReuse.Weighting;
import io.densenet.arch.BatchNorm;
import io.densenet.arch.DenseNet;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.Graph;
import io.densenet.arch.ParameterSpec;
import io.densenet.arch.Shape;
import io.densenet.arch.Stem;
import io.densenet.weights.StateDict;
import io.densenet.weights.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class FeatureReuseTest {
    private static final double EXACT = 1e-6;

    /// k0 = 2, k = 3, two layers. Each weight that reads channel c of the concatenation is ±(c + 1), so
    /// that the mean of a slice is the mean of the numbers of its channels: input 1, 2 → 1.5; first layer
    /// 3, 4, 5 → 4; second layer 6, 7, 8 → 7.
    @Test
    void aPlainLayersWeightsAreCutBySource() {
        FeatureReuse reuse = reuse(config(0, new Stem.Cifar(1, 2)), Weighting.RAW);
        assertEquals(2, reuse.blocks().size());
        List<Target> first = reuse.blocks().getFirst().targets();
        assertEquals(List.of(1.5), first.get(0).weights());
        assertClose(List.of(1.5, 4.0), first.get(1).weights());
        assertClose(List.of(1.5, 4.0, 7.0), first.get(2).weights());
        assertEquals(
                List.of(Kind.LAYER, Kind.LAYER, Kind.TRANSITION),
                first.stream().map(Target::kind).toList());
        assertEquals("features.denseblock1.denselayer2.conv1", first.get(1).name());
        assertEquals("features.transition1.conv", first.get(2).name());
    }

    /// θ = 0.5 leaves 4 of the 8 maps: input 1, 2, 3, 4 → 2.5; layers 5, 6, 7 → 6 and 8, 9, 10 → 9.
    @Test
    void theLastBlockIsReadByTheClassifier() {
        FeatureReuse reuse = reuse(config(0, new Stem.Cifar(1, 2)), Weighting.RAW);
        List<Target> last = reuse.blocks().getLast().targets();
        assertClose(List.of(2.5, 6.0), last.get(1).weights());
        assertClose(List.of(2.5, 6.0, 9.0), last.get(2).weights());
        assertEquals(Kind.CLASSIFIER, last.get(2).kind());
    }

    /// The 1×1 convolution reads the concatenation; the 3×3 behind it reads bottleneck maps, whose weights
    /// here are numbered too and would show.
    @Test
    void aBottlenecksWeightsAreThoseOfTheOneByOne() {
        FeatureReuse reuse = reuse(config(4, new Stem.Cifar(1, 2)), Weighting.RAW);
        assertClose(
                List.of(1.5, 4.0), reuse.blocks().getFirst().targets().get(1).weights());
    }

    @Test
    void withTheStemOfImageNetSourceZeroIsTheMapsBehindIt() {
        FeatureReuse reuse = reuse(config(4, new Stem.ImageNet(3, 6)), Weighting.RAW);
        List<Target> first = reuse.blocks().getFirst().targets();
        assertClose(List.of(3.5, 8.0, 11.0), first.get(2).weights()); // 1 … 6, 7 … 9, 10 … 12
    }

    /// γ of channel c is 1/(c + 1), of alternating sign: every weight becomes 1.
    @Test
    void foldingScalesEachInputByItsNorm() {
        FeatureReuse reuse = reuse(config(4, new Stem.Cifar(1, 2)), Weighting.FOLDED);
        reuse.blocks()
                .forEach(block -> block.targets()
                        .forEach(target -> target.weights().forEach(weight -> assertEquals(1, weight, EXACT))));
    }

    @Test
    void theTableHasALineForEachCell() {
        String csv = reuse(config(0, new Stem.Cifar(1, 2)), Weighting.RAW).csv();
        List<String> lines = csv.lines().toList();
        assertEquals(1 + 2 * (1 + 2 + 3), lines.size());
        assertEquals("block,source,target,kind,weight", lines.getFirst());
        assertEquals("1,1,2,layer,4.00000000", lines.get(3));
        assertEquals("2,2,3,classifier,9.00000000", lines.getLast());
    }

    /// Two layers with (1, 3) and (1, 2, 3), a classifier with (1, 1, 4): worked out beside each number.
    @Test
    void theObservationsAreThoseOfTheirDefinitions() {
        FeatureReuse.Block block = new FeatureReuse.Block(
                "b",
                List.of(
                        new Target(Kind.LAYER, "1", List.of(5.0)),
                        new Target(Kind.LAYER, "2", List.of(1.0, 3.0)),
                        new Target(Kind.LAYER, "3", List.of(1.0, 2.0, 3.0)),
                        new Target(Kind.CLASSIFIER, "c", List.of(1.0, 1.0, 4.0, 2.0))));
        ReuseObservations.Block found = ReuseObservations.of(new FeatureReuse(Weighting.RAW, List.of(block)))
                .blocks()
                .getFirst();
        assertEquals(2, found.layers()); // the first has nothing to choose
        assertEquals((16.0 / 10 / 2 + 36.0 / 14 / 3) / 2, found.layerSpread(), EXACT);
        assertEquals(1.0 / 2, found.deepOnEarly(), EXACT); // third layer, first source, by the mean of 1, 2, 3
        assertEquals((1.0 / 3 + 1 / 2.5) / 2, found.topRow(), EXACT);
        assertEquals(2, found.topRowLeast());
        assertEquals(64.0 / 22 / 4, found.lastSpread(), EXACT);
        assertEquals(2.0, found.lateOverEarly(), EXACT);
    }

    @Test
    void equalWeightsSpreadWhollyAndOneSourceAloneNotAtAll() {
        assertEquals(1, spreadOfLast(List.of(2.0, 2.0, 2.0, 2.0)), EXACT);
        assertEquals(0.25, spreadOfLast(List.of(0.0, 0.0, 3.0, 0.0)), EXACT);
        assertFalse(Double.isNaN(spreadOfLast(List.of(0.0, 0.0))));
    }

    private static double spreadOfLast(List<Double> weights) {
        FeatureReuse.Block block = new FeatureReuse.Block("b", List.of(new Target(Kind.CLASSIFIER, "c", weights)));
        return ReuseObservations.of(new FeatureReuse(Weighting.RAW, List.of(block)))
                .blocks()
                .getFirst()
                .lastSpread();
    }

    private static DenseNetConfig config(int bottleneckFactor, Stem stem) {
        return new DenseNetConfig(3, List.of(2, 2), bottleneckFactor, 0.5, stem, BatchNorm.STANDARD, 0, 5);
    }

    private static FeatureReuse reuse(DenseNetConfig config, Weighting weighting) {
        DenseNet network = DenseNet.of(config);
        Graph graph = Graph.of(network, new Shape(config.stem().inputChannels(), 32, 32));
        SequencedMap<String, Tensor> entries = new LinkedHashMap<>();
        graph.stateDict().forEach(spec -> entries.put(spec.name(), numbered(spec)));
        return FeatureReuse.of(network, new StateDict(entries), weighting);
    }

    /// Weights that tell which input they read, with alternating signs; norms that undo them.
    private static Tensor numbered(ParameterSpec spec) {
        float[] values = new float[Math.toIntExact(spec.elements())];
        boolean norm = spec.kind() == ParameterSpec.Kind.NORM_WEIGHT;
        int inputs = spec.shape().size() < 2
                ? Math.max(1, values.length)
                : spec.shape().get(1);
        int kernelArea =
                spec.shape().size() < 4 ? 1 : spec.shape().get(2) * spec.shape().get(3);
        IntStream.range(0, values.length).forEach(i -> {
            int number = i / kernelArea % inputs + 1;
            values[i] = (i % 2 == 0 ? 1 : -1) * (norm ? 1f / number : number);
        });
        return new Tensor.Floats(spec.shape(), values);
    }

    private static void assertClose(List<Double> expected, List<Double> found) {
        assertEquals(expected.size(), found.size(), found::toString);
        for (int i = 0; i < expected.size(); i++) {
            int index = i;
            assertTrue(Math.abs(expected.get(i) - found.get(i)) < EXACT, () -> index + ": " + found);
        }
    }
}
