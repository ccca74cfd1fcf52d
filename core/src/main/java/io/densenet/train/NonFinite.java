package io.densenet.train;

import io.densenet.engine.ParameterArena;
import java.util.List;
import java.util.Optional;

/// Finds NaN and infinity among parameters.
final class NonFinite {
    private NonFinite() {}

    static boolean isIn(float[] values) {
        return isIn(values, 0, values.length);
    }

    /// Name of the first parameter with a value that is not finite.
    static Optional<String> firstIn(float[] flat, List<ParameterArena.View> views) {
        if (!isIn(flat)) {
            return Optional.empty();
        }
        return views.stream()
                .filter(view -> isIn(flat, view.offset(), view.end()))
                .map(view -> view.spec().name())
                .findFirst();
    }

    /// x·0 is 0 for every finite x and NaN for the others, and NaN survives a sum: no branch in the loop.
    private static boolean isIn(float[] values, int from, int to) {
        float sum = 0;
        for (int i = from; i < to; i++) {
            sum += values[i] * 0;
        }
        return Float.isNaN(sum);
    }
}
