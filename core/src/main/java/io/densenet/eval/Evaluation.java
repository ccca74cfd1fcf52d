package io.densenet.eval;

import java.util.Arrays;

/// How well a network does on labelled images.
///
/// @param images    how many there were
/// @param loss      mean cross-entropy, without label smoothing
/// @param top1      percent whose largest logit was the right one
/// @param top5      percent whose right class was among the five largest logits
/// @param confusion `confusion[right][predicted]` images
public record Evaluation(int images, double loss, double top1, double top5, int[][] confusion) {
    /// Part of the images predicted as a class that are of it, in percent; NaN when none was predicted as it.
    public double precision(int classIndex) {
        return 100.0
                * confusion[classIndex][classIndex]
                / Arrays.stream(confusion).mapToInt(row -> row[classIndex]).sum();
    }

    /// Part of the images of a class that were predicted as it, in percent; NaN when there is no such image.
    public double recall(int classIndex) {
        return 100.0
                * confusion[classIndex][classIndex]
                / Arrays.stream(confusion[classIndex]).sum();
    }
}
