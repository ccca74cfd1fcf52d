package io.densenet.arch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Exact sizes of the networks. The paper rounds them (1.0M, 27.2M, …); the exact figures follow from its text,
/// and for the BC rows and the ImageNet family other implementations count the same.
class ParameterCountTest {
    @ParameterizedTest(name = "{0}: {1} parameters for 10 classes, {2} for 100, {3} million multiply-adds")
    @CsvSource({
        "densenet-40-12, 1019722, 1060132, 264.8",
        "densenet-100-12, 6979642, 7084852, 1769.5",
        "densenet-100-24, 27249082, 27457972, 6889.3",
        "densenet-bc-100-12, 769162, 800032, 287.9",
        "densenet-bc-250-24, 15324406, 15480556, 5418.8",
        "densenet-bc-190-40, 25624430, 25821620, 9301.9"
    })
    void theRowsOfTable2(String name, long tenClasses, long hundredClasses, double millionMultiplyAdds) {
        Cost cost = cifar(DenseNets.named(name, 3, 10));
        assertEquals(tenClasses, cost.parameters());
        assertEquals(hundredClasses, cifar(DenseNets.named(name, 3, 100)).parameters());
        assertEquals(millionMultiplyAdds, cost.multiplyAdds() / 1e6, 0.05);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "densenet-bc-40-12, 176122",
        "densenet-bc-40-36, 1542682",
        "densenet-bc-40-48, 2733130",
        "densenet-bc-40-60, 4261690"
    })
    void theSmallAndTheWideDenseNets(String name, long tenClasses) {
        assertEquals(tenClasses, cifar(DenseNets.named(name, 3, 10)).parameters());
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"densenet-bc-40-36, 1578412", "densenet-bc-40-48, 2780740", "densenet-bc-40-60, 4321180"})
    void theWideDenseNetsForAHundredClasses(String name, long hundredClasses) {
        assertEquals(hundredClasses, cifar(DenseNets.named(name, 3, 100)).parameters());
    }

    @ParameterizedTest(
            name = "{0}: {1} parameters, {2} billion multiply-adds, {3} maps, {4} entries, {5} without counters")
    @CsvSource({
        "densenet121, 7978856, 2.8342, 1024, 727, 606",
        "densenet169, 14149480, 3.3598, 1664, 1015, 846",
        "densenet201, 20013928, 4.2914, 1920, 1207, 1006",
        "densenet161, 28681000, 7.7279, 2208, 967, 806",
        "densenet264, 33337704, 5.7517, 2688, 1591, 1326"
    })
    void theImageNetFamily(
            String name, long parameters, double billions, int poolingChannels, int entries, int withoutTracking) {
        DenseNet network = DenseNet.of(DenseNets.named(name, 3, 1000));
        Graph graph = Graph.of(network, new Shape(3, 224, 224));
        Cost cost = Cost.of(graph);
        assertEquals(parameters, cost.parameters());
        assertEquals(billions, cost.multiplyAdds() / 1e9, 0.00005);
        assertEquals(poolingChannels, network.head().inputChannels());
        assertEquals(entries, graph.stateDict().size());
        assertEquals(
                withoutTracking,
                graph.stateDict().stream()
                        .filter(spec -> spec.kind() != ParameterSpec.Kind.BATCHES_TRACKED)
                        .count());
    }

    @Test
    void theWiderDenseNet264OfTheTechnicalReport() {
        DenseNetConfig config = DenseNets.named("densenet264", 3, 1000);
        DenseNet network =
                DenseNet.of(config.withGrowthRate(48).withStem(config.stem().withInitialChannels(2 * 48)));
        Cost cost = Cost.of(Graph.of(network, new Shape(3, 224, 224)));
        assertEquals(72_686_632, cost.parameters());
        assertEquals(12.8507, cost.multiplyAdds() / 1e9, 0.00005);
        assertEquals(4032, network.head().inputChannels());
    }

    /// The authors' code takes 2k for every variant; the paper's counts come out only with 16.
    @ParameterizedTest(name = "{0} with {1} initial channels: {2}")
    @CsvSource({"densenet-40-12, 24, 1059298", "densenet-100-12, 24, 7083538", "densenet-100-24, 48, 28071706"})
    void plainNetworksWithTwiceTheGrowthRateInFrontAreLargerThanThePapers(String name, int k0, long parameters) {
        DenseNetConfig config = DenseNets.named(name, 3, 10);
        assertEquals(
                parameters,
                cifar(config.withStem(config.stem().withInitialChannels(k0))).parameters());
    }

    /// Counts that circulate as "DenseNet-40" and "DenseNet-100" belong to networks with θ = 0.5 and k0 = 2k.
    @ParameterizedTest(name = "{0} compressed, with {1} initial channels: {2}")
    @CsvSource({"densenet-40-12, 24, 599050", "densenet-100-12, 24, 4068490", "densenet-100-24, 48, 16114138"})
    void compressedNetworksAreNotPlainOnes(String name, int k0, long parameters) {
        DenseNetConfig config = DenseNets.named(name, 3, 10);
        DenseNetConfig compressed =
                config.withCompression(0.5).withStem(config.stem().withInitialChannels(k0));
        assertEquals(parameters, cifar(compressed).parameters());
    }

    @Test
    void theCostOfAGraphIsTheSumOverItsNodesAndBuffersAreNoParameters() {
        Graph graph = Graph.of(DenseNet.of(DenseNets.named("densenet-bc-16-4", 3, 10)), new Shape(3, 32, 32));
        long trained =
                graph.parameters().stream().mapToLong(ParameterSpec::elements).sum();
        assertEquals(trained, Cost.of(graph).parameters());
        assertEquals(
                Cost.of(graph).multiplyAdds(),
                graph.nodes().stream()
                        .mapToLong(node -> Cost.of(node).multiplyAdds())
                        .sum());
        assertEquals(List.of(false), runningStatistics(graph));
    }

    private static List<Boolean> runningStatistics(Graph graph) {
        return graph.stateDict().stream()
                .filter(spec -> spec.name().contains("running_") || spec.name().contains("num_batches"))
                .map(spec -> spec.kind().isTrained())
                .distinct()
                .toList();
    }

    private static Cost cifar(DenseNetConfig config) {
        return Cost.of(Graph.of(DenseNet.of(config), new Shape(3, 32, 32)));
    }
}
