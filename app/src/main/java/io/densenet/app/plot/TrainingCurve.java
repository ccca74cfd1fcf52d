package io.densenet.app.plot;

import java.util.List;

/// The epochs of one run, for a chart that sets runs against one another.
public record TrainingCurve(String name, List<ResultsRow> rows) {
    public TrainingCurve {
        rows = List.copyOf(rows);
    }
}
