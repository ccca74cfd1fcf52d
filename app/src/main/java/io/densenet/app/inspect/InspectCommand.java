package io.densenet.app.inspect;

import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import io.densenet.app.options.ArchitectureOptions;
import io.densenet.app.options.NamedNetwork;
import io.densenet.app.options.ShapeConverter;
import io.densenet.app.output.Json;
import io.densenet.app.output.OutputOptions;
import io.densenet.arch.DenseNets;
import io.densenet.arch.Graph;
import io.densenet.arch.Shape;
import io.densenet.arch.baseline.Baselines;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `densenet inspect`: layers, parameters, multiply-adds and memory of a network, without building or
/// running it.
@Command(
        name = "inspect",
        description = "Shows the layers, parameters, multiply-adds and memory of a network.",
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  densenet inspect densenet-bc-100-12 --classes 100",
            "  densenet inspect densenet121 --depth 1 -b 256",
            "  densenet inspect densenet-40-12 --format json",
            "  densenet inspect resnet-110 --residual-unit full-preact",
            "  densenet inspect runs/train",
            "  densenet inspect densenet121 --layers-per-block 6,12,48,48 --growth-rate 48 --initial-channels 96",
        })
public final class InspectCommand implements Callable<Integer> {
    private static final int LAYERS = 2;
    private static final int OPERATIONS = 3;

    @Parameters(
            paramLabel = "MODEL|RUN|WEIGHTS",
            description = DenseNets.NAMES + "; or, compared with them, " + Baselines.NAMES
                    + "; or a run folder or a file of weights, for the network in it.")
    private String model = "";

    @Option(
            names = "--classes",
            paramLabel = "N",
            description = "Outputs of the classifier (default: 10, with the ImageNet stem 1000).")
    private Optional<Integer> classes = Optional.empty();

    @Option(
            names = "--input",
            paramLabel = "CxHxW",
            converter = ShapeConverter.class,
            description = "Shape of an image (default: 3x32x32, with the ImageNet stem 3x224x224).")
    private Optional<Shape> input = Optional.empty();

    @Option(
            names = {"-b", "--batch-size"},
            paramLabel = "N",
            description = "Images of a batch, for the memory (default: ${DEFAULT-VALUE}).")
    private int batchSize = 64;

    @Option(
            names = "--depth",
            paramLabel = "N",
            description = "1 stem, blocks, transitions, head; 2 their layers; 3 single operations "
                    + "(default: 2, with --format json 3).")
    private Optional<Integer> depth = Optional.empty();

    @Mixin
    private final ArchitectureOptions architecture = new ArchitectureOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    public Integer call() throws IOException {
        int layerDepth = depth.orElse(output.isJson() ? OPERATIONS : LAYERS);
        if (layerDepth < 1 || layerDepth > OPERATIONS) {
            throw new CommandFailure(ExitCode.USAGE, "--depth must be 1, 2 or 3, was " + layerDepth);
        }
        NamedNetwork network = ModelSource.resolve(model, architecture, classes, input);
        Graph graph = network.graph();
        InspectReport report = CommandFailure.usage(() -> InspectReport.of(network, graph, batchSize, layerDepth));
        if (output.isJson()) {
            output.out().println(Json.document(report));
        } else {
            output.out().print(InspectText.of(report, network.architecture(), LayerTree.of(graph), layerDepth));
        }
        output.out().flush();
        return ExitCode.DONE.code();
    }
}
