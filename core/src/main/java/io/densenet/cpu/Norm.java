package io.densenet.cpu;

/// One batch norm: where its parameters are, and its scale and shift for the batch at hand.
///
/// Several norms read the same channels, each with its own γ, β and running statistics, while the batch's mean
/// and variance are shared ([BatchStatistics]).
final class Norm {
    private final NetworkState.NormState state;
    private final int channels;
    private final float[] scale;
    private final float[] shift;

    Norm(NetworkState state, String name, int channels) {
        this.state = state.norm(name);
        this.channels = channels;
        this.scale = new float[BlockMemory.tilePitch(channels)];
        this.shift = new float[BlockMemory.tilePitch(channels)];
    }

    int channels() {
        return channels;
    }

    /// a = γ/σ of each channel, 0 beyond the last.
    float[] scale() {
        return scale;
    }

    /// β − a·mean.
    float[] shift() {
        return shift;
    }

    /// Takes the batch's statistics as they are now.
    void prepare(BatchStatistics statistics) {
        for (int c = 0; c < channels; c++) {
            double a = state.gamma(c) * statistics.inverseDeviation(c);
            scale[c] = (float) a;
            shift[c] = (float) (state.beta(c) - a * statistics.mean(c));
        }
    }

    /// Takes the running statistics, for inference.
    void prepareForInference(double epsilon) {
        for (int c = 0; c < channels; c++) {
            double a = state.gamma(c) / Math.sqrt(state.variance(c) + epsilon);
            scale[c] = (float) a;
            shift[c] = (float) (state.beta(c) - a * state.mean(c));
        }
    }

    /// Moves the running statistics, once a step. The variance is the unbiased one.
    void track(BatchStatistics statistics, double momentum) {
        double unbiased = (double) statistics.rows() / (statistics.rows() - 1);
        for (int c = 0; c < channels; c++) {
            state.track(c, statistics.mean(c), statistics.variance(c) * unbiased, momentum);
        }
        state.countBatch();
    }

    /// Adds the gradients of γ and β and tells the channels what their reader sends them.
    void takeGradients(ChannelSums sums, BatchStatistics statistics) {
        for (int c = 0; c < channels; c++) {
            double sum = sums.sum(c);
            double product = sums.product(c) * statistics.inverseDeviation(c);
            state.addGradients(c, product, sum);
            statistics.send(c, state.gamma(c), sum, product);
        }
    }

    /// Coefficients of the gradient of what this norm reads, when it is the only reader.
    GradientCoefficients inputGradient(ChannelSums sums, BatchStatistics statistics) {
        GradientCoefficients coefficients = new GradientCoefficients(channels);
        for (int c = 0; c < channels; c++) {
            double inverse = statistics.inverseDeviation(c);
            double a = state.gamma(c) * inverse;
            double product = sums.product(c) * inverse;
            coefficients.set(
                    c,
                    a,
                    statistics.mean(c),
                    -a * inverse * product / statistics.rows(),
                    -a * sums.sum(c) / statistics.rows());
        }
        return coefficients;
    }
}
