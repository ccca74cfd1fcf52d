package io.densenet.eval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// How many images of a class are found against how many others are taken for it, for every threshold from the
/// strictest to none (receiver operating characteristic).
///
/// @param points from (0, 0) to (1, 1); none where there are no images of either kind
public record RocCurve(List<Point> points) {
    public RocCurve {
        points = List.copyOf(points);
    }

    /// One threshold.
    ///
    /// @param falsePositives part of the images not of the class that are above it, 0 to 1
    /// @param truePositives  part of those of the class that are above it, 0 to 1
    public record Point(double falsePositives, double truePositives) {}

    /// The curve of some logits. What is not a number is never right: it stands below all thresholds for an image of
    /// the class, above all for another.
    ///
    /// @param with    of the images that are of the class
    /// @param without of those that are not
    static RocCurve of(float[] with, float[] without) {
        if (with.length == 0 || without.length == 0) {
            return new RocCurve(List.of());
        }
        float[] positives = ascending(with);
        float[] negatives = ascending(without);
        List<Point> points = new ArrayList<>(List.of(new Point(0, 0)));
        int positive = positives.length; // those from here on are above the threshold
        int negative = negatives.length;
        int odd = without.length - negatives.length;
        while (positive > 0 || negative > 0) {
            float threshold = Math.max(
                    positive > 0 ? positives[positive - 1] : Float.NEGATIVE_INFINITY,
                    negative > 0 ? negatives[negative - 1] : Float.NEGATIVE_INFINITY);
            if (odd > 0 && points.size() == 1) {
                points.add(new Point((double) odd / without.length, 0));
            }
            while (positive > 0 && positives[positive - 1] >= threshold) {
                positive--;
            }
            while (negative > 0 && negatives[negative - 1] >= threshold) {
                negative--;
            }
            points.add(new Point(
                    (double) (without.length - negative) / without.length,
                    (double) (positives.length - positive) / with.length));
        }
        points.add(new Point(1, 1));
        return new RocCurve(points);
    }

    /// The numbers among them.
    private static float[] ascending(float[] values) {
        float[] sorted = values.clone();
        Arrays.sort(sorted); // what is not a number comes last
        int end = sorted.length;
        while (end > 0 && Float.isNaN(sorted[end - 1])) {
            end--;
        }
        return Arrays.copyOf(sorted, end);
    }

    /// The area under it: how likely an image of the class has a larger logit than one that is not of it, equal ones
    /// counting half. NaN where there are no images of either kind.
    public double area() {
        if (points.isEmpty()) {
            return Double.NaN;
        }
        double area = 0;
        for (int i = 1; i < points.size(); i++) {
            Point left = points.get(i - 1);
            Point right = points.get(i);
            area += (right.falsePositives() - left.falsePositives())
                    * (left.truePositives() + right.truePositives())
                    / 2;
        }
        return area;
    }
}
