package io.densenet.analysis;

import io.densenet.analysis.FeatureReuse.Target;
import java.util.List;

/// What the paper sees in Figure 5 (§5, "Feature reuse"), as numbers of one trained network. The names of
/// the components are the keys of the JSON.
///
/// 1. All layers spread their weights over many inputs within the block: [Block#layerSpread()], and that
///    very early maps are read by deep layers: [Block#deepOnEarly()].
/// 2. So do the transitions: [Block#lastSpread()] of every block but the last.
/// 3. The layers of the second and third block give least weight to the output of the transition before
///    them, the top row of the map: [Block#topRow()] below 1 and [Block#topRowLeast()] near
///    [Block#layers()]. The first block's top row is the stem, of which the paper says nothing.
/// 4. The classifier reads the whole block too, but leans on its last maps: [Block#lateOverEarly()] of the
///    last block above 1.
public record ReuseObservations(List<Block> blocks) {
    /// The numbers of one block. Layers with a single source have nothing to choose and are left out.
    ///
    /// @param layers        with two sources or more
    /// @param layerSpread   effective number of sources of a layer as a part of all its sources, mean over
    ///                      the layers: 1 when all have the same weight, 1/n when one of n has all.
    ///                      Effective is 1/Σp², p the parts of the layer's weight that its sources have
    /// @param deepOnEarly   mean weight that the last third of the layers give the first third of their
    ///                      sources, by that of all their sources; mean over those layers
    /// @param topRow        weight of the block's input by the mean weight of the other sources, mean over
    ///                      the layers
    /// @param topRowLeast   layers that give the block's input less weight than any other source
    /// @param lastSpread    `layerSpread` of the transition behind the block, or of the classifier
    /// @param lateOverEarly mean weight of the last third of the sources by that of the first third, there
    public record Block(
            String block,
            int layers,
            double layerSpread,
            double deepOnEarly,
            double topRow,
            int topRowLeast,
            double lastSpread,
            double lateOverEarly) {}

    public ReuseObservations {
        blocks = List.copyOf(blocks);
    }

    public static ReuseObservations of(FeatureReuse reuse) {
        return new ReuseObservations(
                reuse.blocks().stream().map(ReuseObservations::block).toList());
    }

    private static Block block(FeatureReuse.Block block) {
        List<List<Double>> layers = block.layers().stream()
                .map(Target::weights)
                .filter(weights -> weights.size() > 1)
                .toList();
        List<List<Double>> deep = layers.subList(layers.size() - third(layers.size()), layers.size());
        List<Double> last = block.last().weights();
        return new Block(
                block.name(),
                layers.size(),
                mean(layers.stream().map(ReuseObservations::spread).toList()),
                mean(deep.stream()
                        .map(weights -> ratio(mean(early(weights)), mean(weights)))
                        .toList()),
                mean(layers.stream()
                        .map(weights -> ratio(weights.getFirst(), mean(weights.subList(1, weights.size()))))
                        .toList()),
                (int) layers.stream()
                        .filter(weights -> weights.subList(1, weights.size()).stream()
                                .allMatch(other -> weights.getFirst() < other))
                        .count(),
                spread(last),
                ratio(mean(late(last)), mean(early(last))));
    }

    private static double spread(List<Double> weights) {
        double sum = weights.stream().mapToDouble(w -> w).sum();
        double squares = weights.stream().mapToDouble(w -> w * w).sum();
        return ratio(sum * sum, squares) / weights.size();
    }

    /// A third of a number, but not nothing of something.
    private static int third(int count) {
        return Math.min(count, Math.max(1, count / 3));
    }

    private static List<Double> early(List<Double> weights) {
        return weights.subList(0, third(weights.size()));
    }

    private static List<Double> late(List<Double> weights) {
        return weights.subList(weights.size() - third(weights.size()), weights.size());
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(v -> v).average().orElse(0);
    }

    /// 0 where there is no weight at all.
    private static double ratio(double part, double whole) {
        return whole == 0 ? 0 : part / whole;
    }
}
