package io.densenet.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.arch.BatchNorm;
import io.densenet.arch.DenseNet;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.DenseNets;
import io.densenet.arch.Graph;
import io.densenet.arch.ParameterSpec;
import io.densenet.arch.Shape;
import io.densenet.arch.Stem;
import io.densenet.weights.Initializer;
import io.densenet.weights.StateDict;
import io.densenet.weights.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ImportedWeightsTest {
    private static final String SMALL = "densenet-bc-10-4";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "densenet-10-4",
                "densenet-b-10-4",
                "densenet-c-10-4",
                "densenet-bc-10-4",
                "densenet-bc-16-3",
                "densenet121",
                "densenet161"
            })
    void theNetworkIsFoundFromItsShapesAlone(String name) {
        DenseNetConfig config = DenseNets.named(name, 3, 7);
        assertEquals(config, imported(state(config).entries()).config());
    }

    @Test
    void soAreUnusualFactorsBlocksAndStems() {
        DenseNetConfig config = DenseNets.named("densenet-bc-10-4", 2, 3)
                .withCompression(0.7)
                .withBottleneckFactor(3)
                .withLayersPerBlock(List.of(2, 1, 3, 1))
                .withStem(new Stem.ImageNet(2, 10));
        assertEquals(config, imported(state(config).entries()).config());
    }

    /// The rules as they are written down for torchvision's loader, turned round.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            torchvision            | ''                    | features.denseblock1.denselayer1.norm1.weight
            torchvision of 2017    | ''                    | features.denseblock1.denselayer1.norm.1.weight
            DataParallel           | module.               | module.features.denseblock1.denselayer1.norm.1.weight
            a wrapper              | module.densenet121.   | module.densenet121.features.denseblock1.denselayer1.norm.1.weight
            """)
    void torchvisionsNames(String from, String prefix, String example) {
        StateDict state = state(DenseNets.named(SMALL, 3, 7));
        boolean old = example.contains("norm.1");
        SequencedMap<String, Tensor> theirs = renamed(
                state,
                name -> prefix
                        + (old ? name.replaceFirst("(denselayer\\d+\\.(?:norm|conv))([12])\\.", "$1.$2.") : name));
        assertTrue(theirs.containsKey(example), from);
        ImportedWeights imported = imported(theirs);
        assertSame(state, imported.state());
        assertEquals(prefix, imported.report().prefix());
        assertEquals(state.entries().size(), imported.report().matched());
    }

    /// Every name, as the programs write them for a network of one layer in each block.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            densenet-b-10-4 | andreasveit/densenet-pytorch | conv1 block1.layer.0.bn1 block1.layer.0.conv1 block1.layer.0.bn2 block1.layer.0.conv2 trans1.bn1 trans1.conv1 block2.layer.0.bn1 block2.layer.0.conv1 block2.layer.0.bn2 block2.layer.0.conv2 trans2.bn1 trans2.conv1 block3.layer.0.bn1 block3.layer.0.conv1 block3.layer.0.bn2 block3.layer.0.conv2 bn1 fc
            densenet-7-4 | andreasveit/densenet-pytorch | conv1 block1.layer.0.bn1 block1.layer.0.conv1 trans1.bn1 trans1.conv1 block2.layer.0.bn1 block2.layer.0.conv1 trans2.bn1 trans2.conv1 block3.layer.0.bn1 block3.layer.0.conv1 bn1 fc
            densenet-bc-10-4 | bamos/densenet.pytorch | conv1 dense1.0.bn1 dense1.0.conv1 dense1.0.bn2 dense1.0.conv2 trans1.bn1 trans1.conv1 dense2.0.bn1 dense2.0.conv1 dense2.0.bn2 dense2.0.conv2 trans2.bn1 trans2.conv1 dense3.0.bn1 dense3.0.conv1 dense3.0.bn2 dense3.0.conv2 bn1 fc
            densenet-bc-10-4 | torchvision | features.conv0 features.denseblock1.denselayer1.norm1 features.denseblock1.denselayer1.conv1 features.denseblock1.denselayer1.norm2 features.denseblock1.denselayer1.conv2 features.transition1.norm features.transition1.conv features.denseblock2.denselayer1.norm1 features.denseblock2.denselayer1.conv1 features.denseblock2.denselayer1.norm2 features.denseblock2.denselayer1.conv2 features.transition2.norm features.transition2.conv features.denseblock3.denselayer1.norm1 features.denseblock3.denselayer1.conv1 features.denseblock3.denselayer1.norm2 features.denseblock3.denselayer1.conv2 features.norm_final classifier
            """)
    void namesOfProgramsForCifar(String model, String scheme, String modules) {
        StateDict state = state(DenseNets.named(model, 3, 10));
        List<String> theirModules = List.of(modules.split(" "));
        List<String> ours = state.entries().keySet().stream()
                .map(name -> name.substring(0, name.lastIndexOf('.')))
                .distinct()
                .toList();
        assertEquals(ours.size(), theirModules.size());
        ImportedWeights imported = imported(renamed(state, name -> {
            int point = name.lastIndexOf('.');
            return theirModules.get(ours.indexOf(name.substring(0, point))) + name.substring(point);
        }));
        assertSame(state, imported.state());
        assertEquals(scheme, imported.report().scheme().toString());
    }

    @Test
    void countersThatOldFilesLackAreFilledIn() {
        StateDict state = state(DenseNets.named(SMALL, 3, 7));
        SequencedMap<String, Tensor> old = new LinkedHashMap<>(state.entries());
        old.keySet().removeIf(name -> name.endsWith("num_batches_tracked"));
        ImportedWeights imported = imported(old);
        assertSame(state, imported.state());
        assertEquals(state.entries().size() - old.size(), imported.report().counters());
    }

    @ParameterizedTest
    @ValueSource(strings = {"fc", "head.linear", "classifier.0"})
    void aHeadOfAnotherNameIsTakenForTheClassifier(String head) {
        StateDict state = state(DenseNets.named(SMALL, 3, 7));
        ImportedWeights imported = imported(renamed(
                state,
                name -> name.startsWith("features.")
                        ? name.substring("features.".length())
                        : name.replace("classifier", head)));
        assertSame(state, imported.state());
    }

    @Test
    void thresholdsOfTorchxrayvisionArePassedOver() {
        StateDict state = state(DenseNets.named("densenet121", 1, 18));
        SequencedMap<String, Tensor> theirs = new LinkedHashMap<>(state.entries());
        theirs.put("op_threshs", new Tensor.Floats(List.of(18), new float[18]));
        ImportedWeights imported = imported(theirs);
        assertEquals(1, imported.config().inputChannels());
        assertEquals(18, imported.config().numClasses());
    }

    /// Nothing is loaded by halves.
    @ParameterizedTest
    @CsvSource({
        "features.norm5.bias,                                , missing: features.norm5.bias",
        "classifier.bias,                                   , missing: classifier.bias",
        "classifier.weight,                                 , there is no classifier.weight",
        "features.conv0.weight,                             , there is no features.conv0.weight",
        "features.denseblock2.denselayer1.conv2.weight,     , missing: features.denseblock2.denselayer1.conv2.weight",
        "features.norm5.bias, features.norm5.bais           , unexpected: features.norm5.bais",
    })
    void whatDoesNotFitIsRefusedWithTheReport(String ours, String theirs, String message) {
        SequencedMap<String, Tensor> tensors =
                new LinkedHashMap<>(state(DenseNets.named(SMALL, 3, 7)).entries());
        Tensor tensor = tensors.remove(ours);
        if (theirs != null) {
            tensors.put(theirs, tensor);
        }
        String refused = refusal(tensors);
        assertTrue(refused.contains(message), refused);
    }

    /// A classifier that has lost its weight is no file without one.
    @Test
    void aNewClassifierReplacesNoPartOfAnOldOne() {
        SequencedMap<String, Tensor> tensors =
                new LinkedHashMap<>(state(DenseNets.named(SMALL, 3, 7)).entries());
        tensors.remove("classifier.weight");
        assertThrows(
                IllegalArgumentException.class,
                () -> ImportedWeights.of(tensors, BatchNorm.STANDARD, OptionalInt.of(7)));
        tensors.remove("classifier.bias");
        assertTrue(ImportedWeights.of(tensors, BatchNorm.STANDARD, OptionalInt.of(7))
                .hasNewClassifier());
    }

    @Test
    void aTensorOfAnotherShapeIsRefused() {
        SequencedMap<String, Tensor> tensors =
                new LinkedHashMap<>(state(DenseNets.named(SMALL, 3, 7)).entries());
        tensors.put("features.norm5.bias", new Tensor.Floats(List.of(3), new float[3]));
        String refused = refusal(tensors);
        assertTrue(refused.contains("features.norm5.bias: expected [9], found [3]"), refused);
    }

    @Test
    void whatIsNoDenseNetIsRefused() {
        SequencedMap<String, Tensor> resnet = new LinkedHashMap<>();
        resnet.put("layer1.0.conv1.weight", new Tensor.Floats(List.of(1), new float[1]));
        String refused = refusal(resnet);
        assertTrue(refused.contains("layer1.0.conv1.weight"), refused);
        assertThrows(IllegalArgumentException.class, () -> imported(new LinkedHashMap<>()));
    }

    private static ImportedWeights imported(SequencedMap<String, Tensor> tensors) {
        return ImportedWeights.of(tensors, BatchNorm.STANDARD, OptionalInt.empty());
    }

    private static String refusal(SequencedMap<String, Tensor> tensors) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, () -> imported(tensors))
                .getMessage());
    }

    private static StateDict state(DenseNetConfig config) {
        return Initializer.initialize(specs(config), 5, Initializer.Fan.OUT);
    }

    private static List<ParameterSpec> specs(DenseNetConfig config) {
        return Graph.of(DenseNet.of(config), new Shape(config.inputChannels(), 64, 64))
                .stateDict();
    }

    private static SequencedMap<String, Tensor> renamed(StateDict state, UnaryOperator<String> name) {
        SequencedMap<String, Tensor> renamed = new LinkedHashMap<>();
        state.entries().forEach((ours, tensor) -> renamed.put(name.apply(ours), tensor));
        return renamed;
    }

    private static void assertSame(StateDict expected, StateDict found) {
        assertArrayEquals(
                expected.entries().keySet().toArray(), found.entries().keySet().toArray());
        assertEquals(expected.sha256(), found.sha256());
    }
}
