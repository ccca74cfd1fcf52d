package io.densenet.app.inspect;

import io.densenet.app.options.NamedNetwork;
import io.densenet.arch.Architecture;
import io.densenet.arch.Baseline;
import io.densenet.arch.Cost;
import io.densenet.arch.DenseBlock;
import io.densenet.arch.DenseNet;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.Graph;
import io.densenet.arch.KnownMistakes;
import io.densenet.arch.MemoryEstimate;
import io.densenet.arch.Shape;
import io.densenet.cpu.CpuMemory;
import io.densenet.cpu.CpuOptions;
import io.densenet.cpu.MemoryMode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// All that `inspect` says about a network. The names of the components are the keys of its JSON, which
/// scripts rely on.
///
/// @param inputShape channels, height, width
/// @param layers     in the order of execution; together they are the whole network
/// @param memory     what a framework needs that runs the network operation by operation
/// @param blocks     dense blocks; none in other networks
/// @param engine     what training holds in this project's own engine, by the two ways of `--memory`;
///                   null for networks that it does not run
/// @param notes      where this network is not what its name makes people think
record InspectReport(
        String name,
        String variant,
        int depth,
        long parameters,
        long multiplyAdds,
        List<Integer> inputShape,
        int classes,
        List<Block> blocks,
        List<Layer> layers,
        MemoryEstimate memory,
        @Nullable EngineMemory engine,
        List<String> notes) {
    /// Arrays of this project's engine while it trains.
    record EngineMemory(CpuMemory standard, CpuMemory efficient) {}

    /// One dense block.
    record Block(String name, int layers, int growthRate, int inputChannels, int outputChannels) {}

    /// One layer, as coarse or fine as was asked for.
    ///
    /// @param outputShape channels, height, width
    record Layer(String name, String type, List<Integer> outputShape, long parameters, long multiplyAdds) {}

    /// Inspects a network.
    ///
    /// @param depth how far down the tree of layers goes: 1 parts, 2 layers, 3 single operations
    static InspectReport of(NamedNetwork model, Graph graph, int batchSize, int depth) {
        Architecture network = model.architecture();
        Optional<DenseNet> denseNet = model.denseNet();
        Cost cost = Cost.of(graph);
        return new InspectReport(
                model.name(),
                network.variant(),
                network.depth(),
                cost.parameters(),
                cost.multiplyAdds(),
                dimensions(model.inputShape()),
                network.numClasses(),
                denseNet.stream()
                        .flatMap(net -> net.blocks().stream())
                        .map(InspectReport::block)
                        .toList(),
                LayerTree.of(graph).stream()
                        .flatMap(part -> part.at(depth))
                        .map(InspectReport::layer)
                        .toList(),
                MemoryEstimate.of(graph, batchSize),
                denseNet.map(net -> new EngineMemory(
                                engineMemory(net, model.inputShape(), batchSize, MemoryMode.STANDARD),
                                engineMemory(net, model.inputShape(), batchSize, MemoryMode.EFFICIENT)))
                        .orElse(null),
                switch (network) {
                    case DenseNetConfig config -> KnownMistakes.in(config);
                    case Baseline baseline -> baseline.notes();
                });
    }

    private static CpuMemory engineMemory(DenseNet network, Shape image, int batchSize, MemoryMode mode) {
        CpuOptions options = new CpuOptions(Runtime.getRuntime().availableProcessors(), mode);
        return CpuMemory.ofTraining(network, image, batchSize, options);
    }

    private static Block block(DenseBlock block) {
        return new Block(
                LayerTree.shortName(block.name()),
                block.layers().size(),
                block.growthRate(),
                block.inputChannels(),
                block.outputChannels());
    }

    private static Layer layer(LayerTree layer) {
        return new Layer(
                layer.name(), layer.type(), dimensions(layer.outputShape()), layer.parameters(), layer.multiplyAdds());
    }

    private static List<Integer> dimensions(Shape shape) {
        return List.of(shape.channels(), shape.height(), shape.width());
    }
}
