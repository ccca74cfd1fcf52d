package io.densenet.app.plot;

import io.densenet.data.Task;

/// One row of `results.csv`, as far as it is drawn. Values that an epoch does not have are NaN.
///
/// @param task               what the accuracies are of
/// @param epoch              from 1
/// @param trainAccuracy      percent: top-1, or of images with all classes right
/// @param validationAccuracy the same of the images held out
/// @param validationSecond   percent: top-5, or the mean area under the ROC curves
public record ResultsRow(
        Task task,
        int epoch,
        double trainLoss,
        double trainAccuracy,
        double validationLoss,
        double validationAccuracy,
        double validationSecond,
        double learningRate) {
    /// What the best epoch is chosen by.
    public double score() {
        return switch (task) {
            case SINGLE_LABEL -> validationAccuracy;
            case MULTI_LABEL -> validationSecond;
        };
    }
}
