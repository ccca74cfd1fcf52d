package io.densenet.bench;

import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.pooling.Pool;
import io.densenet.arch.DenseBlock;
import io.densenet.arch.DenseLayer;
import io.densenet.arch.DenseNet;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.Stem;
import io.densenet.arch.TransitionLayer;
import java.util.List;

/// A DenseNet of DJL's blocks, as somebody who uses DJL would write it: every layer concatenates what it read
/// with what it made. The parameters come in torchvision's order.
final class DjlDenseNet {
    private final DenseNetConfig config;

    private DjlDenseNet(DenseNet network) {
        config = network.config();
    }

    static Block of(DenseNet network) {
        DjlDenseNet blocks = new DjlDenseNet(network);
        SequentialBlock all = new SequentialBlock();
        blocks.stem(all);
        for (int b = 0; b < network.blocks().size(); b++) {
            blocks.dense(all, network.blocks().get(b));
            if (b < network.transitions().size()) {
                blocks.transition(all, network.transitions().get(b));
            }
        }
        blocks.normRelu(all);
        all.add(Pool.globalAvgPool2dBlock());
        all.add(Linear.builder().setUnits(network.head().numClasses()).build());
        return all;
    }

    private void stem(SequentialBlock all) {
        switch (config.stem()) {
            case Stem.Cifar s -> all.add(convolution(s.initialChannels(), 3, 1));
            case Stem.ImageNet s -> {
                all.add(convolution(s.initialChannels(), 7, 2));
                normRelu(all);
                all.add(Pool.maxPool2dBlock(new Shape(3, 3), new Shape(2, 2), new Shape(1, 1)));
            }
        }
    }

    private void dense(SequentialBlock all, DenseBlock block) {
        for (DenseLayer layer : block.layers()) {
            SequentialBlock made = new SequentialBlock();
            normRelu(made);
            if (layer.hasBottleneck()) {
                made.add(convolution(layer.bottleneckChannels(), 1, 1));
                dropout(made);
                normRelu(made);
            }
            made.add(convolution(layer.growthRate(), 3, 1));
            dropout(made);
            all.add(new ParallelBlock(DjlDenseNet::concatenated, List.of(Blocks.identityBlock(), made)));
        }
    }

    private static NDList concatenated(List<NDList> parts) {
        return new NDList(NDArrays.concat(
                new NDList(parts.stream().map(NDList::singletonOrThrow).toList()), 1));
    }

    private void transition(SequentialBlock all, TransitionLayer transition) {
        normRelu(all);
        all.add(convolution(transition.outputChannels(), 1, 1));
        dropout(all);
        all.add(Pool.avgPool2dBlock(new Shape(2, 2), new Shape(2, 2)));
    }

    /// DJL's momentum is the weight of what was there before.
    private void normRelu(SequentialBlock block) {
        block.add(BatchNorm.builder()
                .optEpsilon((float) config.batchNorm().epsilon())
                .optMomentum((float) (1 - config.batchNorm().momentum()))
                .build());
        block.add(Activation.reluBlock());
    }

    private void dropout(SequentialBlock block) {
        if (config.dropRate() > 0) {
            block.add(Dropout.builder().optRate((float) config.dropRate()).build());
        }
    }

    private static Block convolution(int outputs, int kernel, int stride) {
        return Conv2d.builder()
                .setFilters(outputs)
                .setKernelShape(new Shape(kernel, kernel))
                .optStride(new Shape(stride, stride))
                .optPadding(new Shape(kernel / 2, kernel / 2))
                .optBias(false)
                .build();
    }
}
