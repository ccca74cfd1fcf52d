package io.densenet.app.plot;

/// One row of `results.csv`, as far as it is drawn. Values that an epoch does not have are NaN.
///
/// @param epoch              from 1
/// @param trainTop1          percent
/// @param validationTop1     percent
/// @param validationTop5     percent
public record ResultsRow(
        int epoch,
        double trainLoss,
        double trainTop1,
        double validationLoss,
        double validationTop1,
        double validationTop5,
        double learningRate) {}
