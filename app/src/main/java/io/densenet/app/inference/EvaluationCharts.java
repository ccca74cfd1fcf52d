package io.densenet.app.inference;

import io.densenet.app.plot.Plots;
import io.densenet.eval.Evaluation;
import io.densenet.eval.Evaluation.ClassScore;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/// The picture that an [Evaluation] is best seen in.
public final class EvaluationCharts {
    private EvaluationCharts() {}

    /// Draws `confusion_matrix.png`, or `roc.png` where images may have several classes.
    ///
    /// @param warnings hears what went wrong
    /// @return the name of the file
    public static String draw(Path folder, Evaluation evaluation, List<String> classNames, Consumer<String> warnings) {
        return switch (evaluation) {
            case Evaluation.SingleLabel one -> {
                String name = "confusion_matrix.png";
                Plots.confusionMatrix(folder.resolve(name), one.confusion(), classNames)
                        .forEach(warnings);
                yield name;
            }
            case Evaluation.MultiLabel several -> {
                String name = "roc.png";
                Plots.roc(
                                folder.resolve(name),
                                several.classes().stream().map(ClassScore::roc).toList(),
                                classNames)
                        .forEach(warnings);
                yield name;
            }
        };
    }
}
