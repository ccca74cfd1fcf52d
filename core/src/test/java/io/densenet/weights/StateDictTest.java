package io.densenet.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.arch.ParameterSpec;
import io.densenet.arch.ParameterSpec.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StateDictTest {
    private static final Tensor VECTOR = new Tensor.Floats(List.of(2), new float[] {1, 2});
    private static final Tensor COUNT = new Tensor.Longs(List.of(), new long[] {7});

    /// The digest of what the documentation says, computed with Python's hashlib and struct.
    @Test
    void theHashIsThatOfNamesShapesKindsAndLittleEndianValues() {
        assertEquals(
                "12873eda4f73d0286f9b496af6f10fcb959e7818494de821d6813e7039324c74",
                state("a", VECTOR, "é", COUNT).sha256());
    }

    @Test
    void anyDifferenceChangesTheHash() {
        List<String> hashes = Stream.of(
                        state("a", VECTOR, "b", COUNT),
                        state("b", COUNT, "a", VECTOR),
                        state("a", VECTOR, "c", COUNT),
                        state("a", new Tensor.Floats(List.of(2, 1), new float[] {1, 2}), "b", COUNT),
                        state("a", new Tensor.Floats(List.of(2), new float[] {1, Math.nextUp(2f)}), "b", COUNT),
                        state("a", new Tensor.Longs(List.of(1), new long[] {0x400000003f800000L}), "b", COUNT),
                        state("a", VECTOR, "b", new Tensor.Longs(List.of(), new long[] {8})))
                .map(StateDict::sha256)
                .toList();
        assertEquals(hashes.size(), hashes.stream().distinct().count());
    }

    @Test
    void differencesFromANetworkAreNamedOneByOne() {
        List<ParameterSpec> specs = List.of(
                new ParameterSpec("a", Kind.NORM_WEIGHT, List.of(2)),
                new ParameterSpec("b", Kind.BATCHES_TRACKED, List.of()));
        assertEquals(List.of(), state("a", VECTOR, "b", COUNT).differencesFrom(specs));
        assertEquals(
                List.of("b: missing", "c: unexpected"),
                state("a", VECTOR, "c", COUNT).differencesFrom(specs));
        assertEquals(
                List.of("a: expected [2], found [] of 64-bit integers", "b: expected [], found [2]"),
                state("a", COUNT, "b", VECTOR).differencesFrom(specs));
    }

    @Test
    void onlyFloatsAreGivenAsFloats() {
        StateDict state = state("a", VECTOR, "b", COUNT);
        assertArrayEquals(new float[] {1, 2}, state.floats("a"));
        for (String name : List.of("b", "c")) {
            String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> state.floats(name))
                    .getMessage());
            assertTrue(message.startsWith(name + ": expected a float tensor, found "), message);
        }
    }

    @Test
    void aShapeMustHoldItsValues() {
        assertThrows(IllegalArgumentException.class, () -> new Tensor.Floats(List.of(3), new float[2]));
        assertThrows(IllegalArgumentException.class, () -> new Tensor.Longs(List.of(), new long[0]));
    }

    private static StateDict state(String firstName, Tensor first, String secondName, Tensor second) {
        SequencedMap<String, Tensor> entries = new LinkedHashMap<>();
        entries.put(firstName, first);
        entries.put(secondName, second);
        return new StateDict(entries);
    }
}
