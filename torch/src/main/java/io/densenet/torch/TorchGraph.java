package io.densenet.torch;

import io.densenet.arch.Graph;
import io.densenet.arch.Node;
import io.densenet.arch.Op;
import io.densenet.engine.DropoutMask;
import java.util.List;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/// Runs the operations of a [Graph] one after the other, as a PyTorch module would.
///
/// A map's handle is freed behind its last reader. While training, autograd keeps on its own what the
/// backward pass needs, and only that.
final class TorchGraph {
    private static final long CHANNELS = 1;

    private final List<Node> nodes;
    private final TorchParameters parameters;
    private final TorchOptions options;
    private final int[] readers;
    private final int[] lastReader;
    private final int[] dropoutNumber;

    TorchGraph(Graph graph, TorchParameters parameters, TorchOptions options) {
        this.nodes = graph.nodes();
        this.parameters = parameters;
        this.options = options;
        readers = new int[nodes.size()];
        lastReader = new int[nodes.size()];
        dropoutNumber = new int[nodes.size()];
        int dropouts = 0;
        for (int n = 0; n < nodes.size(); n++) {
            for (int input : nodes.get(n).inputs()) {
                readers[input]++;
                lastReader[input] = n;
            }
            if (nodes.get(n).op() instanceof Op.Dropout) {
                dropoutNumber[n] = dropouts++;
            }
        }
    }

    /// Logits, N × classes. Belongs to the caller's scope, as does all that autograd keeps for the backward
    /// pass.
    ///
    /// @param images        N × C × H × W on the device of the parameters
    /// @param recomputation hears of every node that has run; null when the maps stay
    Tensor logits(Tensor images, Mode mode, @Nullable Recomputation recomputation) {
        Tensor[] maps = new Tensor[nodes.size()];
        maps[0] = new Tensor(images);
        if (recomputation != null) {
            recomputation.ran(0, maps);
        }
        for (int n = 1; n < maps.length; n++) {
            Node node = nodes.get(n);
            maps[n] = run(n, node.inputs().stream().map(i -> maps[i]).toArray(Tensor[]::new), mode);
            if (recomputation != null) {
                recomputation.ran(n, maps);
            }
            for (int input : node.inputs()) {
                if (lastReader[input] == n) {
                    maps[input].deallocate();
                }
            }
        }
        return maps[maps.length - 1];
    }

    /// Always a handle of its own, even where it shares its memory with an input, so that each is freed on
    /// its own.
    private Tensor run(int position, Tensor[] inputs, Mode mode) {
        Node node = nodes.get(position);
        Tensor x = inputs[0];
        return switch (node.op()) {
            case Op.Input _ -> throw new IllegalArgumentException(node.name() + ": only the first node is an input");
            case Op.Convolution c -> convolution(node.name(), c, x);
            case Op.BatchNormalization n -> batchNormalization(node.name(), n, x, mode);
            case Op.Relu _ -> readers[node.inputs().getFirst()] == 1 ? reluInPlace(x) : torch.relu(x);
            case Op.Dropout d ->
                switch (mode) {
                    case Mode.Evaluation _ -> new Tensor(x);
                    case Mode.Training t -> x.mul(mask(dropoutNumber[position], d.rate(), x, t));
                };
            case Op.Concatenation _ -> torch.cat(new TensorVector(inputs), CHANNELS);
            case Op.MaxPooling p ->
                torch.max_pool2d(
                        x,
                        square(p.kernel()),
                        square(p.stride()),
                        square(p.padding()),
                        square(1),
                        /*ceil_mode=*/ false);
            case Op.AveragePooling p ->
                torch.avg_pool2d(
                        x,
                        square(p.kernel()),
                        square(p.stride()),
                        square(0),
                        /*ceil_mode=*/ false,
                        /*count_include_pad=*/ false,
                        new LongOptional());
            case Op.GlobalAveragePooling _ -> torch.adaptive_avg_pool2d(x, 1, 1);
            case Op.Linear _ ->
                torch.linear(
                        x.flatten(CHANNELS, -1),
                        parameters.get(node.name() + ".weight"),
                        new TensorOptional(parameters.get(node.name() + ".bias")));
        };
    }

    private Tensor convolution(String name, Op.Convolution convolution, Tensor x) {
        return torch.conv2d(
                x,
                parameters.get(name + ".weight"),
                convolution.bias() ? new TensorOptional(parameters.get(name + ".bias")) : new TensorOptional(),
                square(convolution.stride()),
                square(convolution.padding()),
                /*dilation=*/ square(1),
                /*groups=*/ 1);
    }

    /// In training this also moves the running mean and variance, the latter with the unbiased variance of
    /// the batch.
    private Tensor batchNormalization(String name, Op.BatchNormalization norm, Tensor x, Mode mode) {
        return torch.batch_norm(
                x,
                new TensorOptional(parameters.get(name + ".weight")),
                new TensorOptional(parameters.get(name + ".bias")),
                new TensorOptional(parameters.get(name + ".running_mean")),
                new TensorOptional(parameters.get(name + ".running_var")),
                mode instanceof Mode.Training,
                norm.settings().momentum(),
                norm.settings().epsilon(),
                /*cudnn_enabled=*/ true);
    }

    /// As torchvision does it: nobody else reads x, and neither batch norm nor convolution needs its own
    /// output for the backward pass.
    private static Tensor reluInPlace(Tensor x) {
        torch.relu_(x);
        return new Tensor(x);
    }

    /// Drawn in N × C × H × W order whatever the layout of x.
    private Tensor mask(int layer, double rate, Tensor x, Mode.Training step) {
        float[] mask = new float[Math.toIntExact(x.numel())];
        DropoutMask.fill(step.seed(), step.index(), layer, rate, 0, mask, mask.length);
        return Tensors.placed(Tensors.of(mask, mask.length).view_as(x), options);
    }

    private static long[] square(long side) {
        return new long[] {side, side};
    }
}
