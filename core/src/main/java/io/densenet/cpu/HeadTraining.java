package io.densenet.cpu;

import io.densenet.arch.Head;
import io.densenet.cpu.kernel.Rows;
import io.densenet.data.ImageBatch;
import io.densenet.engine.Step;
import io.densenet.engine.StepResult;

/// BN-ReLU, global average pooling, linear layer and loss in training.
final class HeadTraining {
    private final BlockMemory block;
    private final double momentum;
    private final int channels;
    private final Norm norm;
    private final ClassifierTraining classifier;

    HeadTraining(BlockMemory block, Head head, TrainingSettings settings) {
        this.block = block;
        this.momentum = settings.batchNorm().momentum();
        this.channels = head.inputChannels();
        norm = new Norm(block.state(), "features.norm5", channels);
        classifier = new ClassifierTraining(
                block.compute(), block.state(), head, block.grid().images());
    }

    /// Loss and its gradient, up to the logits.
    StepResult forward(ImageBatch batch, Step step) {
        norm.prepare(block.statistics());
        norm.track(block.statistics(), momentum);
        int pixels = block.grid().pixels();
        float[] pooled = classifier.pooled();
        block.compute().forEach(Chunk.bands(block.grid(), 1), (image, scratch) -> {
            int at = classifier.at(image.firstImage());
            classifier.clear(image.firstImage());
            Rows y = scratch.inputs(Scratch.TILE, BlockMemory.tilePitch(channels));
            for (int row = image.firstRow(); row < image.endRow(); row += Scratch.TILE) {
                int rows = Math.min(Scratch.TILE, image.endRow() - row);
                block.rectify(row, rows, norm, y);
                Pooling.addRows(rows, channels, y, pooled, at);
            }
            for (int c = 0; c < channels; c++) {
                pooled[at + c] /= pixels;
            }
            classifier.logits(image.firstImage());
        });
        return classifier.loss(batch, step);
    }

    /// From the logits' gradient to the block's channels, as the first of those who read them.
    void backward() {
        classifier.addGradients();
        int pitch = BlockMemory.tilePitch(channels);
        Features g = block.g();
        block.compute().forEach(block.chunks(), (chunk, scratch) -> {
            Rows y = scratch.inputs(Scratch.TILE, pitch);
            Rows dy = scratch.gradients(Scratch.TILE, pitch);
            for (int image = chunk.firstImage(); image < chunk.endImage(); image++) {
                int first = image * block.grid().pixels()
                        + chunk.firstLine() * block.grid().width();
                int end = image * block.grid().pixels()
                        + chunk.endLine() * block.grid().width();
                spread(image, Math.min(Scratch.TILE, end - first), dy);
                for (int row = first; row < end; row += Scratch.TILE) {
                    int rows = Math.min(Scratch.TILE, end - row);
                    block.rectify(row, rows, norm, y);
                    block.send(row, rows, norm, dy, y, true, g, chunk);
                }
            }
        });
        block.takeGradients(norm);
    }

    /// Writes the gradient of one pixel of an image, the same for all, to the rows of a tile.
    private void spread(int image, int rows, Rows dy) {
        double[] gradient = classifier.featureGradient(image);
        for (int c = 0; c < channels; c++) {
            dy.data()[dy.offset() + c] = (float) (gradient[c] / block.grid().pixels());
        }
        for (int r = 1; r < rows; r++) {
            System.arraycopy(dy.data(), dy.offset(), dy.data(), dy.offset() + r * dy.pitch(), channels);
        }
    }
}
