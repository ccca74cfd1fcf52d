package io.densenet.eval;

import java.util.Arrays;
import java.util.List;

/// How well a network does on labelled images.
public sealed interface Evaluation {
    /// How many there were.
    int images();

    /// Mean of what training makes small, without label smoothing.
    double loss();

    /// Percent of the images that it was right about: its first class, or where there may be several, all of them.
    double accuracy();

    /// What the best epoch is chosen by, in percent, the more the better.
    double score();

    /// Images of one class each.
    ///
    /// @param loss      mean cross-entropy
    /// @param top1      percent whose largest logit was the right one
    /// @param top5      percent whose right class was among the five largest logits
    /// @param confusion `confusion[right][predicted]` images
    record SingleLabel(int images, double loss, double top1, double top5, int[][] confusion) implements Evaluation {
        @Override
        public double accuracy() {
            return top1;
        }

        @Override
        public double score() {
            return top1;
        }

        /// Part of the images predicted as a class that are of it, in percent; NaN when none was predicted as it.
        public double precision(int classIndex) {
            return 100.0
                    * confusion[classIndex][classIndex]
                    / Arrays.stream(confusion).mapToInt(row -> row[classIndex]).sum();
        }

        /// Part of the images of a class that were predicted as it, in percent; NaN when there is no such image.
        public double recall(int classIndex) {
            return 100.0
                    * confusion[classIndex][classIndex]
                    / Arrays.stream(confusion[classIndex]).sum();
        }
    }

    /// Images of any number of classes each. What nobody knows of an image does not count.
    ///
    /// @param loss     mean binary cross-entropy over images and classes
    /// @param accuracy percent of the images for which all classes were right, at a probability of one half
    /// @param classes  how well it tells each
    record MultiLabel(int images, double loss, double accuracy, List<ClassScore> classes) implements Evaluation {
        public MultiLabel {
            classes = List.copyOf(classes);
        }

        /// Mean area under the ROC curves of the classes that have one, from 0 to 1; NaN when there is none.
        public double meanAuc() {
            return classes.stream()
                    .mapToDouble(ClassScore::auc)
                    .filter(Double::isFinite)
                    .average()
                    .orElse(Double.NaN);
        }

        /// The mean area in percent.
        @Override
        public double score() {
            return 100 * meanAuc();
        }
    }

    /// How well a network tells the images of a class from the others.
    ///
    /// @param positives      images that are of it
    /// @param negatives      images that are not
    /// @param roc            how it tells them apart at every threshold
    /// @param truePositives  images of it that have a probability above one half
    /// @param falsePositives others that have
    record ClassScore(int positives, int negatives, RocCurve roc, int truePositives, int falsePositives) {
        /// Area under the ROC curve; NaN when there are no images of it, or no others.
        public double auc() {
            return roc.area();
        }

        /// Part of the images with a probability above one half that are of the class, in percent; NaN when there
        /// are none.
        public double precision() {
            return 100.0 * truePositives / (truePositives + falsePositives);
        }

        /// Part of the images of the class that have a probability above one half, in percent; NaN when there are
        /// none.
        public double recall() {
            return 100.0 * truePositives / positives;
        }
    }
}
