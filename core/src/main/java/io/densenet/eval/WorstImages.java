package io.densenet.eval;

import io.densenet.data.ImageBatch;
import io.densenet.engine.TopClass;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/// Keeps the images with the largest loss of all that it hears of.
public final class WorstImages implements Evaluator.Observer {
    /// Largest loss first, of equal ones the first image; what is not a number is larger than all.
    private static final Comparator<Entry> WORST_FIRST =
            Comparator.comparingDouble(Entry::loss).reversed().thenComparingInt(Entry::index);

    /// One image.
    public sealed interface Entry {
        /// In the data set.
        int index();

        /// What it adds to the loss.
        double loss();
    }

    /// An image of one class.
    ///
    /// @param right       its class
    /// @param predicted   the class of the largest logit
    /// @param probability of the predicted class, 0 to 1
    public record Misjudged(int index, int right, int predicted, double probability, double loss) implements Entry {}

    /// An image that may have several classes.
    ///
    /// @param classIndex  that of which it was most wrong
    /// @param present     whether the image is of that class
    /// @param probability that it was given, 0 to 1
    public record MisjudgedClass(int index, int classIndex, boolean present, double probability, double loss)
            implements Entry {}

    private final int most;
    private final PriorityQueue<Entry> worst = new PriorityQueue<>(WORST_FIRST.reversed());

    /// Nothing yet.
    ///
    /// @param most images to keep
    public WorstImages(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("at least one image must be kept, not " + most);
        }
        this.most = most;
    }

    @Override
    public void judged(int index, ImageBatch batch, int number, float[] logits) {
        worst.add(
                switch (batch.task()) {
                    case SINGLE_LABEL -> misjudged(index, batch.labels()[number], logits);
                    case MULTI_LABEL -> {
                        int at = number * logits.length;
                        yield misjudged(index, Arrays.copyOfRange(batch.targets(), at, at + logits.length), logits);
                    }
                });
        if (worst.size() > most) {
            worst.remove();
        }
    }

    private static Entry misjudged(int index, int label, float[] logits) {
        int predicted = TopClass.of(logits, 0, logits.length);
        return new Misjudged(
                index,
                label,
                predicted,
                Math.exp(Softmax.logProbability(logits, 0, logits.length, predicted)),
                -Softmax.logProbability(logits, 0, logits.length, label));
    }

    private static Entry misjudged(int index, float[] targets, float[] logits) {
        int most = 0;
        double mostLoss = -1; // less than any
        for (int c = 0; c < logits.length; c++) {
            double loss = Float.isNaN(targets[c]) ? -1 : Sigmoid.crossEntropy(logits[c], targets[c]);
            if (Double.compare(loss, mostLoss) > 0) { // what is not a number is larger than all
                most = c;
                mostLoss = loss;
            }
        }
        return new MisjudgedClass(
                index,
                most,
                targets[most] > 0.5,
                Sigmoid.probability(logits[most]),
                MultiLabelTally.loss(logits, targets));
    }

    /// Those that were kept, worst first.
    public List<Entry> worstFirst() {
        return worst.stream().sorted(WORST_FIRST).toList();
    }
}
