package io.densenet.app.analyze;

import io.densenet.analysis.ReuseObservations;
import io.densenet.analysis.ReuseObservations.Block;
import io.densenet.app.output.TextTable;
import io.densenet.app.output.TextTable.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// The paper's four observations on Figure 5 (§5, "Feature reuse") for people: what it says, what is
/// counted, and the count.
final class ReuseText {
    private ReuseText() {}

    static String of(ReuseObservations observations) {
        List<Block> blocks = observations.blocks();
        List<String> lines = new ArrayList<>();
        lines.add("1. Paper: all layers spread their weights over many inputs within their block.");
        lines.add("   Spread: effective number of sources of a layer by all its sources, 1 when all weigh the same.");
        lines.add("   Deep on early: weight that the last third of the layers give the first third of their sources,");
        lines.add("   by that of all their sources.");
        lines.addAll(table(
                List.of("Block", "Layers", "Spread", "Deep on early"),
                blocks.stream()
                        .map(b -> List.of(
                                b.block(),
                                Integer.toString(b.layers()),
                                number(b.layerSpread()),
                                number(b.deepOnEarly())))
                        .toList()));
        lines.add("2. Paper: transitions spread their weights over the whole block before them.");
        lines.addAll(table(
                List.of("Block", "Spread"),
                blocks.subList(0, blocks.size() - 1).stream()
                        .map(b -> List.of(b.block(), number(b.lastSpread())))
                        .toList()));
        lines.add(
                "3. Paper: layers of the second and third block give least weight to what the transition gives them.");
        lines.add("   Top row: weight of the block's input by the mean of the other sources, below 1 when it is less;");
        lines.add("   least in: layers for which no source has less.");
        lines.addAll(table(
                List.of("Block", "Top row", "Least in"),
                blocks.subList(1, blocks.size()).stream()
                        .map(b -> List.of(b.block(), number(b.topRow()), b.topRowLeast() + " of " + b.layers()))
                        .toList()));
        Block last = blocks.getLast();
        lines.add("4. Paper: the classifier reads the whole last block, and leans on its last maps.");
        lines.add("   Late over early: weight of the last third of the sources by that of the first third.");
        lines.addAll(table(
                List.of("Block", "Spread", "Late over early"),
                List.of(List.of(last.block(), number(last.lastSpread()), number(last.lateOverEarly())))));
        lines.removeLast();
        return lines.stream().collect(Collectors.joining(System.lineSeparator(), "", System.lineSeparator()));
    }

    /// Indented, with an empty line behind it; nothing when there are no rows, as with a single block.
    private static List<String> table(List<String> titles, List<List<String>> rows) {
        List<Column> columns = new ArrayList<>();
        titles.forEach(title -> columns.add(new Column(title, !columns.isEmpty())));
        TextTable table = new TextTable(columns);
        rows.forEach(row -> table.add(row.toArray(String[]::new)));
        List<String> lines = new ArrayList<>(rows.isEmpty() ? List.of("(there is one block only)") : table.lines());
        lines.replaceAll(line -> "   " + line);
        lines.add("");
        return lines;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
