package io.densenet.cpu;

import io.densenet.arch.Head;
import io.densenet.cpu.kernel.Kernels;
import io.densenet.cpu.kernel.Rows;
import io.densenet.data.ImageBatch;
import io.densenet.engine.Step;
import io.densenet.engine.StepResult;
import io.densenet.engine.TopClass;
import java.util.Arrays;

/// BN-ReLU, global average pooling, linear layer and cross-entropy in training.
final class HeadTraining {
    private final BlockMemory block;
    private final Head head;
    private final double momentum;
    private final Norm norm;
    private final int weight;
    private final int bias;
    private final int pitch;
    private final float[] pooled;
    private final float[] logits;
    private final double[] logitGradients;

    HeadTraining(BlockMemory block, Head head, TrainingSettings settings) {
        this.block = block;
        this.head = head;
        this.momentum = settings.batchNorm().momentum();
        norm = new Norm(block.state(), "features.norm5", head.inputChannels());
        weight = block.state().offset("classifier.weight");
        bias = block.state().offset("classifier.bias");
        pitch = BlockMemory.tilePitch(head.inputChannels());
        int images = block.grid().images();
        pooled = new float[Math.multiplyExact(images, pitch) + Kernels.PANEL];
        logits = new float[Math.multiplyExact(images, head.numClasses())];
        logitGradients = new double[logits.length];
    }

    /// Loss and its gradient, up to the logits.
    StepResult forward(ImageBatch batch, Step step) {
        norm.prepare(block.statistics());
        norm.track(block.statistics(), momentum);
        int channels = head.inputChannels();
        int pixels = block.grid().pixels();
        block.compute().forEach(Chunk.bands(block.grid(), 1), (image, scratch) -> {
            int at = image.firstImage() * pitch;
            Arrays.fill(pooled, at, at + pitch, 0);
            Rows y = scratch.inputs(Scratch.TILE, pitch);
            for (int row = image.firstRow(); row < image.endRow(); row += Scratch.TILE) {
                int rows = Math.min(Scratch.TILE, image.endRow() - row);
                block.rectify(row, rows, norm, y);
                Pooling.addRows(rows, channels, y, pooled, at);
            }
            for (int c = 0; c < channels; c++) {
                pooled[at + c] /= pixels;
            }
            logits(image.firstImage());
        });
        return loss(batch, step);
    }

    private void logits(int image) {
        float[] values = block.state().arena().values();
        for (int k = 0; k < head.numClasses(); k++) {
            double sum = values[bias + k];
            int from = weight + k * head.inputChannels();
            for (int c = 0; c < head.inputChannels(); c++) {
                sum += (double) values[from + c] * pooled[image * pitch + c];
            }
            logits[image * head.numClasses() + k] = (float) sum;
        }
    }

    private StepResult loss(ImageBatch batch, Step step) {
        CrossEntropy entropy = new CrossEntropy(head.numClasses(), step.labelSmoothing());
        int correct = 0;
        double loss = 0;
        for (int n = 0; n < batch.size(); n++) {
            int at = n * head.numClasses();
            loss += entropy.apply(logits, at, batch.labels()[n], step.gradientScale() / batch.size(), logitGradients);
            correct += TopClass.of(logits, at, head.numClasses()) == batch.labels()[n] ? 1 : 0;
        }
        return new StepResult(loss / batch.size(), correct);
    }

    /// From the logits' gradient to the block's channels, as the first of those who read them.
    void backward() {
        addClassifierGradients();
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
        float[] values = block.state().arena().values();
        double[] sums = new double[head.inputChannels()];
        for (int k = 0; k < head.numClasses(); k++) {
            double gradient = logitGradients[image * head.numClasses() + k];
            int from = weight + k * head.inputChannels();
            for (int c = 0; c < sums.length; c++) {
                sums[c] += gradient * values[from + c];
            }
        }
        for (int c = 0; c < sums.length; c++) {
            dy.data()[dy.offset() + c] = (float) (sums[c] / block.grid().pixels());
        }
        for (int r = 1; r < rows; r++) {
            System.arraycopy(dy.data(), dy.offset(), dy.data(), dy.offset() + r * dy.pitch(), head.inputChannels());
        }
    }

    private void addClassifierGradients() {
        long operations =
                (long) head.numClasses() * head.inputChannels() * block.grid().images();
        block.compute().forEachPart(head.numClasses(), operations, this::addClassifierGradients);
    }

    private void addClassifierGradients(int firstClass, int endClass) {
        float[] gradients = block.state().arena().gradients();
        int images = block.grid().images();
        for (int k = firstClass; k < endClass; k++) {
            double[] sums = new double[head.inputChannels() + 1];
            for (int n = 0; n < images; n++) {
                double gradient = logitGradients[n * head.numClasses() + k];
                for (int c = 0; c < head.inputChannels(); c++) {
                    sums[c] += gradient * pooled[n * pitch + c];
                }
                sums[head.inputChannels()] += gradient;
            }
            for (int c = 0; c < head.inputChannels(); c++) {
                gradients[weight + k * head.inputChannels() + c] += (float) sums[c];
            }
            gradients[bias + k] += (float) sums[head.inputChannels()];
        }
    }
}
