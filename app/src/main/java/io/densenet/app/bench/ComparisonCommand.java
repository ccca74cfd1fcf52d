package io.densenet.app.bench;

import io.densenet.app.failure.ExitCode;
import io.densenet.app.output.Json;
import io.densenet.app.output.OutputOptions;
import io.densenet.app.output.ShellCommand;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// What `bench train` and `bench infer` have in common: all but the use.
@Command(
        footer = {
            "",
            "Each engine runs in a process of its own with the same random images and first weights, and they take",
            "turns. Figures are medians over the rounds, ratios are taken round by round. GFLOP/s count 2 operations",
            "for each multiply-add of 'inspect', three times that to train, for every engine alike; the ceiling is what",
            "the processor does when it only multiplies and adds, measured at the start of every round.",
        })
abstract sealed class ComparisonCommand implements Callable<Integer> permits TrainComparison, InferComparison {
    @Mixin
    private final ComparisonOptions options = new ComparisonOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    abstract Use use();

    @Override
    public Integer call() throws IOException {
        boolean json = output.isJson();
        Comparison comparison = options.comparison(use());
        ComparisonReport report = comparison.run(command(spec), output.console());
        if (json) {
            output.out().println(Json.document(report));
        } else {
            output.out().print(ComparisonText.of(report));
        }
        output.out().flush();
        return ExitCode.DONE.code();
    }

    /// What the user typed.
    static String command(CommandSpec spec) {
        return ShellCommand.of(
                spec.root().commandLine().getParseResult().originalArgs().toArray(String[]::new));
    }
}
