package io.densenet.arch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryEstimateTest {
    /// | tensor | bytes | kept for |
    /// |--------|-------|----------|
    /// | input  | 64    | conv     |
    /// | conv   | 128   |          |
    /// | relu   | 128   | relu     |
    /// | pool   | 8     | linear   |
    /// | logits | 12    |          |
    ///
    /// Inference is largest at the ReLU: conv and relu. Training is largest in the ReLU's backward pass: input
    /// and relu kept, gradients of relu and conv. The 18 + 9 parameters stand there once, or with gradient and
    /// momentum.
    @Test
    void aChainOfLayersIsCountedByHand() {
        GraphBuilder builder = new GraphBuilder(new Shape(1, 4, 4));
        int x = builder.add("conv", new Op.Convolution(1, 2, 3, 1, 1, false), 0);
        x = builder.add("relu", new Op.Relu(), x);
        x = builder.add("pool", new Op.GlobalAveragePooling(), x);
        builder.add("linear", new Op.Linear(2, 3), x);
        Graph graph = builder.build();

        assertEquals(
                new MemoryEstimate(1, 27 * 4, 3 * 27 * 4 + 64 + 128 + 128 + 128, 27 * 4 + 128 + 128),
                MemoryEstimate.of(graph, 1));
        assertEquals(
                new MemoryEstimate(5, 27 * 4, 3 * 27 * 4 + 5 * 448, 27 * 4 + 5 * 256), MemoryEstimate.of(graph, 5));
    }

    /// In tensors of one value (concat holds two). Inference is largest at the concatenation: input, conv and
    /// concat. Training is largest in the backward pass of the linear layer: the input kept for the
    /// convolution, concat for the linear layer, and the gradients of logits and concat.
    @Test
    void aConcatenationIsATensorOfItsOwn() {
        GraphBuilder builder = new GraphBuilder(new Shape(1, 1, 1));
        int x = builder.add("conv", new Op.Convolution(1, 1, 1, 1, 0, false), 0);
        x = builder.add("concat", new Op.Concatenation(), 0, x);
        builder.add("linear", new Op.Linear(2, 1), x);
        MemoryEstimate estimate = MemoryEstimate.of(builder.build(), 1);
        long parameters = 1 + 2 + 1;
        assertEquals(4 * (parameters + 1 + 1 + 2), estimate.inferenceBytes());
        assertEquals(4 * (3 * parameters + 1 + 2 + 1 + 2), estimate.trainingBytes());
    }

    /// Training is largest in the forward pass of the dropout: input, the convolution's output, what is left of
    /// it, and the mask.
    @Test
    void dropoutKeepsItsMask() {
        GraphBuilder builder = new GraphBuilder(new Shape(1, 10, 10));
        int x = builder.add("conv", new Op.Convolution(1, 1, 1, 1, 0, false), 0);
        x = builder.add("drop", new Op.Dropout(0.5), x);
        builder.add("pool", new Op.GlobalAveragePooling(), x);
        assertEquals(4 * (3 + 400), MemoryEstimate.of(builder.build(), 1).trainingBytes());
        assertEquals(4 * (1 + 200), MemoryEstimate.of(builder.build(), 1).inferenceBytes());
    }

    @Test
    void parametersAreCountedOnceAndRunningStatisticsToo() {
        Graph graph = graph("densenet121", 224);
        assertEquals(
                4L * (7_978_856 + 83_648 + 121), MemoryEstimate.of(graph, 1).parametersBytes());
    }

    @Test
    void moreImagesNeedMoreAndTrainingNeedsMoreThanInference() {
        Graph graph = graph("densenet-bc-100-12", 32);
        MemoryEstimate before = MemoryEstimate.of(graph, 1);
        for (int batchSize : List.of(2, 16, 64, 256)) {
            MemoryEstimate estimate = MemoryEstimate.of(graph, batchSize);
            assertTrue(estimate.trainingBytes() > before.trainingBytes());
            assertTrue(estimate.inferenceBytes() > before.inferenceBytes());
            assertTrue(estimate.trainingBytes() > 2 * estimate.inferenceBytes());
            before = estimate;
        }
    }

    /// Naive training of this network with 64 images took 2.863 GB in PyTorch on a GPU, work areas and momentum
    /// included (README of gpleiss/efficient_densenet_pytorch): an independent figure for the order of
    /// magnitude.
    @Test
    void naiveTrainingNeedsAboutWhatWasMeasuredElsewhere() {
        double gigabytes =
                MemoryEstimate.of(graph("densenet-bc-100-12", 32), 64).trainingBytes() / 1e9;
        assertEquals(2.863, gigabytes, 0.8);
    }

    /// 8,192² pixels of the 64 maps that the stem's convolution makes are 2³² values, more than 32 bits count.
    /// Multiply-adds grow with the pixels: 5,350 times those of 224².
    @Test
    void imagesBeyondTwoToTheThirtyOneValuesAreCounted() {
        Graph graph = graph("densenet121", 16_384);
        assertEquals(1L << 32, graph.nodes().get(1).output().elements());
        assertTrue(MemoryEstimate.of(graph, 8).trainingBytes() > 8 * 4L * (1L << 32));
        double growth = (double) Cost.of(graph).multiplyAdds()
                / Cost.of(graph("densenet121", 224)).multiplyAdds();
        assertEquals(16_384.0 * 16_384 / (224 * 224), growth, 5);
    }

    @Test
    void aShapeThatNoMemoryHoldsIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Shape(3, 2_000_000_000, 2_000_000_000));
    }

    @Test
    void anEmptyBatchIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> MemoryEstimate.of(graph("densenet-40-12", 32), 0));
    }

    private static Graph graph(String name, int size) {
        return Graph.of(DenseNet.of(DenseNets.named(name, 3, 1000)), new Shape(3, size, size));
    }
}
