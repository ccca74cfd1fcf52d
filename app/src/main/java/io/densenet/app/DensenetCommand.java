package io.densenet.app;

import io.densenet.app.analyze.AnalyzeCommand;
import io.densenet.app.bench.BenchCommand;
import io.densenet.app.convert.ConvertCommand;
import io.densenet.app.doctor.DoctorCommand;
import io.densenet.app.doctor.VersionProvider;
import io.densenet.app.failure.ExitCode;
import io.densenet.app.inference.EvaluateCommand;
import io.densenet.app.inference.PredictCommand;
import io.densenet.app.inspect.InspectCommand;
import io.densenet.app.output.Terminal;
import io.densenet.app.train.LrFindCommand;
import io.densenet.app.train.TrainCommand;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// The root of all commands. Alone it explains what there is.
@Command(
        name = "densenet",
        description = "Densely connected convolutional networks (Huang et al., CVPR 2017).",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        scope = ScopeType.INHERIT,
        subcommands = {
            TrainCommand.class,
            EvaluateCommand.class,
            PredictCommand.class,
            LrFindCommand.class,
            InspectCommand.class,
            ConvertCommand.class,
            AnalyzeCommand.class,
            BenchCommand.class,
            DoctorCommand.class,
            CompletionCommand.class
        },
        footer = {
            "",
            "Examples:",
            "  densenet train                                       a first network on pictures that ship with it",
            "  densenet train PICTURES --model densenet121          your own, in PICTURES/{train,val,test}/<class>/",
            "  densenet predict runs/train shoe.png                 what a trained network sees",
            "  densenet inspect densenet-bc-100-12                  layers, parameters, multiply-adds, memory",
            "  densenet inspect densenet121 --format json           the same for programs",
            "  densenet analyze reuse runs/train -o reuse.png       which layers read which, Figure 5 of the paper",
            "  densenet bench train --engines cpu,torch             who is faster",
            "  densenet doctor                                      what on this machine helps or hinders",
            "",
            "Exit codes: 0 done, 1 a bug, 2 usage, 4 data set unusable, 5 model or checkpoint file refused,",
            "6 training diverged, 7 disk full or I/O, 8 verification failed, 130/143 interrupted.",
        })
final class DensenetCommand implements Callable<Integer>, Terminal.Owner {
    private final Terminal terminal;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    DensenetCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Terminal terminal() {
        return terminal;
    }

    @Override
    public Integer call() {
        CommandLine commandLine = spec.commandLine();
        commandLine.usage(commandLine.getErr());
        return ExitCode.USAGE.code();
    }
}
