package io.densenet.app.inference;

import io.densenet.app.engine.EngineOptions;
import io.densenet.app.engine.Engines;
import io.densenet.app.engine.Needs;
import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import io.densenet.app.output.OutputOptions;
import io.densenet.arch.FeaturePoint;
import io.densenet.data.Task;
import io.densenet.engine.FeatureExtractor;
import io.densenet.eval.Probabilities;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `densenet predict`: what a trained network sees in pictures. A file that is no picture is an entry with an
/// error.
@Command(
        name = "predict",
        description = "Names what is in pictures.",
        footer = {
            "",
            "Examples:",
            "  densenet predict runs/train shoe.png",
            "  densenet predict densenet121-a639ec97.pth cat.jpg                       as torchvision has saved it",
            "  densenet predict runs/train/weights/best.safetensors PICTURES --topk 1 --format csv",
            "  densenet predict runs/train PICTURES --features gap -o features.npy     for a classifier of your own",
            "  densenet predict runs/train shoe.png --cam CAM                          what speaks for the class",
            "  densenet predict runs/train shoe.png --cam CAM --cam-layer denseblock2  the same deeper inside",
        })
public final class PredictCommand implements Callable<Integer>, Needs {
    private static final int IMAGES_AT_ONCE = 32;

    /// Where they are drawn, and so kept in full size.
    private static final int PICTURES_AT_ONCE = 4;

    @Parameters(
            index = "0",
            paramLabel = "RUN|WEIGHTS",
            description = "A run folder, a folder as on the Hugging Face Hub, or a file of weights: .safetensors, .pth,"
                    + " .h5 or .keras.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private Path source;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "IMAGE|FOLDER",
            description = "Pictures, or folders of them with all that is below.")
    private List<Path> inputs = List.of();

    @Option(names = "--topk", paramLabel = "N", description = "Classes to name for each picture (default: 5).")
    private int topk = 5;

    @Option(
            names = "--output-type",
            paramLabel = "prob|logit",
            description = "Probabilities of the best classes, or the logits of all (default: prob).")
    private OutputType outputType = OutputType.PROB;

    @Mixin
    private final FeatureOptions features = new FeatureOptions();

    @Mixin
    private final CamOptions cam = new CamOptions();

    @Mixin
    private final EngineOptions engine = new EngineOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    /// What is told of each picture, as it is typed.
    enum OutputType {
        PROB,
        LOGIT
    }

    /// Also when the network is none that this project's own engine runs.
    @Override
    public boolean usesLibTorch() {
        return TrainedModel.usesLibTorch(source, engine);
    }

    @Override
    public Integer call() throws IOException {
        engine.require();
        if (topk < 1) {
            throw new CommandFailure(ExitCode.USAGE, "--topk must be positive, was " + topk);
        }
        features.requireSense();
        TrainedModel trained = TrainedModel.read(source, output.console());
        Optional<CamPictures> pictures = CommandFailure.usage(() -> cam.pictures(trained.model()));
        List<Path> files = files();
        int atOnce = pictures.isPresent() ? PICTURES_AT_ONCE : IMAGES_AT_ONCE;
        try (FeatureExtractor classifier =
                Engines.openForInference(trained.model(), engine, Math.min(files.size(), atOnce))) {
            Optional<FeaturePoint> point = CommandFailure.usage(
                    () -> features.point(trained.model().description().graph(), classifier));
            output.console().status("engine: " + classifier.description());
            Predictor predictor = new Predictor(classifier, trained.model().description(), pictures);
            if (point.isPresent()) {
                features.write(point.get(), rows -> predict(predictor.showing(point.get(), rows), files, atOnce));
                output.console().status("features: " + features.file(point.get()));
            } else {
                predict(predictor, files, atOnce);
            }
        }
        return ExitCode.DONE.code();
    }

    /// Writes what comes of each file as it comes.
    private void predict(Predictor predictor, List<Path> files, int atOnce) throws IOException {
        int failures = 0;
        PredictionWriter writer = PredictionWriter.of(output, predictor.classNames());
        for (int from = 0; from < files.size(); from += atOnce) {
            List<Path> some = files.subList(from, Math.min(files.size(), from + atOnce));
            for (Predictor.Result result :
                    predictor.predict(some, (file, logits) -> prediction(predictor.task(), file, logits))) {
                failures += result.prediction() instanceof Prediction.Failed ? 1 : 0;
                writer.write(result.prediction(), result.traces());
            }
            OutputOptions.requireWritten(output.out()); // nobody waits for what nobody can read
        }
        if (failures == files.size()) {
            throw new CommandFailure(
                    ExitCode.DATASET_UNUSABLE,
                    "none of the files could be read as a picture (%d tried, %s first); the reasons are in the result"
                            .formatted(failures, files.getFirst()));
        }
    }

    private Prediction prediction(Task task, Path file, float[] logits) {
        return switch (outputType) {
            case PROB -> Prediction.Classes.best(file, Probabilities.of(task, logits), topk);
            case LOGIT -> new Prediction.Logits(file, logits);
        };
    }

    private List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path input : inputs) {
            if (!Files.isDirectory(input)) {
                files.add(input);
                continue;
            }
            try (Stream<Path> below = Files.walk(input)) {
                below.filter(file -> Files.isRegularFile(file)
                                && !file.getFileName().toString().startsWith("."))
                        .sorted()
                        .forEach(files::add);
            }
        }
        if (files.isEmpty()) {
            throw new CommandFailure(ExitCode.DATASET_UNUSABLE, "no pictures in " + inputs);
        }
        return files;
    }
}
