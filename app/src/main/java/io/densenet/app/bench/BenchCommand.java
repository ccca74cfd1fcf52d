package io.densenet.app.bench;

import io.densenet.app.output.CommandGroup;
import picocli.CommandLine.Command;

/// `densenet bench`: how fast, and in how much memory. Alone it explains what can be measured.
@Command(
        name = "bench",
        description = "Measures this project's engine and others, side by side.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            TrainComparison.class,
            InferComparison.class,
            MemoryCommand.class,
            KernelsCommand.class,
            ReportCommand.class
        },
        footer = {
            "",
            "Examples:",
            "  densenet bench train --model densenet-bc-100-12 -b 64 --engines cpu,torch",
            "  densenet bench train --engines cpu,cpu:efficient,cpu:threads=1",
            "  densenet bench infer --model densenet121 -b 1 --engines cpu,onnxruntime --format json",
            "  densenet bench memory --depths 40,100",
            "  densenet bench kernels product",
            "",
            "scripts/measure-performance, in the sources, measures all that docs/results/performance.md shows.",
        })
public final class BenchCommand extends CommandGroup {
    /// What picocli calls.
    public BenchCommand() {}
}
