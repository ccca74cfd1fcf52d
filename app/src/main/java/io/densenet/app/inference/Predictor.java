package io.densenet.app.inference;

import io.densenet.app.failure.ExceptionHandler;
import io.densenet.app.inference.PredictionWriter.Cam;
import io.densenet.app.inference.PredictionWriter.Traces;
import io.densenet.arch.FeaturePoint;
import io.densenet.data.Image;
import io.densenet.data.ImageBatch;
import io.densenet.data.ImageDecoder;
import io.densenet.data.Preprocessing;
import io.densenet.data.Task;
import io.densenet.data.Transforms;
import io.densenet.engine.FeatureExtractor;
import io.densenet.model.ModelDescription;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// From files to predictions, batch by batch.
final class Predictor {
    /// What came of one file.
    record Result(Prediction prediction, Traces traces) {}

    private final FeatureExtractor classifier;
    private final ModelDescription description;
    private final Optional<CamPictures> pictures;
    private final @Nullable FeaturePoint point;
    private final FeatureOptions.Rows rows;
    private final Transforms transforms;

    Predictor(FeatureExtractor classifier, ModelDescription description, Optional<CamPictures> pictures) {
        this(classifier, description, pictures, null, (_, _) -> 0);
    }

    private Predictor(
            FeatureExtractor classifier,
            ModelDescription description,
            Optional<CamPictures> pictures,
            @Nullable FeaturePoint point,
            FeatureOptions.Rows rows) {
        this.classifier = classifier;
        this.description = description;
        this.pictures = pictures;
        this.point = point;
        this.rows = rows;
        this.transforms = new Transforms(description.preprocessing());
    }

    /// One that also hands the features at a point on.
    Predictor showing(FeaturePoint shown, FeatureOptions.Rows to) {
        return new Predictor(classifier, description, pictures, shown, to);
    }

    List<String> classNames() {
        return description.classNames();
    }

    /// What the logits mean.
    Task task() {
        return description.task();
    }

    /// One result for each file, in their order.
    ///
    /// @param prediction from file and logits
    List<Result> predict(List<Path> files, BiFunction<Path, float[], Prediction> prediction) throws IOException {
        float[] pixels = new float[files.size() * transforms.valuesPerImage()];
        List<Result> results = new ArrayList<>();
        List<Integer> decoded = new ArrayList<>(); // positions in results, in the order of the batch
        List<Image> seen = new ArrayList<>(); // of those, when they are drawn
        for (Path file : files) {
            String error = "not computed"; // replaced below
            try {
                Image image = ImageDecoder.decode(file);
                transforms.apply(image, pixels, decoded.size() * transforms.valuesPerImage());
                if (pictures.isPresent()) {
                    seen.add(transforms.seen(image));
                }
                decoded.add(results.size());
            } catch (IOException e) {
                error = ExceptionHandler.line(e);
            }
            results.add(new Result(new Prediction.Failed(file, error), Traces.NONE));
        }
        if (decoded.isEmpty()) {
            return results;
        }
        ImageBatch batch = batch(decoded.size(), pixels);
        List<Path> shown = decoded.stream().map(files::get).toList();
        float[] logits = new float[decoded.size() * classifier.numClasses()];
        Optional<Integer> firstRow = run(batch, shown, logits);
        for (int i = 0; i < decoded.size(); i++) {
            int number = i;
            float[] own = Arrays.copyOfRange(logits, i * classifier.numClasses(), (i + 1) * classifier.numClasses());
            Optional<Cam> cam = pictures.isPresent()
                    ? Optional.of(pictures.get().draw(shown.get(i), seen.get(i), image(batch, i), own, classifier))
                    : Optional.empty();
            results.set(
                    decoded.get(i),
                    new Result(
                            prediction.apply(shown.get(i), own), new Traces(firstRow.map(row -> row + number), cam)));
        }
        return results;
    }

    /// Writes the logits, and hands the features on.
    ///
    /// @return the row of the first image's features
    private Optional<Integer> run(ImageBatch batch, List<Path> files, float[] logits) throws IOException {
        if (point == null) {
            classifier.logits(batch, logits);
            return Optional.empty();
        }
        float[] features =
                new float[Math.toIntExact(batch.size() * point.output().elements())];
        classifier.features(batch, point, logits, features);
        return Optional.of(rows.add(files, features));
    }

    private ImageBatch batch(int size, float[] pixels) {
        Preprocessing preprocessing = description.preprocessing();
        return new ImageBatch(
                size, preprocessing.channels(), preprocessing.height(), preprocessing.width(), pixels, new int[size]);
    }

    /// One image of a batch.
    private ImageBatch image(ImageBatch batch, int number) {
        int values = transforms.valuesPerImage();
        return batch(1, Arrays.copyOfRange(batch.pixels(), number * values, (number + 1) * values));
    }
}
