package io.densenet.app.train;

import io.densenet.app.engine.Needs;
import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import io.densenet.app.options.TrainOptions;
import io.densenet.app.output.Json;
import io.densenet.app.output.OutputOptions;
import io.densenet.app.plot.Plots;
import io.densenet.engine.TrainableClassifier;
import io.densenet.train.RateSearch;
import io.densenet.train.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `densenet lr-find`: a learning rate for a training to come, from a short one in which it rises.
@Command(
        name = "lr-find",
        description = "Suggests a learning rate for a training with the same options.",
        footer = {
            "",
            "Trains for some steps while the rate rises from --from to --to, and draws the loss over it into",
            "runs/lr-find (lr_find.png, lr_find.csv). The weights are thrown away. The suggestion is a good --lr for",
            "--sched onecycle, whose rate rises to it and falls again. Each batch is a step, whatever --grad-accum-steps",
            "says. With --head-lr the last layer's rate keeps its proportion to --lr.",
            "",
            "Examples:",
            "  densenet lr-find",
            "  densenet lr-find PICTURES --weights densenet121.safetensors --freeze features",
        })
public final class LrFindCommand implements Callable<Integer>, Needs {
    private static final int STEPS_OF_A_LINE = 10;

    @Mixin
    @SuppressWarnings("UnusedVariable") // picocli reads which options there are; OptionSources takes what was typed
    private final TrainOptions options = new TrainOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Mixin
    private final RunOptions place = new RunOptions();

    @Option(names = "--from", paramLabel = "X", description = "First learning rate (default: 1e-6).")
    private double from = 1e-6;

    @Option(names = "--to", paramLabel = "X", description = "Last learning rate (default: 10).")
    private double to = 10;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Steps from the first to the last, at least 11 (default: 100).")
    private int steps = 100;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    /// What picocli calls.
    public LrFindCommand() {}

    @Override
    public Integer call() throws IOException {
        boolean json = output.isJson();
        RateSearch.Range range = CommandFailure.usage(() -> new RateSearch.Range(from, to, steps));
        TrainOptions effective = OptionSources.ofNewRun(spec.commandLine().getParseResult(), place.config());
        OptionSources.requireEngine(effective);
        TrainRun run = TrainRun.prepare(effective, Optional.empty(), output);
        RateSearch search;
        try (TrainableClassifier model = run.openModel(true)) {
            search = run.searchRate(model, range, this::say);
        }
        try (RunFolder folder =
                RunFolder.createNext(place.project(), place.name().orElse("lr-find"))) {
            run.writeArguments(folder);
            Files.write(folder.resolve("lr_find.csv"), csv(search));
            Plots.rateSearch(folder.resolve("lr_find.png"), search).forEach(output.console()::warning);
            output.out()
                    .println(
                            json
                                    ? Json.document(document(search, folder))
                                    : text(search, run.headRateFactor(), folder));
            output.out().flush();
        }
        return ExitCode.DONE.code();
    }

    @Override
    public boolean usesLibTorch() {
        return OptionSources.usesLibTorch(spec.commandLine().getParseResult(), place.config());
    }

    private void say(RateSearch.Point point, int step) {
        if (step % STEPS_OF_A_LINE == 0) {
            output.console()
                    .status(String.format(
                            Locale.ROOT,
                            "step %d of %d: rate %.1e, loss %.4f",
                            step,
                            steps,
                            point.rate(),
                            point.smoothed()));
        }
    }

    private static List<String> csv(RateSearch search) {
        return Stream.concat(
                        Stream.of("rate,loss,smoothed"),
                        search.points().stream()
                                .map(point -> point.rate() + "," + point.loss() + "," + point.smoothed()))
                .toList();
    }

    private static Map<String, Object> document(RateSearch search, RunFolder folder) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("run", folder.path().toString());
        document.put("suggestion", search.suggestion().orElse(null));
        document.put("points", search.points());
        return document;
    }

    /// @param headFactor what the last layer's rate is a multiple by
    private static String text(RateSearch search, double headFactor, RunFolder folder) {
        String picture = "   (" + folder.resolve("lr_find.png") + ")";
        if (search.suggestion().isEmpty()) {
            return "the loss fell at no rate by more than chance; try another --to, or a larger --batch-size" + picture;
        }
        double rate = search.suggestion().get();
        String head = headFactor == 1 ? "" : String.format(Locale.ROOT, " --head-lr %.2g", headFactor * rate);
        String more = search.isStillFalling() ? "; the loss still falls at the last rate, try a larger --to" : "";
        return String.format(Locale.ROOT, "suggested: --lr %.2g", rate) + head + more + picture;
    }
}
