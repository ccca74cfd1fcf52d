package io.densenet.analysis;

import io.densenet.arch.DenseBlock;
import io.densenet.arch.DenseLayer;
import io.densenet.arch.DenseNet;
import io.densenet.arch.TransitionLayer;
import io.densenet.weights.StateDict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// How much each layer of a trained network uses the maps of each layer before it (§5, "Feature reuse",
/// Figure 5).
///
/// Sources of a block are its input (0) and its layers (1, 2, …); targets are its layers and what reads the
/// whole block: the transition behind it, or the classifier. The convolution of a target that reads the
/// concatenation has a weight of [outputs, inputs, kernel, kernel] (the 1×1 of a bottleneck, the 3×3 of a
/// plain layer, the classifier's matrix). Its inputs are cut by source, k0 | k | k | …, and the value of a
/// cell is the L1 norm of its slice divided by the number of weights in it: the mean absolute weight.
/// Slices of different width, kernels of different size and targets with different numbers of outputs can
/// so be compared.
///
/// The paper divides by "the number of input feature-maps" and shows 0 to 1 without saying how the values
/// got there. Within one target the two normalisations differ by a constant; here values are left as they
/// are.
public record FeatureReuse(Weighting weighting, List<Block> blocks) {
    /// Which weights are looked at.
    public enum Weighting {
        /// The convolution's own, as in the paper.
        RAW,
        /// Each input's weights times |γ| of the batch norm in front of the convolution. Behind that norm a
        /// map has deviation |γ|, so this is what a source contributes; the raw weight says nothing of a map
        /// that the norm scales to nearly nothing.
        FOLDED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// What reads.
    public enum Kind {
        LAYER,
        TRANSITION,
        CLASSIFIER
    }

    /// One column of a map.
    ///
    /// @param name    torchvision's path of the convolution or linear layer
    /// @param weights mean absolute weight given to each source it reads, the block's input first: l + 1 of
    ///                them for the layer with l layers before it
    public record Target(Kind kind, String name, List<Double> weights) {
        public Target {
            weights = List.copyOf(weights);
        }
    }

    /// The map of one dense block.
    ///
    /// @param name    torchvision's path
    /// @param targets its layers, first layer first, and then what reads the whole block
    public record Block(String name, List<Target> targets) {
        public Block {
            targets = List.copyOf(targets);
        }

        /// The dense layers alone.
        public List<Target> layers() {
            return targets.subList(0, targets.size() - 1);
        }

        /// The transition behind the block, or the classifier.
        public Target last() {
            return targets.getLast();
        }
    }

    public FeatureReuse {
        blocks = List.copyOf(blocks);
    }

    /// Measures a network.
    ///
    /// @param weights that fit the network
    /// @throws IllegalArgumentException when a weight is missing
    public static FeatureReuse of(DenseNet network, StateDict weights, Weighting weighting) {
        List<Block> blocks = new ArrayList<>();
        for (int b = 0; b < network.blocks().size(); b++) {
            DenseBlock block = network.blocks().get(b);
            List<Target> targets = new ArrayList<>();
            for (int l = 0; l < block.layers().size(); l++) {
                DenseLayer layer = block.layers().get(l);
                targets.add(target(
                        Kind.LAYER,
                        layer.name() + ".conv1",
                        layer.name() + ".norm1",
                        block,
                        l + 1,
                        weights,
                        weighting));
            }
            int sources = block.layers().size() + 1;
            if (b < network.transitions().size()) {
                TransitionLayer transition = network.transitions().get(b);
                targets.add(target(
                        Kind.TRANSITION,
                        transition.name() + ".conv",
                        transition.name() + ".norm",
                        block,
                        sources,
                        weights,
                        weighting));
            } else {
                targets.add(
                        target(Kind.CLASSIFIER, "classifier", "features.norm5", block, sources, weights, weighting));
            }
            blocks.add(new Block(block.name(), targets));
        }
        return new FeatureReuse(weighting, blocks);
    }

    private static Target target(
            Kind kind,
            String convolution,
            String norm,
            DenseBlock block,
            int sources,
            StateDict weights,
            Weighting weighting) {
        float[] values = weights.floats(convolution + ".weight");
        float @Nullable [] gamma = switch (weighting) {
            case RAW -> null;
            case FOLDED -> weights.floats(norm + ".weight");
        };
        int inputs = block.inputChannels() + (sources - 1) * block.growthRate();
        double[] ofInput = absoluteSums(values, inputs, outputs(weights, convolution), gamma);
        int weightsOfInput = values.length / inputs;
        List<Double> means = IntStream.range(0, sources)
                .mapToObj(source -> {
                    int first = source == 0 ? 0 : block.inputChannels() + (source - 1) * block.growthRate();
                    int end = block.inputChannels() + source * block.growthRate();
                    double sum = IntStream.range(first, end)
                            .mapToDouble(i -> ofInput[i])
                            .sum();
                    return sum / ((double) (end - first) * weightsOfInput);
                })
                .toList();
        return new Target(kind, convolution, means);
    }

    private static int outputs(StateDict weights, String convolution) {
        String name = convolution + ".weight";
        return Objects.requireNonNull(weights.entries().get(name), name).shape().getFirst();
    }

    /// Sum of |w|, or |γ·w|, over outputs and kernel for each input.
    ///
    /// @param values [outputs, inputs, kernel, kernel] or [outputs, inputs]
    private static double[] absoluteSums(float[] values, int inputs, int outputs, float @Nullable [] gamma) {
        int kernelArea = values.length / inputs / outputs;
        double[] sums = new double[inputs];
        for (int i = 0; i < values.length; i++) {
            sums[i / kernelArea % inputs] += Math.abs(values[i]);
        }
        if (gamma != null) {
            for (int i = 0; i < inputs; i++) {
                sums[i] *= Math.abs(gamma[i]);
            }
        }
        return sums;
    }

    /// One line for each cell, with a title: `block,source,target,kind,weight`. Blocks, layers and sources
    /// count from 1, source 0 is the block's input, and what reads the whole block is the target behind its
    /// last layer.
    public String csv() {
        StringBuilder csv = new StringBuilder("block,source,target,kind,weight\n");
        for (int b = 0; b < blocks.size(); b++) {
            List<Target> targets = blocks.get(b).targets();
            for (int t = 0; t < targets.size(); t++) {
                Target target = targets.get(t);
                for (int s = 0; s < target.weights().size(); s++) {
                    csv.append(String.format(
                            Locale.ROOT,
                            "%d,%d,%d,%s,%.9g\n",
                            b + 1,
                            s,
                            t + 1,
                            target.kind().name().toLowerCase(Locale.ROOT),
                            target.weights().get(s)));
                }
            }
        }
        return csv.toString();
    }
}
