package io.densenet.app.analyze;

import io.densenet.analysis.GradientFlow;
import io.densenet.app.engine.EngineOptions;
import io.densenet.app.engine.Needs;
import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import io.densenet.app.options.DataOptions;
import io.densenet.app.options.DataSource;
import io.densenet.app.options.OptionLayers;
import io.densenet.app.options.TrainOptions;
import io.densenet.app.output.Json;
import io.densenet.app.output.OutputOptions;
import io.densenet.app.output.TextTable;
import io.densenet.app.output.TextTable.Column;
import io.densenet.app.plot.Figures;
import io.densenet.app.plot.GradientCurve;
import io.densenet.data.Augmentation;
import io.densenet.data.BatchLoader;
import io.densenet.data.DatasetSplits;
import io.densenet.data.ImageBatch;
import io.densenet.data.TrainingOrder;
import io.densenet.engine.Step;
import io.densenet.engine.TrainableClassifier;
import io.densenet.weights.Initializer;
import io.densenet.weights.StateDict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `densenet analyze gradients`: what gradient arrives at each layer, and how far it has come.
@Command(
        name = "gradients",
        description = "Gradient of each layer's weights in one step on real images, at initialisation and for a RUN"
                + " after training too, and the layers between each layer and the loss.",
        sortOptions = false,
        footer = {
            "",
            "All networks see the same images. What is no DenseNet runs on libtorch.",
            "",
            "Examples:",
            "  densenet analyze gradients densenet-40-12 plain-40 -o gradients.png",
            "  densenet analyze gradients runs/train plain-100 -o FOLDER                PNG, SVG and CSV",
        })
