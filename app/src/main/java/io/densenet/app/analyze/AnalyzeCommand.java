package io.densenet.app.analyze;

import io.densenet.app.output.CommandGroup;
import picocli.CommandLine.Command;

/// `densenet analyze`: what the paper's figures show, for networks of one's own. Alone it explains what
/// there is.
@Command(
        name = "analyze",
        description = "Draws the paper's figures, and prints what they show as numbers.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ReuseCommand.class, EfficiencyCommand.class, GradientsCommand.class},
        footer = {
            "",
            "Examples:",
            "  densenet analyze reuse runs/train -o reuse.png -o reuse.csv",
            "  densenet analyze efficiency docs/results/equal-budget-*/ -o figures",
            "  densenet analyze gradients densenet-40-12 plain-40 -o gradients.png",
        })
public final class AnalyzeCommand extends CommandGroup {
    /// What picocli calls.
    public AnalyzeCommand() {}
}
