package io.densenet.app.output;

import io.densenet.data.Task;
import io.densenet.eval.Evaluation;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// What is measured during training, by the names that progress and logs show.
public final class Measures {
    private Measures() {}

    /// `acc1`, or `exact` where images may have several classes: the percent for which all were right.
    public static String accuracy(Task task) {
        return switch (task) {
            case SINGLE_LABEL -> "acc1";
            case MULTI_LABEL -> "exact";
        };
    }

    /// Values of a validation by their names; nothing when there was none.
    public static SequencedMap<String, String> of(@Nullable Evaluation validation) {
        SequencedMap<String, String> measures = new LinkedHashMap<>();
        switch (validation) {
            case null -> {}
            case Evaluation.SingleLabel held -> {
                measures.put("val_loss", number("%.4f", held.loss()));
                measures.put("val_acc1", number("%.2f", held.top1()));
            }
            case Evaluation.MultiLabel held -> {
                measures.put("val_loss", number("%.4f", held.loss()));
                measures.put("val_exact", number("%.2f", held.accuracy()));
                measures.put("val_auc", number("%.4f", held.meanAuc()));
            }
        }
        return measures;
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
