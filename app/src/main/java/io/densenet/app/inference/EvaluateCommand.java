package io.densenet.app.inference;

import io.densenet.app.engine.EngineOptions;
import io.densenet.app.engine.Engines;
import io.densenet.app.engine.Needs;
import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import io.densenet.app.options.DataOptions;
import io.densenet.app.options.DataSource;
import io.densenet.app.options.OptionLayers;
import io.densenet.app.options.OptionLayers.Layer;
import io.densenet.app.options.TrainOptions;
import io.densenet.app.output.Json;
import io.densenet.app.output.OutputOptions;
import io.densenet.app.output.ShellCommand;
import io.densenet.app.plot.Sheets;
import io.densenet.data.DatasetException;
import io.densenet.data.DatasetSplits;
import io.densenet.data.Fit;
import io.densenet.data.Image;
import io.densenet.data.ImageDataset;
import io.densenet.data.Preprocessing;
import io.densenet.data.Transforms;
import io.densenet.engine.Classifier;
import io.densenet.eval.Crop;
import io.densenet.eval.Evaluation;
import io.densenet.eval.Evaluator;
import io.densenet.eval.WorstImages;
import io.densenet.model.ModelDescription;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `densenet evaluate`: how good a trained network is on labelled images.
@Command(
        name = "evaluate",
        description = "Measures a trained network on labelled images: top-1, top-5, loss, and each class.",
        footer = {
            "",
            "Examples:",
            "  densenet evaluate runs/train                     the test images of its own data set",
            "  densenet evaluate runs/train PICTURES --split val --format json",
            "  densenet evaluate runs/train --plots PLOTS       draw which images it does worst on",
            "  densenet evaluate runs/train --crop ten          as in the right columns of the paper's Table 3",
        })
public final class EvaluateCommand implements Callable<Integer>, Needs {
    private static final int MOST_IMAGES_OF_A_SHEET = 500;

    @Parameters(
            index = "0",
            paramLabel = "RUN|WEIGHTS",
            description = "A run folder, a folder as on the Hugging Face Hub, or a file of weights: .safetensors, .pth,"
                    + " .h5 or .keras.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private Path source;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "DATA",
            description = "As for train (default: the data set of the run).")
    private Optional<String> data = Optional.empty();

    @Option(
            names = "--split",
            paramLabel = "test|val|train",
            description = "Which part of the data set (default: test).")
    private Split split = Split.TEST;

    @Option(
            names = "--crop",
            paramLabel = "single|ten",
            description = "The centre of each image, or also its corners, and all mirrored, with the logits added up"
                    + " (default: single).")
    private CropKind crop = CropKind.SINGLE;

    @Option(
            names = "--crop-pct",
            paramLabel = "X",
            description = "Scale the short side to the network's size / X before cutting (default: as in training).")
    private Optional<Double> cropPart = Optional.empty();

    @Option(
            names = "--plots",
            paramLabel = "DIR",
            description = "Draw confusion_matrix.png (or roc.png), and worst.png: the images with the largest loss.")
    private Optional<Path> plots = Optional.empty();

    @Option(names = "--worst", paramLabel = "N", description = "Images of worst.png (default: 25).")
    private int worstImages = 25;

    @Mixin
    private final DataOptions dataOptions = new DataOptions();

    @Option(
            names = {"-b", "--batch-size"},
            paramLabel = "N",
            description = "Images or crops at once (default: 64).")
    private int batchSize = 64;

    @Mixin
    private final EngineOptions engine = new EngineOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    /// Parts of a data set, as they are typed.
    enum Split {
        TRAIN,
        VAL,
        TEST;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Ways to look at an image, as they are typed.
    enum CropKind {
        SINGLE,
        TEN;

        Crop crop() {
            return switch (this) {
                case SINGLE -> new Crop.SingleCrop();
                case TEN -> new Crop.TenCrop();
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Also when the network is none that this project's own engine runs.
    @Override
    public boolean usesLibTorch() {
        return TrainedModel.usesLibTorch(source, engine);
    }

    @Override
    public Integer call() throws IOException {
        engine.require();
        output.isJson(); // a format that there is not is refused before the work, not after it
        if (batchSize < 1) {
            throw new CommandFailure(ExitCode.USAGE, "--batch-size must be positive, was " + batchSize);
        }
        if (worstImages < 1 || worstImages > MOST_IMAGES_OF_A_SHEET) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "--worst: expected 1 to %d, found %d".formatted(MOST_IMAGES_OF_A_SHEET, worstImages));
        }
        TrainedModel trained = TrainedModel.read(source, output.console());
        ModelDescription description = trained.model().description();
        Preprocessing preprocessing = preprocessing(trained);
        DatasetSplits splits = DataSource.open(dataOptions(trained), output.console());
        ImageDataset images = images(splits);
        if (!images.classNames().equals(description.classNames())) {
            throw new DatasetException("%s: has the classes %s, but %s was trained on %s"
                    .formatted(
                            splits.name(),
                            abbreviated(images.classNames()),
                            trained.file(),
                            abbreviated(description.classNames())));
        }
        if (images.task() != description.task()) {
            throw new DatasetException("%s: its images are labelled for %s, but %s was trained for %s"
                    .formatted(splits.name(), images.task(), trained.file(), description.task()));
        }
        output.console().status("%s on the %s images of %s".formatted(trained.file(), split, splits.name()));
        int atOnce = Math.max(batchSize, crop.crop().views().size());
        try (Classifier classifier = Engines.openForInference(trained.model(), engine, atOnce)) {
            output.console().status("engine: " + classifier.description());
            WorstImages worst = new WorstImages(worstImages);
            int workers = Math.max(1, engine.threads() / 2);
            Evaluation evaluation =
                    Evaluator.evaluate(classifier, images, preprocessing, crop.crop(), atOnce, workers, worst);
            if (plots.isPresent()) {
                draw(plots.get(), evaluation, worst.worstFirst(), images, preprocessing);
            }
            report(evaluation, description, worst.worstFirst());
        }
        return ExitCode.DONE.code();
    }

