package io.densenet.app;

import io.densenet.app.failure.ExitCode;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `densenet completion`: what a shell must know to complete commands and options.
@Command(
        name = "completion",
        description = "Prints a script with which bash and zsh complete commands and options.",
        footer = {
            "",
            "Examples:",
            "  source <(densenet completion)                        for this shell",
            "  densenet completion > ~/.local/share/bash-completion/completions/densenet    for every bash to come",
        })
final class CompletionCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        out.print(AutoComplete.bash("densenet", spec.root().commandLine()));
        out.flush();
        return ExitCode.DONE.code();
    }
}
