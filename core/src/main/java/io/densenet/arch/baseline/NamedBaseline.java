package io.densenet.arch.baseline;

import io.densenet.arch.Baseline;
import io.densenet.arch.Graph;
import io.densenet.arch.Shape;
import java.util.List;
import java.util.SequencedMap;

/// A baseline by its name. Made by [Baselines#named].
record NamedBaseline(String name, Variations varied, int inputChannels, int numClasses, Baselines.Design design)
        implements Baseline {
    NamedBaseline {
        if (inputChannels < 1 || numClasses < 1) {
            throw new IllegalArgumentException("%s: channels and classes must be positive, were %d and %d"
                    .formatted(name, inputChannels, numClasses));
        }
    }

    @Override
    public SequencedMap<String, String> variations() {
        return varied.asMap();
    }

    @Override
    public Baseline withNumClasses(int classes) {
        return new NamedBaseline(name, varied, inputChannels, classes, design);
    }

    @Override
    public String variant() {
        return design.variant();
    }

    @Override
    public int depth() {
        return design.depth();
    }

    @Override
    public boolean isForImageNet() {
        return design.forImageNet();
    }

    @Override
    public List<String> notes() {
        return KnownMisprints.about(name);
    }

    @Override
    public Graph graph(Shape image) {
        if (image.channels() != inputChannels) {
            throw new IllegalArgumentException(
                    "%s: expected images of %d channels, found %s".formatted(name, inputChannels, image));
        }
        return design.network().graph(image, numClasses);
    }
}