    private void draw(
            Path folder,
            Evaluation evaluation,
            List<WorstImages.Entry> worst,
            ImageDataset images,
            Preprocessing preprocessing)
            throws IOException {
        Files.createDirectories(folder);
        String chart = EvaluationCharts.draw(folder, evaluation, images.classNames(), output.console()::warning);
        Transforms transforms = new Transforms(preprocessing);
        List<Sheets.Misjudged> shown = new ArrayList<>();
        for (WorstImages.Entry entry : worst) {
            Image seen = transforms.seen(images.image(entry.index()));
            shown.add(new Sheets.Misjudged(seen, entry));
        }
        Sheets.worst(folder.resolve("worst.png"), shown, images.classNames());
        output.console().status("drawn: %s and worst.png in %s".formatted(chart, folder));
    }

    /// That of the weights, cut out as the command line says.
    private Preprocessing preprocessing(TrainedModel trained) {
        Preprocessing own = trained.model().description().preprocessing();
        int side = Math.max(own.height(), own.width());
        Preprocessing preprocessing = CommandFailure.usage(() ->
                cropPart.map(part -> own.withFit(Fit.ShortSide.of(side, part))).orElse(own));
        if (crop == CropKind.TEN && !(preprocessing.fit() instanceof Fit.ShortSide)) {
            String shown = preprocessing.fit() instanceof Fit.Square
                    ? "the middle square of images, scaled"
                    : "whole images, stretched";
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "--crop ten: %s takes %s to %dx%d, so all ten crops would be the same; --crop-pct 0.875 cuts them out of larger ones"
                            .formatted(trained.file(), shown, own.height(), own.width()));
        }
        return preprocessing;
    }

    /// Options of the run that the weights come from, unless the command line says which data.
    private TrainOptions dataOptions(TrainedModel trained) throws IOException {
        Map<String, String> typed = new LinkedHashMap<>(dataOptions.values());
        if (data.isPresent()) {
            typed.put("data", data.get());
            typed.put("val-split", "0"); // what the run held out, it held out of its own data
        }
        typed.put(
                "image-size",
                Integer.toString(trained.model().description().inputShape().height()));
        Optional<Path> arguments = trained.arguments();
        if (data.isEmpty() && arguments.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "%s does not lie in a run folder, so say on which data: %s DATA"
                            .formatted(trained.file(), ShellCommand.of("evaluate", source.toString())));
        }
        List<Layer> layers = new ArrayList<>(List.of(new Layer("", typed)));
        if (arguments.isPresent()) {
            layers.add(OptionLayers.yaml(arguments.get()));
        }
        return OptionLayers.fill(new TrainOptions(), layers);
    }

    private ImageDataset images(DatasetSplits splits) throws DatasetException {
        @Nullable
        ImageDataset images = switch (split) {
            case TRAIN -> splits.train();
            case VAL -> splits.validation();
            case TEST -> splits.test();
        };
        if (images == null) {
            throw new DatasetException("%s: has no %s images; try another --split".formatted(splits.name(), split));
        }
        return images;
    }

    private static String abbreviated(List<String> names) {
        return names.size() <= 5 ? names.toString() : names.subList(0, 5) + " and %d more".formatted(names.size() - 5);
    }

    private void report(Evaluation evaluation, ModelDescription description, List<WorstImages.Entry> worst) {
        PrintWriter out = output.out();
        EvaluationReport report = new EvaluationReport(evaluation, description.classNames());
        if (output.isJson()) {
            Map<String, @Nullable Object> result = new LinkedHashMap<>(report.summary());
            result.put("crop", crop.toString());
            result.put("classes", report.classes());
            if (evaluation instanceof Evaluation.SingleLabel one) {
                result.put("top1Error", 100 - one.top1());
                result.put("top5Error", 100 - one.top5());
                result.put("confusion", one.confusion());
            }
            if (plots.isPresent()) {
                result.put("worst", worst);
            }
            out.println(Json.line(result));
            return;
        }
        out.println(report.summary("images"));
        String crops = switch (crop) {
            case SINGLE -> "a single crop";
            case TEN -> "ten crops";
        };
        if (evaluation instanceof Evaluation.SingleLabel one) {
            out.printf(Locale.ROOT, "error %.2f %%, %.2f %% with %s%n", 100 - one.top1(), 100 - one.top5(), crops);
        }
        out.println();
        report.table().forEach(out::println);
    }
}
