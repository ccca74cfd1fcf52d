package io.densenet.app.bench;

import picocli.CommandLine.Command;

/// `densenet bench train`.
@Command(
        name = "train",
        description = "Compares engines in training: forward and backward pass, without the optimizer.",
        sortOptions = false)
final class TrainComparison extends ComparisonCommand {
    @Override
    Use use() {
        return Use.TRAIN;
    }
}
