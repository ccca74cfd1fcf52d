package io.densenet.cpu;

import io.densenet.arch.DenseBlock;
import io.densenet.arch.DenseLayer;
import io.densenet.arch.DenseNet;
import io.densenet.arch.Graph;
import io.densenet.arch.ParameterSpec;
import io.densenet.arch.Shape;
import io.densenet.arch.Stem;
import io.densenet.cpu.kernel.Kernels;
import io.densenet.cpu.kernel.ScalarKernels;
import java.util.List;

/// Bytes of the arrays that training with this engine holds, by kind. A Java program needs some more: the JVM
/// itself, the images, the optimizer's momentum (as many bytes as the parameters) and room for the garbage
/// collector. A frozen front has no part in it: it takes what inference takes, its packed weights and the maps of
/// one image a thread.
///
/// @param parametersBytes  values, gradients and running statistics
/// @param featuresBytes    channels of all blocks and what stands between them
/// @param gradientsBytes   what the channels of one block were sent
/// @param bottlenecksBytes outputs of the 1×1 convolutions: all of them, or one when they are computed again
/// @param workBytes        one layer's scratch: a bottleneck's gradient, partial sums of weight gradients,
///                         tiles
public record CpuMemory(
        long parametersBytes, long featuresBytes, long gradientsBytes, long bottlenecksBytes, long workBytes) {
    /// What training with batches of `images` will hold.
    ///
    /// @throws IllegalArgumentException when the network does not take such images
    public static CpuMemory ofTraining(DenseNet network, Shape image, int images, CpuOptions options) {
        Graph graph = Graph.of(network, image);
        Resolutions resolutions = Resolutions.of(network, image, images);
        int frozen = options.frozen().blocks();
        long features = frozen == 0 ? stem(network, resolutions, images) : 0;
        long gradients = 0;
        long bottlenecks = 0;
        long bottleneckGradient = features;
        long weightSums = 0;
        long packed = 0;
        for (int b = frozen; b < network.blocks().size(); b++) {
            DenseBlock block = network.blocks().get(b);
            Grid grid = resolutions.block(b);
            long channels = block(block, grid);
            features += channels;
            gradients = Math.max(gradients, channels);
            if (b > frozen) {
                features += map(grid, Kernels.padded(block.inputChannels()));
            }
            long chunks = Chunk.of(grid).size();
            packed = Math.max(packed, packed(block));
            for (DenseLayer layer : block.layers()) {
                long middle = layer.hasBottleneck() ? map(grid, Kernels.padded(layer.bottleneckChannels())) : 0;
                bottlenecks = switch (options.memory()) {
                    case STANDARD -> bottlenecks + middle;
                    case EFFICIENT -> Math.max(bottlenecks, middle);
                };
                bottleneckGradient = Math.max(bottleneckGradient, middle);
                int wide = Kernels.PARTS * WeightSums.paddedRows(layer.growthRate());
                int narrow = Kernels.padded(layer.hasBottleneck() ? layer.bottleneckChannels() : layer.inputChannels());
                weightSums = Math.max(weightSums, chunks * wide * narrow);
                if (layer.hasBottleneck()) {
                    weightSums = Math.max(weightSums, chunks * Kernels.padded(layer.inputChannels()) * narrow);
                }
            }
            if (b > frozen) {
                int inputs = network.transitions().get(b - 1).inputChannels();
                weightSums =
                        Math.max(weightSums, chunks * Kernels.padded(inputs) * Kernels.padded(block.inputChannels()));
            }
        }
        long work = bottleneckGradient
                + packed
                + Float.BYTES * weightSums
                + options.threads() * tiles(network, resolutions, frozen);
        return new CpuMemory(parameters(graph), features, gradients, bottlenecks, work);
    }

    public long totalBytes() {
        return parametersBytes + featuresBytes + gradientsBytes + bottlenecksBytes + workBytes;
    }

    private static long parameters(Graph graph) {
        long trained =
                graph.parameters().stream().mapToLong(ParameterSpec::elements).sum();
        long all = graph.stateDict().stream().mapToLong(ParameterSpec::elements).sum();
        return Float.BYTES * (trained + all);
    }

    private static long stem(DenseNet network, Resolutions resolutions, int images) {
        return switch (network.config().stem()) {
            case Stem.Cifar _ -> 0;
            case Stem.ImageNet s -> {
                Grid grid = new Grid(
                        images, resolutions.stem().height(), resolutions.stem().width());
                yield map(grid, Kernels.padded(s.initialChannels()));
            }
        };
    }

    private static long block(DenseBlock block, Grid grid) {
        List<Integer> widths = Features.segmentWidths(
                block.inputChannels(), block.growthRate(), block.layers().size());
        return widths.stream()
                .mapToLong(width -> map(grid, Kernels.padded(width)))
                .sum();
    }

    private static long map(Grid grid, int pitch) {
        return (long) Float.BYTES * FeatureMap.length(grid, pitch);
    }

    /// Tiles of one thread, the large ones: either a 1×1 convolution's or a 3×3 one's.
    private static long tiles(DenseNet network, Resolutions resolutions, int frozen) {
        long most = 0;
        for (int b = frozen; b < network.blocks().size(); b++) {
            DenseBlock block = network.blocks().get(b);
            Grid grid = resolutions.block(b);
            DenseLayer last = block.layers().getLast();
            int inputs = last.hasBottleneck() ? last.bottleneckChannels() : last.inputChannels();
            long convolution =
                    new Convolution3x3(new ScalarKernels(), grid, inputs, block.growthRate()).scratchValues();
            long rows = Math.max(Scratch.TILE, 2 * grid.width());
            long wide = rows * BlockMemory.tilePitch(block.outputChannels());
            most = Math.max(most, last.hasBottleneck() ? 2 * wide + convolution : wide + convolution);
        }
        return Float.BYTES * most;
    }

    /// Packed weights of one convolution of 3×3.
    private static long packed(DenseBlock block) {
        DenseLayer last = block.layers().getLast();
        int inputs = last.hasBottleneck() ? last.bottleneckChannels() : last.inputChannels();
        return (long) Float.BYTES * Kernels.PARTS * new WinogradWeights(0, inputs, block.growthRate()).packedLength();
    }
}
