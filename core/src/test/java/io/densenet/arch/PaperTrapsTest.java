package io.densenet.arch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What implementations of the paper get wrong, one test for each.
class PaperTrapsTest {
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "densenet-40-12, 16",
        "densenet-100-24, 16",
        "densenet-b-40-12, 16",
        "densenet-c-40-12, 16",
        "densenet-bc-100-12, 24",
        "densenet-bc-190-40, 80",
        "densenet121, 64",
        "densenet161, 96"
    })
    void sixteenMapsEnterTheFirstBlockOfAPlainNetworkAndTwiceTheGrowthRateOfABcNetwork(String name, int k0) {
        DenseNet network = DenseNet.of(DenseNets.named(name, 3, 10));
        assertEquals(k0, network.config().stem().initialChannels());
        assertEquals(k0, network.blocks().getFirst().inputChannels());
    }

    @ParameterizedTest(name = "{0}: b = {1}, θ = {2}, {3}")
    @CsvSource({
        "densenet-40-12, 0, 1, DenseNet",
        "densenet-b-40-12, 4, 1, DenseNet-B",
        "densenet-c-40-12, 0, 0.5, DenseNet-C",
        "densenet-bc-40-12, 4, 0.5, DenseNet-BC",
        "densenet264, 4, 0.5, DenseNet-BC"
    })
    void plainMeansNeitherBottleneckNorCompression(String name, int factor, double compression, String variant) {
        DenseNetConfig config = DenseNets.named(name, 3, 10);
        assertEquals(factor, config.bottleneckFactor());
        assertEquals(compression, config.compression());
        assertEquals(variant, config.variant());
        for (TransitionLayer transition : DenseNet.of(config).transitions()) {
            assertEquals(Math.floor(compression * transition.inputChannels()), transition.outputChannels());
        }
    }

    @Test
    void compressionRoundsDown() {
        DenseNetConfig config = DenseNets.named("densenet-c-7-3", 3, 10);
        TransitionLayer first = DenseNet.of(config).transitions().getFirst();
        assertEquals(19, first.inputChannels());
        assertEquals(9, first.outputChannels());
    }

    @ParameterizedTest
    @ValueSource(strings = {"densenet-40-12", "densenet-bc-40-12", "densenet121"})
    void everyConvolutionButTheFirstReadsNormalisedAndRectifiedMapsInTransitionsToo(String name) {
        Graph graph = graph(name, 0);
        List<Node> convolutions = convolutions(graph);
        assertEquals("features.conv0", convolutions.getFirst().name());
        for (Node convolution : convolutions.subList(1, convolutions.size())) {
            Node relu = input(graph, convolution);
            assertInstanceOf(Op.Relu.class, relu.op(), convolution.name());
            assertInstanceOf(Op.BatchNormalization.class, input(graph, relu).op(), convolution.name());
        }
    }

    @Test
    void aTransitionIsNormReluConvolutionPool() {
        Graph graph = graph("densenet-bc-40-12", 0);
        assertEquals(
                List.of("norm", "relu", "conv", "pool"),
                graph.nodes().stream()
                        .map(Node::name)
                        .filter(name -> name.startsWith("features.transition1."))
                        .map(name -> name.substring("features.transition1.".length()))
                        .toList());
        assertEquals(
                new Op.AveragePooling(2, 2),
                node(graph, "features.transition1.pool").op());
    }

    @ParameterizedTest
    @ValueSource(strings = {"densenet-40-12", "densenet-bc-40-12", "densenet121"})
    void normAndReluStandBetweenTheLastBlockAndThePooling(String name) {
        Graph graph = graph(name, 0);
        Node pooling = input(graph, graph.nodes().getLast());
        assertInstanceOf(Op.GlobalAveragePooling.class, pooling.op());
        Node relu = input(graph, pooling);
        assertInstanceOf(Op.Relu.class, relu.op());
        assertEquals("features.norm5", input(graph, relu).name());
        DenseBlock last = DenseNet.of(DenseNets.named(name, 3, 10)).blocks().getLast();
        assertEquals(last.name() + ".concat", input(graph, input(graph, relu)).name());
    }

    @ParameterizedTest(name = "{0}: {1} blocks")
    @CsvSource({"densenet-40-12, 3", "densenet-bc-100-12, 3", "densenet201, 4"})
    void noTransitionFollowsTheLastBlock(String name, int blocks) {
        DenseNet network = DenseNet.of(DenseNets.named(name, 3, 10));
        assertEquals(blocks, network.blocks().size());
        assertEquals(blocks - 1, network.transitions().size());
        assertEquals(network.blocks().getLast().outputChannels(), network.head().inputChannels());
    }

    @Test
    void theCifarStemIsAConvolutionAndNothingElse() {
        Graph graph = graph("densenet-40-12", 0);
        assertEquals(
                new Op.Convolution(3, 16, 3, 1, 1, false),
                node(graph, "features.conv0").op());
        assertEquals(
                "features.conv0",
                input(graph, node(graph, "features.denseblock1.denselayer1.norm1"))
                        .name());
        assertTrue(graph.nodes().stream().noneMatch(node -> node.name().endsWith("norm0")));
    }

    @Test
    void theImageNetStemIsConvolutionNormReluPool() {
        Graph graph = graph("densenet121", 0);
        assertEquals(
                List.of("input", "features.conv0", "features.norm0", "features.relu0", "features.pool0"),
                graph.nodes().subList(0, 5).stream().map(Node::name).toList());
        assertEquals(
                new Op.Convolution(3, 64, 7, 2, 3, false),
                node(graph, "features.conv0").op());
        assertEquals(new Op.MaxPooling(3, 2, 1), node(graph, "features.pool0").op());
    }

    @ParameterizedTest(name = "{0}: {1} dropouts")
    @CsvSource({"densenet-40-12, 38", "densenet-bc-40-12, 38", "densenet121, 119"})
    void dropoutFollowsEveryConvolutionButTheFirst(String name, int dropouts) {
        Graph graph = graph(name, 0.2);
        List<Node> convolutions = convolutions(graph);
        assertEquals(1 + dropouts, convolutions.size());
        assertEquals(
                dropouts,
                graph.nodes().stream()
                        .filter(node -> node.op() instanceof Op.Dropout)
                        .count());
        for (Node convolution : convolutions) {
            List<Node> readers = readers(graph, convolution);
            if (convolution.name().equals("features.conv0")) {
                assertTrue(readers.stream().noneMatch(reader -> reader.op() instanceof Op.Dropout));
            } else {
                assertEquals(1, readers.size(), convolution.name());
                assertEquals(new Op.Dropout(0.2), readers.getFirst().op(), convolution.name());
            }
        }
    }

    @Test
    void theDropoutOfATransitionStandsBeforeItsPool() {
        Graph graph = graph("densenet-bc-40-12", 0.2);
        assertInstanceOf(
                Op.Dropout.class,
                input(graph, node(graph, "features.transition2.pool")).op());
    }

    @Test
    void withoutADropRateThereIsNoDropout() {
        assertTrue(graph("densenet-bc-40-12", 0).nodes().stream().noneMatch(node -> node.op() instanceof Op.Dropout));
    }

    @ParameterizedTest
    @ValueSource(strings = {"densenet-40-12", "densenet-bc-40-12", "densenet161"})
    void noConvolutionHasABias(String name) {
        assertTrue(graph(name, 0).stateDict().stream()
                .noneMatch(spec -> spec.kind() == ParameterSpec.Kind.CONVOLUTION_BIAS));
    }

    @Test
    void layerLReadsAllMapsBeforeIt() {
        List<DenseLayer> layers = DenseNet.of(DenseNets.named("densenet-40-12", 3, 10))
                .blocks()
                .getFirst()
                .layers();
        assertEquals(
                IntStream.range(0, 12).mapToObj(l -> 16 + 12 * l).toList(),
                layers.stream().map(DenseLayer::inputChannels).toList());
    }

    @ParameterizedTest(name = "{0} counts {1}")
    @CsvSource({
        "densenet121, 121",
        "densenet161, 161",
        "densenet169, 169",
        "densenet201, 201",
        "densenet264, 265",
        "densenet-40-12, 40",
        "densenet-b-40-12, 40",
        "densenet-bc-250-24, 250"
    })
    void depthCountsWeightedLayersAndTheOneNamed264Has265(String name, int depth) {
        assertEquals(depth, DenseNets.named(name, 3, 10).depth());
        assertEquals(depth, convolutions(graph(name, 0)).size() + 1);
    }

    private static Graph graph(String name, double dropRate) {
        DenseNetConfig config = DenseNets.named(name, 3, 10).withDropRate(dropRate);
        return Graph.of(DenseNet.of(config), new Shape(3, 64, 64));
    }

    private static List<Node> convolutions(Graph graph) {
        return graph.nodes().stream()
                .filter(node -> node.op() instanceof Op.Convolution)
                .toList();
    }

    private static Node node(Graph graph, String name) {
        return graph.nodes().stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Node input(Graph graph, Node node) {
        assertEquals(1, node.inputs().size(), node.name());
        return graph.nodes().get(node.inputs().getFirst());
    }

    private static List<Node> readers(Graph graph, Node node) {
        int position = graph.nodes().indexOf(node);
        return graph.nodes().stream()
                .filter(reader -> reader.inputs().contains(position))
                .toList();
    }
}
