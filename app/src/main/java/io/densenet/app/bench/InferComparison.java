package io.densenet.app.bench;

import picocli.CommandLine.Command;

/// `densenet bench infer`.
@Command(name = "infer", description = "Compares engines in inference.", sortOptions = false)
final class InferComparison extends ComparisonCommand {
    @Override
    Use use() {
        return Use.INFER;
    }
}
