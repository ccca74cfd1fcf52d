package io.densenet.app.analyze;

import io.densenet.analysis.FeatureReuse;
import io.densenet.analysis.FeatureReuse.Weighting;
import io.densenet.analysis.ReuseObservations;
import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import io.densenet.app.inference.TrainedModel;
import io.densenet.app.output.Json;
import io.densenet.app.output.OutputOptions;
import io.densenet.app.plot.Figures;
import io.densenet.arch.Baseline;
import io.densenet.arch.DenseNet;
import io.densenet.arch.DenseNetConfig;
import io.densenet.model.ModelDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `densenet analyze reuse`: Figure 5 of any trained DenseNet, and the paper's four observations as numbers.
@Command(
        name = "reuse",
        description = "Which layers of a trained DenseNet read which maps (Figure 5): the mean absolute weight from"
                + " each source to each target within a dense block.",
        sortOptions = false,
        footer = {
            "",
            "A cell is the L1 norm of the weights of one source in the convolution that reads it, by their number.",
            "The table and the numbers do not depend on the scale of the colours.",
            "",
            "Examples:",
            "  densenet analyze reuse runs/train -o reuse.png",
            "  densenet analyze reuse models/fashion-mnist-bc-40-12/model.safetensors -o FOLDER    PNG, SVG and CSV",
        })
final class ReuseCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "RUN|WEIGHTS", description = "A run folder, or a .safetensors file.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private Path source;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where to draw it: a name ending with .png, .svg or .csv, several of them, or a folder for"
                    + " all three; without it only the numbers are printed.")
    private List<Path> outputs = List.of();

    @Option(
            names = "--weighting",
            paramLabel = "raw|folded",
            description = "The convolution's own weights, as in the paper, or each times the scale that the batch norm"
                    + " in front gives its input (default: ${DEFAULT-VALUE}).")
    private Weighting weighting = Weighting.RAW;

    @Option(
            names = "--scale",
            paramLabel = "figure|target",
            description = "What the brightest colour stands for: the largest cell of the figure, or of each target"
                    + " (default: ${DEFAULT-VALUE}).")
    private Figures.Scale colours = Figures.Scale.FIGURE;

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    public Integer call() throws IOException {
        boolean json = output.isJson();
        TrainedModel trained = TrainedModel.read(source);
        List<Path> files = FigureFiles.of(outputs, "reuse");
        ModelDescription model = trained.model().description();
        FeatureReuse reuse = FeatureReuse.of(denseNet(model), trained.model().state(), weighting);
        for (Path file : files) {
            if (FigureFiles.isTable(file)) {
                Files.writeString(file, reuse.csv());
            } else {
                Figures.reuse(file, reuse, colours, "Feature reuse in " + model.name());
            }
            output.console().status(file.toString());
        }
        ReuseObservations observations = ReuseObservations.of(reuse);
        if (json) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("model", model.name());
            document.put("weights", weighting.toString());
            document.put("observations", observations.blocks());
            document.put("map", reuse.blocks());
            output.out().println(Json.document(document));
        } else {
            output.out().print(ReuseText.of(observations));
        }
        output.out().flush();
        return ExitCode.DONE.code();
    }

    private DenseNet denseNet(ModelDescription model) {
        return switch (model.architecture()) {
            case DenseNetConfig config -> DenseNet.of(config);
            case Baseline baseline ->
                throw new CommandFailure(
                        ExitCode.USAGE,
                        "%s: holds a %s, and only DenseNets have dense blocks to look into"
                                .formatted(source, baseline.name()));
        };
    }
}
