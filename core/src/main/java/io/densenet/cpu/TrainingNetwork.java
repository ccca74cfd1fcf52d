package io.densenet.cpu;

import io.densenet.arch.DenseBlock;
import io.densenet.arch.DenseLayer;
import io.densenet.arch.DenseNet;
import io.densenet.arch.Shape;
import io.densenet.arch.Stem;
import io.densenet.data.ImageBatch;
import io.densenet.engine.Step;
import io.densenet.engine.StepResult;
import java.util.ArrayList;
import java.util.List;

/// A network, or what is behind a front that is frozen, block by block.
final class TrainingNetwork implements TrainingSteps {
    private final StemTraining stem;
    private final List<List<DenseLayerTraining>> blocks = new ArrayList<>();
    private final List<TransitionTraining> transitions = new ArrayList<>();
    private final HeadTraining head;

    /// @param frozen blocks that are left as they are, fewer than there are
    TrainingNetwork(
            Compute compute,
            NetworkState state,
            DenseNet network,
            Shape image,
            int images,
            TrainingMemory memory,
            int frozen) {
        memory.features().rewind();
        TrainingSettings settings =
                new TrainingSettings(network.config().batchNorm(), memory.mode(), memory.features());
        Resolutions resolutions = Resolutions.of(network, image, images);
        SharedMemory shared = memory.shared();
        List<BlockMemory> memories = new ArrayList<>();
        for (int b = frozen; b < network.blocks().size(); b++) {
            memories.add(memory(compute, state, network.blocks().get(b), resolutions.block(b), settings, shared));
        }
        stem = frozen > 0
                ? new FrozenFrontTraining(memories.getFirst(), network, image, frozen)
                : stem(memories.getFirst(), network, image, resolutions, settings);
        DropoutNumbers dropouts = new DropoutNumbers(network.config().dropRate());
        network.blocks().subList(0, frozen).forEach(dropouts::skip);
        for (int b = 0; b < memories.size(); b++) {
            List<DenseLayerTraining> layers = new ArrayList<>();
            for (DenseLayer layer : network.blocks().get(frozen + b).layers()) {
                layers.add(layer(memories.get(b), layer, settings, dropouts));
            }
            blocks.add(List.copyOf(layers));
            if (b + 1 < memories.size()) {
                var transition = network.transitions().get(frozen + b);
                Dropout dropout = dropouts.next(transition.outputChannels());
                transitions.add(
                        new TransitionTraining(memories.get(b), memories.get(b + 1), transition, settings, dropout));
            }
        }
        head = new HeadTraining(memories.getLast(), network.head(), settings);
    }

    private static StemTraining stem(
            BlockMemory block, DenseNet network, Shape image, Resolutions resolutions, TrainingSettings settings) {
        return switch (network.config().stem()) {
            case Stem.Cifar s -> new CifarStemTraining(block, s, image);
            case Stem.ImageNet s -> new ImageNetStemTraining(block, s, image, resolutions.stem(), settings);
        };
    }

    private static BlockMemory memory(
            Compute compute,
            NetworkState state,
            DenseBlock block,
            Grid grid,
            TrainingSettings settings,
            SharedMemory shared) {
        List<Chunk> chunks = Chunk.of(grid);
        int channels = block.outputChannels();
        Features x = Features.of(
                grid,
                block.inputChannels(),
                block.growthRate(),
                block.layers().size(),
                (_, pitch) -> settings.features().map(grid, pitch));
        int most = block.layers().stream()
                .mapToInt(DenseLayer::bottleneckChannels)
                .max()
                .orElse(0);
        BlockMemory memory = new BlockMemory(
                compute,
                state,
                block,
                chunks,
                x,
                new BatchStatistics(channels, grid.rows(), settings.batchNorm().epsilon()),
                new ChannelSums(chunks.size(), Math.max(x.paddedChannels(), most)),
                shared);
        memory.g(); // takes the memory of the first block, the largest, first
        return memory;
    }

    private static DenseLayerTraining layer(
            BlockMemory block, DenseLayer layer, TrainingSettings settings, DropoutNumbers dropouts) {
        if (!layer.hasBottleneck()) {
            return new PlainTraining(block, layer, settings, dropouts.next(layer.growthRate()));
        }
        Dropout first = dropouts.next(layer.bottleneckChannels());
        return new BottleneckTraining(block, layer, settings, first, dropouts.next(layer.growthRate()));
    }

    /// Counts dropout layers in the order of the network.
    private static final class DropoutNumbers {
        private final double rate;
        private int next;

        DropoutNumbers(double rate) {
            this.rate = rate;
        }

        Dropout next(int channels) {
            return new Dropout(rate, next++, channels);
        }

        /// Passes over those of a block and of the transition behind it.
        void skip(DenseBlock block) {
            for (DenseLayer layer : block.layers()) {
                next += layer.hasBottleneck() ? 2 : 1;
            }
            next++;
        }
    }

    @Override
    public StepResult gradients(ImageBatch batch, Step step) {
        stem.forward(batch);
        for (int b = 0; b < blocks.size(); b++) {
            blocks.get(b).forEach(layer -> layer.forward(step));
            if (b < transitions.size()) {
                transitions.get(b).forward(step);
            }
        }
        StepResult result = head.forward(batch, step);
        head.backward();
        for (int b = blocks.size() - 1; b >= 0; b--) {
            blocks.get(b).reversed().forEach(layer -> layer.backward(step));
            if (b > 0) {
                transitions.get(b - 1).backward(step);
            }
        }
        stem.backward(batch);
        return result;
    }
}
