package io.densenet.arch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Names, shapes and order of the state dicts, against those that torchvision itself printed
/// (`src/test/scripts/torchvision_keys.py`).
class TorchvisionNamesTest {
    @ParameterizedTest
    @ValueSource(strings = {"densenet121", "densenet161", "densenet169", "densenet201"})
    void stateDictsHaveTorchvisionsNamesAndShapesInItsOrder(String name) throws IOException {
        Graph graph = Graph.of(DenseNet.of(DenseNets.named(name, 3, 1000)), new Shape(3, 224, 224));
        List<String> found = graph.stateDict().stream()
                .map(spec -> Stream.concat(
                                Stream.of(spec.name()), spec.shape().stream().map(String::valueOf))
                        .collect(Collectors.joining(" ")))
                .toList();
        assertEquals(torchvisions(name), found);
    }

    private static List<String> torchvisions(String name) throws IOException {
        try (InputStream file = TorchvisionNamesTest.class.getResourceAsStream(name + ".keys.gz");
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(new GZIPInputStream(file), StandardCharsets.UTF_8))) {
            return lines.lines().toList();
        }
    }
}
