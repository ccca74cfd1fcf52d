package io.densenet.app.inference;

import io.densenet.app.engine.EngineOptions;
import io.densenet.app.engine.Engines;
import io.densenet.app.engine.Needs;
import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExceptionHandler;
import io.densenet.app.failure.ExitCode;
import io.densenet.app.output.OutputOptions;
import io.densenet.data.Image;
import io.densenet.data.ImageBatch;
import io.densenet.data.ImageDecoder;
import io.densenet.data.Preprocessing;
import io.densenet.data.Transforms;
import io.densenet.engine.Classifier;
import io.densenet.eval.Softmax;
import io.densenet.model.ModelDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
            "  densenet predict runs/train/weights/best.safetensors PICTURES --topk 1 --format csv",
        })
public final class PredictCommand implements Callable<Integer>, Needs {
    private static final int IMAGES_AT_ONCE = 32;

    @Parameters(index = "0", paramLabel = "RUN|WEIGHTS", description = "A run folder, or a .safetensors file.")
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
        TrainedModel trained = TrainedModel.read(source);
        List<Path> files = files();
        int failures = 0;
        PredictionWriter writer =
                PredictionWriter.of(output, trained.model().description().classNames());
        try (Classifier classifier =
                Engines.openForInference(trained.model(), engine, Math.min(files.size(), IMAGES_AT_ONCE))) {
            output.console().status("engine: " + classifier.description());
            for (int from = 0; from < files.size(); from += IMAGES_AT_ONCE) {
                List<Path> some = files.subList(from, Math.min(files.size(), from + IMAGES_AT_ONCE));
                for (Prediction prediction : predict(classifier, trained.model().description(), some)) {
                    failures += prediction instanceof Prediction.Failed ? 1 : 0;
                    writer.write(prediction);
                }
                OutputOptions.requireWritten(output.out()); // nobody waits for what nobody can read
            }
        }
        if (failures == files.size()) {
            throw new CommandFailure(
                    ExitCode.DATASET_UNUSABLE,
                    "none of the files could be read as a picture (%d tried, %s first); the reasons are in the result"
                            .formatted(failures, files.getFirst()));
        }
        return ExitCode.DONE.code();
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

    /// One prediction for each file, in their order.
    private List<Prediction> predict(Classifier classifier, ModelDescription description, List<Path> files) {
        Preprocessing preprocessing = description.preprocessing();
        Transforms transforms = new Transforms(preprocessing);
        float[] pixels = new float[files.size() * transforms.valuesPerImage()];
        List<Prediction> predictions = new ArrayList<>();
        List<Integer> decoded = new ArrayList<>(); // positions in predictions, in the order of the batch
        for (Path file : files) {
            try {
                Image image = ImageDecoder.decode(file);
                transforms.apply(image, pixels, decoded.size() * transforms.valuesPerImage());
                decoded.add(predictions.size());
                predictions.add(new Prediction.Failed(file, "not computed")); // replaced below
            } catch (IOException e) {
                predictions.add(new Prediction.Failed(file, ExceptionHandler.line(e)));
            }
        }
        if (decoded.isEmpty()) {
            return predictions;
        }
        int classes = classifier.numClasses();
        float[] logits = new float[decoded.size() * classes];
        classifier.logits(
                new ImageBatch(
                        decoded.size(),
                        preprocessing.channels(),
                        preprocessing.height(),
                        preprocessing.width(),
                        pixels,
                        new int[decoded.size()]),
                logits);
        for (int i = 0; i < decoded.size(); i++) {
            int position = decoded.get(i);
            predictions.set(
                    position,
                    switch (outputType) {
                        case PROB ->
                            Prediction.Classes.best(
                                    files.get(position), Softmax.probabilities(logits, i * classes, classes), topk);
                        case LOGIT -> Prediction.Logits.of(files.get(position), logits, i * classes, classes);
                    });
        }
        return predictions;
    }
}
