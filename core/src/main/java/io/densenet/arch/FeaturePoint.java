package io.densenet.arch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/// A place in a network whose feature maps can be looked at: what one module of torchvision gives. Names are
/// torchvision's module paths.
///
/// - `features.denseblock2.denselayer3` is the k new maps of one layer,
/// - `features.denseblock2` what entered the block and the maps of all its layers,
/// - `features.transition1` what is left behind its pooling,
/// - `features.norm5` the last batch norm, before the ReLU. torchvision's own ReLUs overwrite their input, so
///   a hook there that does not copy sees the maps *after* the ReLU,
/// - `features.relu5` those maps after it, and `gap` their means, C values: what the classifier reads. Neither
///   is a module of torchvision.
///
/// The convolutions, norms and ReLUs within layers and transitions have names as well.
///
/// @param name   of the module
/// @param node   position in [Graph#nodes()] of the operation that gives the maps
/// @param output shape of what it gives for one image
/// @param vector whether that is one value for each channel by its nature, not only for small images
public record FeaturePoint(String name, int node, Shape output, boolean vector) {
    /// What the mean of the last maps over all pixels is called.
    public static final String GAP = "gap";

    private static final String PREFIX = "features.";
    private static final int NAMES_TO_SUGGEST = 6;

    /// All points of a network, in the order of execution.
    public static List<FeaturePoint> of(Graph graph) {
        SequencedMap<String, Integer> last = new LinkedHashMap<>();
        for (int n = 1; n < graph.nodes().size(); n++) {
            Node node = graph.nodes().get(n);
            for (int dot = node.name().indexOf('.'); dot >= 0; dot = node.name().indexOf('.', dot + 1)) {
                last.put(node.name().substring(0, dot), n);
            }
            switch (node.op()) {
                case Op.Concatenation _ -> {} // has the name of what it makes: a block, or the input of a layer
                case Op.GlobalAveragePooling _ -> last.put(GAP, n);
                default -> last.put(node.name(), n);
            }
        }
        last.remove("features"); // torchvision's ends before our ReLU
        List<FeaturePoint> points = new ArrayList<>();
        last.forEach((name, n) -> points.add(new FeaturePoint(
                name,
                n,
                graph.nodes().get(n).output(),
                isVector(graph.nodes().get(n).op()))));
        points.sort(Comparator.comparingInt(FeaturePoint::node));
        return List.copyOf(points);
    }

    private static boolean isVector(Op op) {
        return op instanceof Op.GlobalAveragePooling || op instanceof Op.Linear || op instanceof Op.Flatten;
    }

    /// The point of a name, which may leave out `features.`.
    ///
    /// @param points to choose from
    /// @throws IllegalArgumentException when there is none; it tells the most similar names
    public static FeaturePoint named(String name, List<FeaturePoint> points) {
        return points.stream()
                .filter(point -> point.name().equals(name) || point.name().equals(PREFIX + name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(unknown(name, points)));
    }

    private static String unknown(String name, List<FeaturePoint> points) {
        List<String> names = points.stream()
                .map(FeaturePoint::shortName)
                .sorted(Comparator.comparingInt(other -> distance(name.toLowerCase(Locale.ROOT), other)))
                .toList();
        int rest = names.size() - NAMES_TO_SUGGEST;
        return "there are no features '%s' here; there are %s%s"
                .formatted(
                        name,
                        String.join(", ", names.subList(0, Math.min(NAMES_TO_SUGGEST, names.size()))),
                        rest > 0 ? " and %d more".formatted(rest) : "");
    }

    /// The name without `features.`.
    public String shortName() {
        return name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
    }

    /// Characters to insert, delete or replace to make one text of the other (Levenshtein).
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
