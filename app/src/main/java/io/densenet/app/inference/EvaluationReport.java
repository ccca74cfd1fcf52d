package io.densenet.app.inference;

import io.densenet.eval.Evaluation;
import io.densenet.eval.Evaluation.ClassScore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// An [Evaluation] as people read it and as JSON has it.
public final class EvaluationReport {
    private final Evaluation evaluation;
    private final List<String> classNames;

    /// Of an evaluation with these classes.
    public EvaluationReport(Evaluation evaluation, List<String> classNames) {
        this.evaluation = evaluation;
        this.classNames = classNames;
    }

    /// One line.
    ///
    /// @param images what kind, for example `test images`
    public String summary(String images) {
        return switch (evaluation) {
            case Evaluation.SingleLabel one ->
                String.format(
                        Locale.ROOT,
                        "top-1 %.2f %%, top-5 %.2f %%, loss %.4f on %,d %s",
                        one.top1(),
                        one.top5(),
                        one.loss(),
                        one.images(),
                        images);
            case Evaluation.MultiLabel several ->
                String.format(
                        Locale.ROOT,
                        "mean AUC %s, all classes right %.2f %%, loss %.4f on %,d %s",
                        part(several.meanAuc()),
                        several.accuracy(),
                        several.loss(),
                        several.images(),
                        images);
        };
    }

    /// The same as the head of a JSON document.
    public SequencedMap<String, @Nullable Object> summary() {
        SequencedMap<String, @Nullable Object> summary = new LinkedHashMap<>();
        switch (evaluation) {
            case Evaluation.SingleLabel one -> {
                summary.put("top1", one.top1());
                summary.put("top5", one.top5());
            }
            case Evaluation.MultiLabel several -> {
                summary.put("meanAuc", finiteOrNull(several.meanAuc()));
                summary.put("exactMatch", several.accuracy());
            }
        }
        summary.put("loss", evaluation.loss());
        summary.put("images", evaluation.images());
        return summary;
    }

    /// A table with a line for each class.
    List<String> table() {
        List<String> lines = new ArrayList<>();
        switch (evaluation) {
            case Evaluation.SingleLabel one -> {
                lines.add("precision  recall  class");
                for (int c = 0; c < classNames.size(); c++) {
                    lines.add(String.format(
                            Locale.ROOT,
                            "%9s %7s  %s",
                            percent(one.precision(c)),
                            percent(one.recall(c)),
                            classNames.get(c)));
                }
            }
            case Evaluation.MultiLabel several -> {
                lines.add("   AUC  precision  recall     with  without  class");
                for (int c = 0; c < classNames.size(); c++) {
                    ClassScore score = several.classes().get(c);
                    lines.add(String.format(
                            Locale.ROOT,
                            "%6s %10s %7s %,8d %,8d  %s",
                            part(score.auc()),
                            percent(score.precision()),
                            percent(score.recall()),
                            score.positives(),
                            score.negatives(),
                            classNames.get(c)));
                }
            }
        }
        return lines;
    }

    /// The same for JSON; what cannot be said is null.
    List<SequencedMap<String, @Nullable Object>> classes() {
        List<SequencedMap<String, @Nullable Object>> classes = new ArrayList<>();
        for (int c = 0; c < classNames.size(); c++) {
            SequencedMap<String, @Nullable Object> row = new LinkedHashMap<>();
            row.put("name", classNames.get(c));
            switch (evaluation) {
                case Evaluation.SingleLabel one -> {
                    row.put("precision", finiteOrNull(one.precision(c)));
                    row.put("recall", finiteOrNull(one.recall(c)));
                }
                case Evaluation.MultiLabel several -> {
                    ClassScore score = several.classes().get(c);
                    row.put("auc", finiteOrNull(score.auc()));
                    row.put("precision", finiteOrNull(score.precision()));
                    row.put("recall", finiteOrNull(score.recall()));
                    row.put("imagesWith", score.positives());
                    row.put("imagesWithout", score.negatives());
                }
            }
            classes.add(row);
        }
        return classes;
    }

    private static @Nullable Double finiteOrNull(double value) {
        return Double.isFinite(value) ? value : null;
    }

    private static String percent(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.2f", value) : "-";
    }

    private static String part(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.4f", value) : "-";
    }
}
