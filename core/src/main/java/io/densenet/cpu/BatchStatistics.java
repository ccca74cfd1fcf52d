package io.densenet.cpu;

import io.densenet.cpu.kernel.Kernels;
import java.util.ArrayList;
import java.util.List;

/// Mean and 1/σ of channels over the batch, computed once when a channel is produced and shared by all who
/// normalise it; and what those send back: the two numbers a channel that complete its gradient
/// (docs/kernels.md, "Backward").
final class BatchStatistics {
    private final long rows;
    private final double epsilon;
    private final double[] mean;
    private final double[] variance;
    private final double[] inverseDeviation;
    private final float[] centre;
    private final double[] sent;
    private final double[] tilt;

    /// @param rows values of a channel: N·H·W
    BatchStatistics(int channels, long rows, double epsilon) {
        this.rows = rows;
        this.epsilon = epsilon;
        mean = new double[channels];
        variance = new double[channels];
        inverseDeviation = new double[channels];
        centre = new float[Kernels.padded(channels) + Kernels.PANEL];
        sent = new double[channels];
        tilt = new double[channels];
    }

    /// One for each chunk, empty.
    static List<Moments> moments(List<Chunk> chunks, int channels) {
        List<Moments> moments = new ArrayList<>();
        for (int i = 0; i < chunks.size(); i++) {
            moments.add(new Moments(channels));
        }
        return moments;
    }

    /// Takes the moments of the channels from `first` on, chunk after chunk.
    void set(int first, int channels, List<Moments> moments) {
        Moments all = new Moments(channels);
        moments.forEach(all::add);
        for (int c = 0; c < channels; c++) {
            mean[first + c] = all.mean(c);
            variance[first + c] = all.variance(c);
            inverseDeviation[first + c] = 1 / Math.sqrt(all.variance(c) + epsilon);
            centre[first + c] = (float) all.mean(c);
            sent[first + c] = 0;
            tilt[first + c] = 0;
        }
    }

    long rows() {
        return rows;
    }

    double mean(int channel) {
        return mean[channel];
    }

    double variance(int channel) {
        return variance[channel];
    }

    double inverseDeviation(int channel) {
        return inverseDeviation[channel];
    }

    /// Means in single precision, as kernels read them.
    float[] centre() {
        return centre;
    }

    /// Notes that a reader of weight γ found these sums of its gradient.
    ///
    /// @param sum     Σ dy
    /// @param product Σ dy·x̂
    void send(int channel, double gamma, double sum, double product) {
        sent[channel] += gamma * sum / rows;
        tilt[channel] += gamma * product / rows;
    }

    /// Coefficients that turn what was collected for channels `first` … `first + channels` into their true
    /// gradient, once all who read them have sent theirs.
    GradientCoefficients finalGradient(int first, int channels) {
        GradientCoefficients coefficients = new GradientCoefficients(channels);
        for (int c = 0; c < channels; c++) {
            double inverse = inverseDeviation[first + c];
            coefficients.set(c, 1, mean[first + c], -inverse * inverse * tilt[first + c], -inverse * sent[first + c]);
        }
        return coefficients;
    }
}
