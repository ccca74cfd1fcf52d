package io.densenet.cpu;

import io.densenet.arch.DenseNet;
import io.densenet.arch.Shape;
import io.densenet.cpu.kernel.Rows;
import io.densenet.data.ImageBatch;
import java.util.List;

/// A front that training leaves as it is: run as in inference, without any way back.
final class FrozenFrontTraining implements StemTraining {
    private final BlockMemory block;
    private final InferenceFront front;
    private final int outputs;

    /// @param block first one that is trained
    /// @param count of the frozen blocks
    FrozenFrontTraining(BlockMemory block, DenseNet network, Shape image, int count) {
        this.block = block;
        this.outputs = network.blocks().get(count).inputChannels();
        front = new InferenceFront(block.compute(), block.state(), network, image, count);
    }

    @Override
    public void forward(ImageBatch batch) {
        int pixels = block.grid().pixels();
        front.forEach(batch, (image, maps) -> {
            for (Features.Segment segment : maps.getLast().segments()) {
                block.x()
                        .write(
                                segment.first(),
                                segment.channels(),
                                image * pixels,
                                pixels,
                                segment.map().from(0));
            }
        });
        List<Moments> moments = BatchStatistics.moments(block.chunks(), outputs);
        block.compute()
                .forEach(
                        block.chunks(),
                        (chunk, scratch) -> chunk.forEachLine((_, _, row) -> {
                            int width = block.grid().width();
                            Rows line = scratch.products(width, BlockMemory.tilePitch(outputs));
                            block.x().read(0, outputs, row, width, line);
                            block.addMoments(moments.get(chunk.index()), outputs, line, width, scratch);
                        }));
        block.statistics().set(0, outputs, moments);
    }

    /// Nothing: nobody asks for these gradients.
    @Override
    public void backward(ImageBatch batch) {}
}
