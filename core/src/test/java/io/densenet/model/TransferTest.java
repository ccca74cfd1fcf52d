package io.densenet.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.arch.Architecture;
import io.densenet.arch.DenseNets;
import io.densenet.arch.baseline.Baselines;
import io.densenet.arch.baseline.Variations;
import io.densenet.data.Normalization;
import io.densenet.data.Preprocessing;
import io.densenet.weights.Initializer;
import io.densenet.weights.StateDict;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransferTest {
    private static final List<String> ABC = List.of("a", "b", "c");

    @Test
    void otherClassesGetANewLastLayerAndAllElseIsKept() {
        ModelFile trained = trained(DenseNets.named("densenet-bc-10-4", 3, 3), ABC);
        ModelDescription target = description(DenseNets.named("densenet-bc-10-4", 3, 2), 3, List.of("x", "y"));
        StateDict fresh = initial(target, 9);
        StateDict state = Transfer.of(trained, target, fresh);
        assertArrayEquals(fresh.floats("classifier.weight"), state.floats("classifier.weight"));
        for (String name : List.of("features.conv0.weight", "features.norm5.running_var")) {
            assertArrayEquals(trained.state().floats(name), state.floats(name), name);
        }
        assertEquals(
                target.graph().stateDict().stream().map(spec -> spec.name()).toList(),
                List.copyOf(state.entries().keySet()));
    }

    @Test
    void theSameClassesInAnotherOrderKeepTheirRows() {
        ModelFile trained = trained(DenseNets.named("densenet-bc-10-4", 3, 3), ABC);
        ModelDescription target = description(DenseNets.named("densenet-bc-10-4", 3, 3), 3, List.of("c", "a", "b"));
        StateDict state = Transfer.of(trained, target, initial(target, 9));
        float[] before = trained.state().floats("classifier.weight");
        int row = before.length / 3;
        assertArrayEquals(
                Arrays.copyOfRange(before, 2 * row, 3 * row), Arrays.copyOf(state.floats("classifier.weight"), row));
        assertEquals(Transfer.LastLayer.REORDERED, Transfer.lastLayer(ABC, List.of("c", "a", "b")));
        assertEquals(Transfer.LastLayer.NEW, Transfer.lastLayer(List.of("a", "a", "b"), List.of("a", "b", "a")));
    }

    @Test
    void greyIsRepeatedForColours() {
        ModelFile trained = trained(DenseNets.named("densenet-bc-10-4", 1, 3), ABC);
        ModelDescription target = description(DenseNets.named("densenet-bc-10-4", 3, 3), 3, ABC);
        float[] grey = trained.state().floats("features.conv0.weight");
        float[] colour = Transfer.of(trained, target, initial(target, 9)).floats("features.conv0.weight");
        assertEquals(grey[0] / 3, colour[0], 1e-7f);
        assertEquals(grey[0] / 3, colour[9], 1e-7f);
    }

    /// A deeper network of the same kind has all names of a shallower one.
    @Test
    void aDeeperNetworkIsAnotherNetwork() {
        Architecture deep = Baselines.named("resnet-14", Variations.NONE, 3, 3);
        ModelDescription shallow = description(Baselines.named("resnet-8", Variations.NONE, 3, 3), 3, ABC);
        var refused = assertThrows(
                IllegalArgumentException.class, () -> Transfer.of(trained(deep, ABC), shallow, initial(shallow, 9)));
        assertTrue(String.valueOf(refused.getMessage()).endsWith(": unexpected"), refused.getMessage());
    }

    private static ModelFile trained(Architecture network, List<String> classes) {
        ModelDescription description = description(network, network.inputChannels(), classes);
        return new ModelFile(description, initial(description, 5));
    }

    private static StateDict initial(ModelDescription description, long seed) {
        return Initializer.initialize(description.graph().stateDict(), seed, Initializer.Fan.OUT);
    }

    private static ModelDescription description(Architecture network, int channels, List<String> classes) {
        Preprocessing preprocessing = new Preprocessing(channels, 32, 32, Normalization.unit(channels));
        return new ModelDescription("network", network, preprocessing, classes);
    }
}