final class GradientsCommand implements Callable<Integer>, Needs {
    @Parameters(
            paramLabel = "MODEL|RUN|WEIGHTS",
            arity = "1..*",
            description = "Names of models as for inspect, run folders or .safetensors files.")
    private List<String> models = List.of();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where to draw it: a name ending with .png, .svg or .csv, several of them, or a folder for"
                    + " all three; without it only the numbers are printed.")
    private List<Path> outputs = List.of();

    @Option(
            names = "--data",
            paramLabel = "DATA",
            description = "Data set whose training images are taken (default: ${DEFAULT-VALUE}).")
    private String data = "fashion-mnist-mini";

    @Mixin
    private final DataOptions dataOptions = new DataOptions();

    @Option(
            names = {"-b", "--batch-size"},
            paramLabel = "N",
            description = "Images of the step (default: ${DEFAULT-VALUE}).")
    private int batchSize = 64;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Decides images and first weights (default: ${DEFAULT-VALUE}).")
    private long seed = 42;

    @Mixin
    private final EngineOptions engine = new EngineOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    public boolean usesLibTorch() {
        return models.stream().anyMatch(model -> GradientNetwork.needsLibTorch(model, engine));
    }

    @Override
    public Integer call() throws IOException {
        boolean json = output.isJson();
        engine.require();
        if (batchSize < 2) {
            throw new CommandFailure(ExitCode.USAGE, "--batch-size must be 2 or more, was " + batchSize);
        }
        DatasetSplits splits = images();
        List<GradientNetwork> networks = new ArrayList<>();
        for (String model : models) {
            networks.add(GradientNetwork.of(model, splits));
        }
        List<Path> files = FigureFiles.of(outputs, "gradients");
        ImageBatch batch = batch(splits);
        List<GradientCurve> curves = new ArrayList<>();
        networks.forEach(network -> curves.addAll(measured(network, batch)));
        for (Path file : files) {
            if (FigureFiles.isTable(file)) {
                Files.writeString(file, csv(curves));
            } else {
                Figures.gradients(file, curves);
            }
            output.console().status(file.toString());
        }
        output.out().println(json ? Json.document(document(curves)) : text(curves));
        output.out().flush();
        return ExitCode.DONE.code();
    }

    private DatasetSplits images() throws IOException {
        Map<String, String> values = new LinkedHashMap<>(dataOptions.values());
        values.put("data", data);
        return DataSource.open(
                OptionLayers.fill(new TrainOptions(), List.of(new OptionLayers.Layer("", values))), output.console());
    }

    /// The first batch of the first epoch of a run with this seed, unchanged.
    private ImageBatch batch(DatasetSplits splits) throws IOException {
        TrainingOrder order = new TrainingOrder(seed, 0, 0);
        try (BatchLoader loader = BatchLoader.training(
                splits.train(), splits.preprocessing(), new Augmentation.None(), batchSize, order, 1)) {
            ImageBatch batch = loader.next();
            if (batch == null) {
                throw new CommandFailure(ExitCode.DATASET_UNUSABLE, data + ": has no training images");
            }
            return batch;
        }
    }

    private List<GradientCurve> measured(GradientNetwork network, ImageBatch batch) {
        List<GradientCurve> curves = new ArrayList<>();
        try (TrainableClassifier classifier = network.open(engine, batchSize)) {
            output.console().status("%s: %s".formatted(network.name(), classifier.description()));
            StateDict initial = Initializer.initialize(network.graph().stateDict(), seed, Initializer.Fan.OUT);
            curves.add(measured(network, classifier, initial, batch, false));
            network.trained().ifPresent(state -> curves.add(measured(network, classifier, state, batch, true)));
        }
        return curves;
    }

    private GradientCurve measured(
            GradientNetwork network,
            TrainableClassifier classifier,
            StateDict state,
            ImageBatch batch,
            boolean trained) {
        classifier.load(state);
        GradientFlow flow = GradientFlow.measure(network.graph(), classifier, batch, new Step(seed, 0, 1, 0));
        return new GradientCurve(network.name(), trained, flow);
    }

    private static List<Map<String, Object>> document(List<GradientCurve> curves) {
        List<Map<String, Object>> networks = new ArrayList<>();
        for (GradientCurve curve : curves) {
            Map<String, Object> network = new LinkedHashMap<>();
            network.put("network", curve.network());
            network.put("trained", curve.trained());
            network.put("loss", curve.flow().loss());
            network.put("layers", curve.flow().layers());
            networks.add(network);
        }
        return networks;
    }

    private static String csv(List<GradientCurve> curves) {
        StringBuilder csv =
                new StringBuilder("network,trained,position,layer,weights,gradient_norm,weight_norm,layers_to_loss\n");
        for (GradientCurve curve : curves) {
            for (GradientFlow.Layer layer : curve.flow().layers()) {
                csv.append(String.format(
                        Locale.ROOT,
                        "%s,%s,%d,%s,%d,%.6g,%.6g,%d\n",
                        curve.network(),
                        curve.trained(),
                        layer.position(),
                        layer.name(),
                        layer.weights(),
                        layer.gradientNorm(),
                        layer.weightNorm(),
                        layer.layersToLoss()));
            }
        }
        return csv.toString();
    }

    private static String text(List<GradientCurve> curves) {
        TextTable table = new TextTable(List.of(
                new Column("Network", false),
                new Column("Weights", false),
                new Column("Layers", true),
                new Column("First layer's gradient", true),
                new Column("Last convolution's", true),
                new Column("First by last", true),
                new Column("Longest way from the loss", true)));
        for (GradientCurve curve : curves) {
            List<GradientFlow.Layer> layers = curve.flow().layers();
            GradientFlow.Layer first = layers.getFirst();
            GradientFlow.Layer last = layers.stream()
                    .filter(layer -> layer.layersToLoss() == 1)
                    .reduce(layers.getFirst(), (_, later) -> later);
            int longest = layers.stream()
                    .mapToInt(GradientFlow.Layer::layersToLoss)
                    .max()
                    .orElse(0);
            table.add(
                    curve.network(),
                    curve.trained() ? "trained" : "initial",
                    Integer.toString(layers.size()),
                    number(first.gradientNorm()),
                    number(last.gradientNorm()),
                    number(first.gradientNorm() / last.gradientNorm()),
                    Integer.toString(longest));
        }
        return String.join(System.lineSeparator(), table.lines());
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }
}
