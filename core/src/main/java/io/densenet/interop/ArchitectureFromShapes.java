package io.densenet.interop;

import io.densenet.arch.BatchNorm;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.Stem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Which DenseNet some tensors belong to, when nothing but their names and shapes says so. Every field of the
/// configuration leaves its mark there but dropout and the constants of batch norm.
///
/// @param shapes under torchvision's names
record ArchitectureFromShapes(Map<String, List<Integer>> shapes) {
    private static final double PAPER_COMPRESSION = 0.5;
    private static final int CIFAR_KERNEL = 3;
    private static final int IMAGENET_KERNEL = 7;

    /// @param batchNorm which shapes do not tell
    /// @throws IllegalArgumentException when a DenseNet cannot have these shapes; says which one is wrong
    DenseNetConfig infer(BatchNorm batchNorm) {
        List<Integer> layersPerBlock = new ArrayList<>();
        for (int block = 1; layers(block) > 0; block++) {
            layersPerBlock.add(layers(block));
        }
        if (layersPerBlock.isEmpty()) {
            throw new IllegalArgumentException("there is no " + convolution(1, 1, 1));
        }
        boolean bottleneck = shapes.containsKey(convolution(1, 1, 2));
        int growthRate = outputs(convolution(1, 1, bottleneck ? 2 : 1));
        return new DenseNetConfig(
                growthRate,
                layersPerBlock,
                bottleneck ? bottleneckFactor(growthRate) : 0,
                compression(layersPerBlock.size() - 1),
                stem(),
                batchNorm,
                0,
                shape("classifier.weight", 2).getFirst());
    }

    private int layers(int block) {
        int layers = 0;
        while (shapes.containsKey(convolution(block, layers + 1, 1))) {
            layers++;
        }
        return layers;
    }

    private static String convolution(int block, int layer, int number) {
        return "features.denseblock%d.denselayer%d.conv%d.weight".formatted(block, layer, number);
    }

    private int bottleneckFactor(int growthRate) {
        String name = convolution(1, 1, 1);
        int maps = outputs(name);
        if (maps % growthRate != 0) {
            throw new IllegalArgumentException(
                    "%s emits %d maps, which is no multiple of the growth rate %d".formatted(name, maps, growthRate));
        }
        return maps / growthRate;
    }

    /// Of all factors that give every transition its outputs: 1 or the paper's 0.5, otherwise the one with the
    /// fewest digits.
    private double compression(int transitions) {
        double least = 0;
        double below = Math.nextUp(1.0);
        for (int t = 1; t <= transitions; t++) {
            List<Integer> shape = shape(transition(t), 4);
            double inputs = shape.get(1);
            least = Math.max(least, shape.get(0) / inputs);
            below = Math.min(below, (shape.get(0) + 1) / inputs);
        }
        if (least <= 1 && 1 < below) {
            return 1;
        }
        if (least <= PAPER_COMPRESSION && PAPER_COMPRESSION < below) {
            return PAPER_COMPRESSION;
        }
        for (double scale = 10; scale <= 1e15; scale *= 10) {
            double candidate = Math.ceil(least * scale) / scale;
            if (candidate < below && candidate <= 1) {
                return candidate;
            }
        }
        throw new IllegalArgumentException("transitions do not all compress by the same factor");
    }

    private static String transition(int number) {
        return "features.transition" + number + ".conv.weight";
    }

    private Stem stem() {
        String name = "features.conv0.weight";
        List<Integer> shape = shape(name, 4);
        int kernel = shape.get(2);
        boolean normalised = shapes.containsKey("features.norm0.weight");
        if (kernel != (normalised ? IMAGENET_KERNEL : CIFAR_KERNEL)) {
            throw new IllegalArgumentException(
                    "%s has a kernel of %d and %s norm behind it; known are %d with one (ImageNet) and %d without (CIFAR)"
                            .formatted(name, kernel, normalised ? "a" : "no", IMAGENET_KERNEL, CIFAR_KERNEL));
        }
        return normalised
                ? new Stem.ImageNet(shape.get(1), shape.getFirst())
                : new Stem.Cifar(shape.get(1), shape.getFirst());
    }

    private int outputs(String convolution) {
        return shape(convolution, 4).getFirst();
    }

    private List<Integer> shape(String name, int dimensions) {
        List<Integer> shape = shapes.get(name);
        if (shape == null) {
            throw new IllegalArgumentException("there is no " + name);
        }
        if (shape.size() != dimensions || shape.stream().anyMatch(size -> size < 1)) {
            throw new IllegalArgumentException(
                    "%s: expected %d dimensions, found %s".formatted(name, dimensions, shape));
        }
        return shape;
    }
}
