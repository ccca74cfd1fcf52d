package io.densenet.app.inspect;

import io.densenet.app.options.NamedNetwork;
import io.densenet.arch.Cost;
import io.densenet.arch.DenseBlock;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.Graph;
import io.densenet.arch.KnownMistakes;
import io.densenet.arch.MemoryEstimate;
import io.densenet.arch.Shape;
import io.densenet.cpu.CpuMemory;
import io.densenet.cpu.CpuOptions;
import io.densenet.cpu.MemoryMode;
import java.util.List;

/// All that `inspect` says about a network. The names of the components are the keys of its JSON, which scripts
/// rely on.
///
/// @param inputShape channels, height, width
/// @param layers     in the order of execution; together they are the whole network
/// @param memory     what a framework needs that runs the network operation by operation
/// @param engine     what training holds here, by the two ways of `--memory`
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
        EngineMemory engine,
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
        DenseNetConfig config = model.config();
        Cost cost = Cost.of(graph);
        return new InspectReport(
                model.name(),
                config.variant(),
                config.depth(),
                cost.parameters(),
                cost.multiplyAdds(),
                dimensions(model.inputShape()),
                config.numClasses(),
                model.denseNet().blocks().stream().map(InspectReport::block).toList(),
                LayerTree.of(graph).stream()
                        .flatMap(part -> part.at(depth))
                        .map(InspectReport::layer)
                        .toList(),
                MemoryEstimate.of(graph, batchSize),
                new EngineMemory(
                        engineMemory(model, batchSize, MemoryMode.STANDARD),
                        engineMemory(model, batchSize, MemoryMode.EFFICIENT)),
                KnownMistakes.in(config));
    }

    private static CpuMemory engineMemory(NamedNetwork model, int batchSize, MemoryMode mode) {
        CpuOptions options = new CpuOptions(Runtime.getRuntime().availableProcessors(), mode);
        return CpuMemory.ofTraining(model.denseNet(), model.inputShape(), batchSize, options);
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
