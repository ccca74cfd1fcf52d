package io.densenet.arch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GraphTest {
    @ParameterizedTest(name = "{0} with {1}: {2}, {3}, {4}")
    @CsvSource({
        "densenet-40-12, 1x28x28, 160x28x28, 304x14x14, 448x7x7",
        "densenet-40-12, 3x32x32, 160x32x32, 304x16x16, 448x8x8",
        "densenet-bc-100-12, 3x32x32, 216x32x32, 300x16x16, 342x8x8",
        "densenet-40-12, 3x29x31, 160x29x31, 304x14x15, 448x7x7"
    })
    void blocksOfTheCifarFamilyHalveTheSizeBetweenThem(String name, String image, String b1, String b2, String b3) {
        assertEquals(List.of(b1, b2, b3), blocks(name, image));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "3x224x224, 256x56x56, 512x28x28, 1024x14x14, 1024x7x7",
        "3x29x29, 256x8x8, 512x4x4, 1024x2x2, 1024x1x1",
        "1x225x320, 256x57x80, 512x28x40, 1024x14x20, 1024x7x10"
    })
    void blocksOfDenseNet121(String image, String b1, String b2, String b3, String b4) {
        assertEquals(List.of(b1, b2, b3, b4), blocks("densenet121", image));
    }

    @Test
    void theLogitsAreAVectorWhateverTheSizeOfTheImage() {
        for (int size : List.of(4, 7, 32, 100)) {
            Graph graph = Graph.of(DenseNet.of(DenseNets.named("densenet-40-12", 3, 7)), new Shape(3, size, size));
            assertEquals(new Shape(7, 1, 1), graph.nodes().getLast().output());
            assertEquals(7, graph.numClasses());
            assertEquals(new Shape(3, size, size), graph.input());
        }
    }

    @ParameterizedTest(name = "{0} with {1}")
    @CsvSource({"densenet121, 28", "densenet-40-12, 3", "densenet121, 1"})
    void anImageThatIsTooSmallIsRefused(String name, int size) {
        DenseNet network = DenseNet.of(DenseNets.named(name, 3, 10));
        String message = refusal(network, new Shape(3, size, size));
        assertTrue(message.contains("the image is too small for this network"), message);
    }

    @Test
    void anImageOfOtherChannelsIsRefused() {
        DenseNet network = DenseNet.of(DenseNets.named("densenet121", 3, 10));
        String message = refusal(network, new Shape(1, 224, 224));
        assertTrue(message.contains("features.conv0: expected 3 input channels, found 1x224x224"), message);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void theFirstConvolutionReadsAsManyChannelsAsTheImageHas(int channels) {
        Graph graph = Graph.of(DenseNet.of(DenseNets.named("densenet121", channels, 10)), new Shape(channels, 64, 64));
        assertEquals(List.of(64, channels, 7, 7), graph.stateDict().getFirst().shape());
    }

    @Test
    void everyNodeComesAfterWhatItReads() {
        List<Node> nodes = Graph.of(
                        DenseNet.of(DenseNets.named("densenet-bc-16-4", 3, 10).withDropRate(0.1)), new Shape(3, 32, 32))
                .nodes();
        for (int i = 0; i < nodes.size(); i++) {
            int position = i;
            assertEquals(i == 0, nodes.get(i).inputs().isEmpty());
            assertTrue(nodes.get(i).inputs().stream().allMatch(input -> input < position));
        }
        assertEquals(nodes.size(), nodes.stream().map(Node::name).distinct().count());
    }

    @Test
    void mapsOfDifferentSizeAreNotConcatenated() {
        GraphBuilder builder = new GraphBuilder(new Shape(1, 4, 4));
        int pooled = builder.add("pool", new Op.AveragePooling(2, 2), 0);
        assertThrows(IllegalArgumentException.class, () -> builder.add("concat", new Op.Concatenation(), 0, pooled));
    }

    @Test
    void shapesAreReadAsTheyAreWritten() {
        assertEquals(new Shape(3, 224, 192), Shape.parse("3x224x192"));
        assertEquals("3x224x192", new Shape(3, 224, 192).toString());
        for (String wrong : List.of("", "3x224", "3x224x224x1", "ax1x1", "3x-1x1", "0x1x1", "3x1x99999999999")) {
            assertThrows(IllegalArgumentException.class, () -> Shape.parse(wrong), wrong);
        }
    }

    private static List<String> blocks(String name, String image) {
        Shape shape = Shape.parse(image);
        return Graph.of(DenseNet.of(DenseNets.named(name, shape.channels(), 10)), shape).nodes().stream()
                .filter(node -> node.name().matches("features\\.denseblock\\d\\.concat"))
                .map(node -> node.output().toString())
                .toList();
    }

    private static String refusal(DenseNet network, Shape image) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, () -> Graph.of(network, image))
                .getMessage());
    }
}
