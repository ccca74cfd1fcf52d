package io.densenet.cpu;

import io.densenet.arch.DenseNet;
import io.densenet.arch.Shape;
import io.densenet.arch.Stem;
import java.util.ArrayList;
import java.util.List;

/// The sizes that a batch goes through.
///
/// @param stem   output of the stem's convolution
/// @param blocks of each dense block
record Resolutions(Shape stem, List<Grid> blocks) {
    static Resolutions of(DenseNet network, Shape image, int images) {
        Stem stem = network.config().stem();
        Shape convolved = switch (stem) {
            case Stem.Cifar s -> new Shape(s.initialChannels(), image.height(), image.width());
            case Stem.ImageNet s -> new Shape(s.initialChannels(), halfUp(image.height()), halfUp(image.width()));
        };
        Grid grid = switch (stem) {
            case Stem.Cifar _ -> new Grid(images, image.height(), image.width());
            case Stem.ImageNet _ -> new Grid(images, halfUp(convolved.height()), halfUp(convolved.width()));
        };
        List<Grid> blocks = new ArrayList<>();
        for (int b = 0; b < network.blocks().size(); b++) {
            blocks.add(grid);
            grid = grid.halved();
        }
        return new Resolutions(convolved, List.copyOf(blocks));
    }

    /// Size after a window that is padded by half of itself and moves by 2.
    private static int halfUp(int size) {
        return (size + 1) / 2;
    }

    Grid block(int number) {
        return blocks.get(number);
    }
}
