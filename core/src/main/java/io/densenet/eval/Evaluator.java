package io.densenet.eval;

import io.densenet.data.BatchLoader;
import io.densenet.data.ImageBatch;
import io.densenet.data.ImageDataset;
import io.densenet.data.Preprocessing;
import io.densenet.data.View;
import io.densenet.engine.Classifier;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Runs a network over a labelled data set, without augmentation. Each image is seen once, unless a [Crop]
/// wants more.
public final class Evaluator {
    private Evaluator() {}

    /// Hears of each image, in the order of the data set.
    @FunctionalInterface
    public interface Observer {
        /// An image was judged.
        ///
        /// @param index  in the data set
        /// @param batch  that it is in, with its label or targets
        /// @param number in the batch, of its first window
        /// @param logits mean of those of all its windows, one for each class
        void judged(int index, ImageBatch batch, int number, float[] logits);
    }

    /// Evaluates all images of a data set.
    ///
    /// @param workers threads that prepare images
    public static Evaluation evaluate(
            Classifier classifier, ImageDataset dataset, Preprocessing preprocessing, int batchSize, int workers)
            throws IOException {
        return evaluateUnless(() -> false, classifier, dataset, preprocessing, batchSize, workers)
                .orElseThrow();
    }

    /// Evaluates all images of a data set, each through all windows of a crop.
    ///
    /// An image is judged by the mean of its logits. That ranks classes as their sum does, which Table 3 of
    /// the paper is made of, and keeps the loss on the scale of a single crop.
    ///
    /// @param batchSize windows at once; images are never divided, so at least the windows of one
    public static Evaluation evaluate(
            Classifier classifier,
            ImageDataset dataset,
            Preprocessing preprocessing,
            Crop crop,
            int batchSize,
            int workers)
            throws IOException {
        return evaluate(classifier, dataset, preprocessing, crop, batchSize, workers, (_, _, _, _) -> {});
    }

    /// As above, telling somebody of each image.
    public static Evaluation evaluate(
            Classifier classifier,
            ImageDataset dataset,
            Preprocessing preprocessing,
            Crop crop,
            int batchSize,
            int workers,
            Observer observer)
            throws IOException {
        return evaluateUnless(() -> false, classifier, dataset, preprocessing, crop, batchSize, workers, observer)
                .orElseThrow();
    }

    /// As [#evaluate(Classifier, ImageDataset, Preprocessing, int, int)], but gives up between two batches
    /// when it is told to.
    ///
    /// @param stop asked before each batch
    /// @return nothing when it was stopped
    public static Optional<Evaluation> evaluateUnless(
            BooleanSupplier stop,
            Classifier classifier,
            ImageDataset dataset,
            Preprocessing preprocessing,
            int batchSize,
            int workers)
            throws IOException {
        return evaluateUnless(
                stop,
                classifier,
                dataset,
                preprocessing,
                new Crop.SingleCrop(),
                batchSize,
                workers,
                (_, _, _, _) -> {});
    }

    private static Optional<Evaluation> evaluateUnless(
            BooleanSupplier stop,
            Classifier classifier,
            ImageDataset dataset,
            Preprocessing preprocessing,
            Crop crop,
            int batchSize,
            int workers,
            Observer observer)
            throws IOException {
        List<View> views = crop.views();
        int classes = classifier.numClasses();
        int images = Math.max(1, batchSize / views.size());
        Tally tally = Tally.of(dataset.task(), classes);
        int judged = 0;
        float[] logits = new float[images * views.size() * classes];
        try (BatchLoader loader = BatchLoader.inOrder(dataset, preprocessing, views, images, workers)) {
            for (@Nullable ImageBatch batch = loader.next(); batch != null; batch = loader.next()) {
                if (stop.getAsBoolean()) {
                    return Optional.empty();
                }
                classifier.logits(batch, logits);
                for (int i = 0; i < batch.size(); i += views.size()) {
                    float[] mean = mean(logits, i, views.size(), classes);
                    observer.judged(judged++, batch, i, mean);
                    tally.add(batch, i, mean);
                }
            }
        }
        return Optional.of(tally.evaluation());
    }

    /// The mean of some rows of logits.
    private static float[] mean(float[] logits, int firstRow, int rows, int classes) {
        float[] mean = new float[classes];
        for (int c = 0; c < classes; c++) {
            double sum = 0;
            for (int row = firstRow; row < firstRow + rows; row++) {
                sum += logits[row * classes + c];
            }
            mean[c] = (float) (sum / rows);
        }
        return mean;
    }
}
