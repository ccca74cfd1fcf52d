package io.densenet.app.train;

import io.densenet.app.engine.Needs;
import io.densenet.app.failure.CommandFailure;
import io.densenet.app.options.TrainOptions;
import io.densenet.app.output.OutputOptions;
import io.densenet.engine.TrainableClassifier;
import io.densenet.train.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `densenet train`: works out where the options come from and in which folder the run lives; [TrainRun]
/// does the rest.
@Command(
        name = "train",
        description = "Trains a network and tests it.",
        footer = {
            "",
            "Examples:",
            "  densenet train                                        the data set that ships with the program",
            "  densenet train fashion-mnist --model densenet-bc-40-12 --epochs 3 --sched onecycle",
            "  densenet train cifar10 -c configs/c10+.yaml --model densenet-bc-100-12    a row of the paper's Table 2",
            "  densenet train PICTURES --model densenet121           PICTURES/{train,val,test}/<class>/*",
            "  densenet train PICTURES --weights densenet121.safetensors --freeze 3-blocks    fine-tune",
            "  densenet train --resume                               go on with the newest run",
            "",
            "With --weights: 10 epochs in batches of 32, --sched onecycle, --lr 0.01, unless something else is said.",
            "",
            "Options come from the command line, then -c FILE, then the recipe of the data set, then the paper; with",
            "--resume from the command line, then -c FILE, then the args.yaml of the run.",
        })
public final class TrainCommand implements Callable<Integer>, Needs {
    @Mixin
    @SuppressWarnings("UnusedVariable") // picocli reads which options there are; OptionSources takes what was typed
    private final TrainOptions options = new TrainOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Mixin
    private final RunOptions place = new RunOptions();

    @Option(
            names = "--resume",
            arity = "0..1",
            fallbackValue = "auto",
            paramLabel = "auto|last|PATH",
            description =
                    "Go on with a run and its options. auto: the newest in --project, or a new one when there is none;"
                            + " last: the newest, which must be undamaged. With --name only runs of that name count.")
    private Optional<String> resume = Optional.empty();

    @Option(names = "--exist-ok", description = "Use the folder even if it exists: a new run replaces what is in it.")
    private boolean existOk;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        output.isJson(); // a format that there is not is refused before the work, not after it
        Optional<Path> resumed = resumed();
        if (resume.isPresent() && resumed.isEmpty()) {
            output.console().status(ResumeTarget.nothing(place.project(), place.name()) + "; a new one begins");
        }
        TrainOptions effective = effective(resumed);
        OptionSources.requireEngine(effective);
        TrainRun run = TrainRun.prepare(effective, resumed, output);
        // the network before the folder, so that a run which cannot begin leaves nothing behind
        try (TrainableClassifier model = run.openModel(resumed.isEmpty());
                RunFolder folder = open(resumed.orElse(null))) {
            return run.execute(model, folder, resumed.isPresent(), resume.equals(Optional.of("last")))
                    .code();
        }
    }

    /// Also when the options of a file say so. Whatever is wrong with the options is told when they are used.
    @Override
    public boolean usesLibTorch() {
        try {
            Optional<Path> resumed = resumed();
            return OptionSources.usesLibTorch(effective(resumed), resumed);
        } catch (IOException | CommandFailure e) {
            return false;
        }
    }

    /// The run to go on with, if one was asked for and is there.
    private Optional<Path> resumed() throws IOException {
        return resume.isPresent() ? ResumeTarget.find(resume.get(), place.project(), place.name()) : Optional.empty();
    }

    private TrainOptions effective(Optional<Path> resumed) throws IOException {
        var parsed = spec.commandLine().getParseResult();
        return resumed.isPresent()
                ? OptionSources.ofResumed(parsed, place.config(), resumed.get())
                : OptionSources.ofNewRun(parsed, place.config());
    }

    private RunFolder open(@Nullable Path resumed) throws IOException {
        if (resumed != null) {
            return RunFolder.open(resumed);
        }
        String first = place.name().orElse("train");
        return existOk ? RunFolder.open(place.project().resolve(first)) : RunFolder.createNext(place.project(), first);
    }
}
