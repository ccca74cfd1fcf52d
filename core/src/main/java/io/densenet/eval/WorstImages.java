package io.densenet.eval;

import io.densenet.engine.TopClass;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/// Keeps the images with the largest loss of all that it hears of.
public final class WorstImages implements Evaluator.Observer {
    /// Largest loss first, of equal ones the first image; what is not a number is larger than all.
    private static final Comparator<Entry> WORST_FIRST =
            Comparator.comparingDouble(Entry::loss).reversed().thenComparingInt(Entry::index);

    /// One image.
    ///
    /// @param index       in the data set
    /// @param right       its class
    /// @param predicted   the class of the largest logit
    /// @param probability of the predicted class, 0 to 1
    /// @param loss        its cross-entropy
    public record Entry(int index, int right, int predicted, double probability, double loss) {}

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
    public void judged(int index, int label, float[] logits) {
        int predicted = TopClass.of(logits, 0, logits.length);
        worst.add(new Entry(
                index,
                label,
                predicted,
                Math.exp(Softmax.logProbability(logits, 0, logits.length, predicted)),
                -Softmax.logProbability(logits, 0, logits.length, label)));
        if (worst.size() > most) {
            worst.remove();
        }
    }

    /// Those that were kept, worst first.
    public List<Entry> worstFirst() {
        return worst.stream().sorted(WORST_FIRST).toList();
    }
}
