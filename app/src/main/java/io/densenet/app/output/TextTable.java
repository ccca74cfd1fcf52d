package io.densenet.app.output;

import java.util.ArrayList;
import java.util.List;

/// A table for a terminal: columns as wide as their widest cell, two spaces between them.
public final class TextTable {
    /// One column.
    ///
    /// @param rightAligned as numbers are
    public record Column(String title, boolean rightAligned) {}

    private final List<Column> columns;
    private final List<List<String>> rows = new ArrayList<>();

    public TextTable(List<Column> columns) {
        this.columns = List.copyOf(columns);
        rows.add(columns.stream().map(Column::title).toList());
    }

    /// Adds a row with a cell for each column.
    public void add(String... cells) {
        rows.add(List.of(cells));
    }

    /// The lines, the titles first and a rule under them.
    public List<String> lines() {
        int[] widths = new int[columns.size()];
        for (List<String> row : rows) {
            for (int c = 0; c < widths.length; c++) {
                widths[c] = Math.max(widths[c], row.get(c).length());
            }
        }
        List<String> lines = new ArrayList<>();
        rows.forEach(row -> lines.add(line(row, widths)));
        lines.add(1, "─".repeat(lines.stream().mapToInt(String::length).max().orElse(0)));
        return lines;
    }

    private String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int c = 0; c < widths.length; c++) {
            String padding = " ".repeat(widths[c] - row.get(c).length());
            line.append(c == 0 ? "" : "  ")
                    .append(columns.get(c).rightAligned() ? padding + row.get(c) : row.get(c) + padding);
        }
        return line.toString().stripTrailing();
    }
}
