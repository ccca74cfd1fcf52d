package io.densenet.app.output;

import java.util.Locale;

/// How a result is written to standard output.
public enum OutputFormat {
    /// For people.
    TEXT,
    /// One JSON document, for programs.
    JSON,
    /// A table, for spreadsheets; only where results are rows.
    CSV;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
