package io.densenet.cpu;

import java.util.Arrays;

/// Mean and sum of squared deviations per channel, gathered tile by tile and merged in double precision: Chan,
/// Golub and LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample Variances" (1979). Σx² −
/// mean² in single precision would lose what it is after.
final class Moments {
    private final double[] mean;
    private final double[] squares;
    private long count;

    Moments(int channels) {
        mean = new double[channels];
        squares = new double[channels];
    }

    void clear() {
        count = 0;
        Arrays.fill(mean, 0);
        Arrays.fill(squares, 0);
    }

    /// Adds a tile.
    void add(int rows, float[] tileMean, float[] tileSquares) {
        long total = count + rows;
        double weight = (double) rows / total;
        for (int c = 0; c < mean.length; c++) {
            double delta = tileMean[c] - mean[c];
            mean[c] += delta * weight;
            squares[c] += tileSquares[c] + delta * delta * count * weight;
        }
        count = total;
    }

    /// Adds another's.
    void add(Moments other) {
        if (other.count == 0) {
            return;
        }
        long total = count + other.count;
        double weight = (double) other.count / total;
        for (int c = 0; c < mean.length; c++) {
            double delta = other.mean[c] - mean[c];
            mean[c] += delta * weight;
            squares[c] += other.squares[c] + delta * delta * count * weight;
        }
        count = total;
    }

    double mean(int channel) {
        return mean[channel];
    }

    /// The biased variance: over `count`, as batch norm divides.
    double variance(int channel) {
        return squares[channel] / count;
    }
}
