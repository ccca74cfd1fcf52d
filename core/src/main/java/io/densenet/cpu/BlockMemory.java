package io.densenet.cpu;

import io.densenet.arch.DenseBlock;
import io.densenet.cpu.kernel.Kernels;
import io.densenet.cpu.kernel.Rows;
import java.util.List;

/// What the layers of a block share in training.
///
/// @param x          the block's channels: every layer reads those before its own
/// @param statistics of the channels of x
/// @param sums       of a norm's gradients
record BlockMemory(
        Compute compute,
        NetworkState state,
        DenseBlock block,
        List<Chunk> chunks,
        Features x,
        BatchStatistics statistics,
        ChannelSums sums,
        SharedMemory shared) {
    Grid grid() {
        return x.grid();
    }

    /// Gradients that the channels of x were sent. One map serves all blocks: only one is in its backward pass.
    Features g() {
        return shared.gradients(grid(), block);
    }

    /// Columns of a tile that holds the first `channels`: with room for a vector that begins at the last of
    /// them.
    static int tilePitch(int channels) {
        return Kernels.padded(channels) + Kernels.LANES;
    }

    /// y = relu(norm(x)) of some rows.
    void rectify(int row, int rows, Norm norm, Rows y) {
        x.rectify(compute.kernels(), row, rows, norm.channels(), norm.scale(), norm.shift(), y);
    }

    /// Takes the gradient of y = relu(norm(x)) back through both and adds it to what the channels were sent.
    ///
    /// @param replace whether this is the first of those who send
    void send(int row, int rows, Norm norm, Rows dy, Rows y, boolean replace, Features g, Chunk chunk) {
        List<Features.Segment> sent = g.segments();
        List<Features.Segment> read = x.segments(norm.channels());
        for (int i = 0; i < read.size(); i++) {
            Features.Segment segment = read.get(i);
            compute.kernels()
                    .sendGradient(
                            rows,
                            Math.min(segment.channels(), norm.channels() - segment.first()),
                            dy.column(segment.first()),
                            y.column(segment.first()),
                            segment.map().from(row),
                            norm.scale(),
                            statistics.centre(),
                            segment.first(),
                            replace,
                            sent.get(i).map().from(row),
                            sums.sums(chunk),
                            sums.products(chunk),
                            segment.position());
        }
    }

    /// Merges what [#send] gathered and finishes the norm's own gradients.
    void takeGradients(Norm norm) {
        sums.merge(x, norm.channels());
        norm.takeGradients(sums, statistics);
    }

    float[] packed(WeightMatrix weight) {
        return shared.packed(compute, weight, state.arena().values());
    }

    /// Transformed for the forward pass.
    float[][] forward(WinogradWeights weights) {
        return shared.forward(compute, weights, state.arena().values());
    }

    /// Transformed for the backward pass.
    float[][] backward(WinogradWeights weights) {
        return shared.backward(compute, weights, state.arena().values());
    }

    /// Adds what `chunks` chunks have gathered of a weight's gradient to it.
    void addGradient(WeightMatrix weight, int chunks) {
        int columns = weight.paddedColumns();
        float[] gradients = state.arena().gradients();
        float[] sum = shared.weightSums().merged(compute, weight.rows().length, columns, chunks);
        compute.forEachPart(
                weight.rows().length,
                weight.elements(),
                (first, end) -> weight.addGradient(sum, columns, gradients, first, end));
    }

    /// As above, of transformed weights.
    void addGradient(WinogradWeights weights, int rows) {
        int columns = Kernels.padded(weights.inputs());
        float[] gradients = state.arena().gradients();
        float[] sum = shared.weightSums().merged(compute, rows, columns, chunks.size());
        compute.forEachPart(
                weights.outputs(),
                weights.operations(),
                (first, end) -> weights.addGradient(sum, columns, gradients, first, end));
    }

    /// The true gradient of the channels that enter the block, of some rows.
    void initialGradient(int row, int rows, GradientCoefficients coefficients, Features g, Rows out) {
        List<Features.Segment> read = x.segments(block.inputChannels());
        for (int i = 0; i < read.size(); i++) {
            Features.Segment segment = read.get(i);
            coefficients.apply(
                    compute.kernels(),
                    rows,
                    segment.channels(),
                    g.segments().get(i).map().from(row),
                    segment.map().from(row),
                    segment.first(),
                    out.column(segment.first()));
        }
    }

    /// The true gradient of the channels that a layer gave, behind its dropout.
    Convolution3x3.Source outputGradient(
            Features g,
            int firstChannel,
            int channels,
            GradientCoefficients coefficients,
            DropoutStep dropout,
            Scratch scratch) {
        return (row, rows, tile) -> {
            Rows sent = g.from(firstChannel, row);
            coefficients.apply(compute.kernels(), rows, channels, sent, x.from(firstChannel, row), 0, tile);
            dropout.apply(row, rows, tile, scratch);
        };
    }

    /// Adds the moments of a tile of rows.
    void addMoments(Moments moments, int channels, Rows values, int rows, Scratch scratch) {
        float[] mean = scratch.mean(channels);
        float[] squares = scratch.squares(channels);
        compute.kernels().moments(rows, channels, values, mean, squares);
        moments.add(rows, mean, squares);
    }
}
