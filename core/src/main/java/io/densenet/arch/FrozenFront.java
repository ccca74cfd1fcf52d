package io.densenet.arch;

/// The front of a DenseNet that fine-tuning leaves as it is: its parameters stay, its batch norms use their
/// running statistics and do not move them, and nothing is dropped out in it.
///
/// @param blocks    dense blocks in it, each with the transition behind it, and the stem; 0 for no front at all
/// @param allBlocks of the network; when they are all frozen, so is the norm behind the last one, and only the
///                  classifier is trained
public record FrozenFront(int blocks, int allBlocks) {
    /// Everything is trained.
    public static final FrozenFront NONE = new FrozenFront(0, 1);

    public FrozenFront {
        if (blocks < 0 || blocks > allBlocks) {
            throw new IllegalArgumentException(
                    "%d blocks cannot be frozen, the network has %d".formatted(blocks, allBlocks));
        }
    }

    /// The stem and the first blocks of a network.
    ///
    /// @throws IllegalArgumentException when it has fewer
    public static FrozenFront of(DenseNetConfig network, int blocks) {
        return blocks == 0
                ? NONE
                : new FrozenFront(blocks, network.layersPerBlock().size());
    }

    /// Everything but the classifier.
    public static FrozenFront features(DenseNetConfig network) {
        return of(network, network.layersPerBlock().size());
    }

    public boolean isEmpty() {
        return blocks == 0;
    }

    /// Whether nothing but the classifier is trained.
    public boolean isAllFeatures() {
        return blocks == allBlocks;
    }

    /// Whether a node of the network's graph, or a parameter or running statistic, belongs to it.
    ///
    /// @param name such as `features.denseblock1.denselayer2.norm1.weight`
    public boolean holds(String name) {
        if (isEmpty() || !name.startsWith("features.")) {
            return false;
        }
        if (isAllFeatures() || name.matches("features\\.[a-z]+0(\\..*)?")) { // all, or the stem
            return true;
        }
        for (int b = 1; b <= blocks; b++) {
            if (name.startsWith("features.denseblock%d.".formatted(b))
                    || name.startsWith("features.transition%d.".formatted(b))) {
                return true;
            }
        }
        return false;
    }
}
