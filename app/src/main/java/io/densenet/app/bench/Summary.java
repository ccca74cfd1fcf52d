package io.densenet.app.bench;

import java.util.Collection;

/// What stands for the measurements of several rounds.
///
/// @param median the middle one, or the mean of the middle two
record Summary(double median, double min, double max) {
    static Summary of(Collection<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Summary(median, sorted[0], sorted[sorted.length - 1]);
    }
}
