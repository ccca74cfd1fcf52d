package io.densenet.torch;

import io.densenet.arch.Graph;
import io.densenet.arch.Node;
import io.densenet.arch.Op;
import io.densenet.engine.DropPath;
import io.densenet.engine.DropoutMask;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/// Runs the operations of a [Graph] one after the other, as a PyTorch module would.
///
/// A map's handle is freed behind its last reader. While training, autograd keeps on its own what the
/// backward pass needs, and only that. What nobody reads is not computed: companions when the network is
/// used, and while training what stochastic depth or drop-path leaves out of a step.
final class TorchGraph {
    private static final long CHANNELS = 1;

    /// Never freed on the way.
    private static final int CALLER = Integer.MAX_VALUE;

    private final Graph graph;
    private final List<Node> nodes;
    private final TorchParameters parameters;
    private final TorchOptions options;
    private final int[] readers;
    private final int[] dropoutNumber;
    private final int[] pathNumber;

    TorchGraph(Graph graph, TorchParameters parameters, TorchOptions options) {
        this.graph = graph;
        this.nodes = graph.nodes();
        this.parameters = parameters;
        this.options = options;
        readers = new int[nodes.size()];
        dropoutNumber = new int[nodes.size()];
        pathNumber = new int[nodes.size()];
        int dropouts = 0;
        int depths = 0;
        int joins = 0;
        for (int n = 0; n < nodes.size(); n++) {
            for (int input : nodes.get(n).inputs()) {
                readers[input]++;
            }
            switch (nodes.get(n).op()) {
                case Op.Dropout _ -> dropoutNumber[n] = dropouts++;
                case Op.StochasticDepth _ -> pathNumber[n] = ++depths;
                case Op.Join _ -> pathNumber[n] = ++joins;
                default -> {}
            }
        }
    }

    /// What a forward pass made. Belongs to the caller's scope, as does all that autograd keeps for the
    /// backward pass.
    ///
    /// @param logits     N × classes
    /// @param companions N × classes each, in the order of the graph; empty in evaluation
    /// @param ran        which nodes took part
    record Outputs(Tensor logits, List<Tensor> companions, BitSet ran) {}

    /// The logits, and what one node made, whose memory nothing behind it reuses. Both belong to the caller's
    /// scope.
    record Seen(Tensor logits, Tensor features) {}

    /// Runs the network in evaluation and keeps what the node at a position makes.
    ///
    /// @param images N × C × H × W on the device of the parameters
    Seen look(Tensor images, int position) {
        Mode mode = new Mode.Evaluation();
        readers[position]++; // the caller: no ReLU behind it may overwrite it
        try {
            Plan plan = plan(mode);
            need(plan, position);
            Tensor[] maps = run(images, mode, plan, null);
            return new Seen(maps[maps.length - 1], maps[position]);
        } finally {
            readers[position]--;
        }
    }

    /// Runs the network.
    ///
    /// @param images        N × C × H × W on the device of the parameters
    /// @param recomputation hears of every node that has run; null when the maps stay
    Outputs run(Tensor images, Mode mode, @Nullable Recomputation recomputation) {
        Plan plan = plan(mode);
        Tensor[] maps = run(images, mode, plan, recomputation);
        List<Tensor> companions = companions(mode).stream()
                .map(companion -> maps[companion.node()])
                .toList();
        return new Outputs(maps[maps.length - 1], companions, plan.ran);
    }

    /// What each node made; freed behind its last reader.
    private Tensor[] run(Tensor images, Mode mode, Plan plan, @Nullable Recomputation recomputation) {
        Tensor[] maps = new Tensor[nodes.size()];
        maps[0] = new Tensor(images);
        if (recomputation != null) {
            recomputation.ran(0, maps);
        }
        for (int n = plan.ran.nextSetBit(1); n >= 0; n = plan.ran.nextSetBit(n + 1)) {
            Tensor[] inputs =
                    Arrays.stream(plan.reads[n]).mapToObj(i -> maps[i]).toArray(Tensor[]::new);
            maps[n] = run(n, inputs, isFrozen(n) ? new Mode.Evaluation() : mode);
            if (recomputation != null) {
                recomputation.ran(n, maps);
            }
            for (int input : plan.reads[n]) {
                if (plan.lastReader[input] == n) {
                    maps[input].deallocate();
                }
            }
        }
        return maps;
    }

    private boolean isFrozen(int position) {
        return options.frozen().holds(nodes.get(position).name());
    }

    private List<Graph.Companion> companions(Mode mode) {
        return switch (mode) {
            case Mode.Evaluation _ -> List.of();
            case Mode.Training _ -> graph.companions();
        };
    }

    /// What one forward pass computes.
    ///
    /// @param ran        the nodes that somebody needs
    /// @param reads      the inputs that each of them takes
    /// @param lastReader behind which a map is no longer needed
    private record Plan(BitSet ran, int[][] reads, int[] lastReader) {}

    /// From the outputs back to the image, along what is not left out.
    private Plan plan(Mode mode) {
        Plan plan = new Plan(new BitSet(nodes.size()), new int[nodes.size()][], new int[nodes.size()]);
        need(plan, nodes.size() - 1);
        companions(mode).forEach(companion -> need(plan, companion.node()));
        for (int n = nodes.size() - 1; n > 0; n--) {
            if (plan.ran.get(n)) {
                plan.reads[n] = reads(n, mode);
                for (int input : plan.reads[n]) {
                    plan.ran.set(input);
                    plan.lastReader[input] = Math.max(plan.lastReader[input], n);
                }
            }
        }
        return plan;
    }

    private static void need(Plan plan, int output) {
        plan.ran.set(output);
        plan.lastReader[output] = CALLER;
    }

    /// The inputs that a node takes in this pass.
    private int[] reads(int position, Mode mode) {
        Node node = nodes.get(position);
        IntStream all = node.inputs().stream().mapToInt(Integer::intValue);
        return switch (mode) {
            case Mode.Evaluation _ -> all.toArray();
            case Mode.Training t ->
                switch (node.op()) {
                    case Op.Addition _ ->
                        all.filter(input -> survives(input, t)).toArray();
                    case Op.Join j -> {
                        boolean[] taken = DropPath.taken(
                                t.seed(),
                                t.index(),
                                pathNumber[position],
                                j,
                                node.inputs().size());
                        yield IntStream.range(0, taken.length)
                                .filter(i -> taken[i])
                                .map(i -> node.inputs().get(i))
                                .toArray();
                    }
                    default -> all.toArray();
                };
        };
    }

    private boolean survives(int position, Mode.Training step) {
        return !(nodes.get(position).op() instanceof Op.StochasticDepth depth)
                || DropPath.survives(step.seed(), step.index(), pathNumber[position], depth);
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
            case Op.Relu _ -> mayOverwrite(node.inputs().getFirst()) ? reluInPlace(x) : torch.relu(x);
            case Op.Sigmoid _ -> torch.sigmoid(x);
            case Op.Complement _ -> torch.rsub(x, new Scalar(1.0f));
            case Op.Addition _ -> sum(inputs);
            case Op.Product _ -> Arrays.stream(inputs).skip(1).reduce(x, Tensor::mul);
            case Op.StochasticDepth d ->
                switch (mode) {
                    case Mode.Evaluation _ -> x.mul(new Scalar((float) d.survival()));
                    case Mode.Training _ -> new Tensor(x);
                };
            case Op.Join _ -> inputs.length == 1 ? new Tensor(x) : sum(inputs).mul(new Scalar(1.0f / inputs.length));
            case Op.ChannelPadding p -> torch.constant_pad_nd(x, 0, 0, 0, 0, 0, p.outputChannels() - x.size(CHANNELS));
            case Op.Flatten _ -> x.flatten(CHANNELS, -1);
            case Op.Dropout d ->
                switch (mode) {
                    case Mode.Evaluation _ -> new Tensor(x);
                    case Mode.Training t -> x.mul(mask(dropoutNumber[position], d.rate(), x, t));
                };
            case Op.Concatenation _ -> torch.cat(new TensorVector(inputs), CHANNELS);
            case Op.MaxPooling p ->
                torch.max_pool2d(
                        x, square(p.kernel()), square(p.stride()), square(p.padding()), square(1), p.roundUp());
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

    /// Always a handle of its own.
    private static Tensor sum(Tensor[] inputs) {
        return inputs.length == 1
                ? new Tensor(inputs[0])
                : Arrays.stream(inputs).skip(2).reduce(inputs[0].add(inputs[1]), Tensor::add);
    }

    /// As torchvision does it: nobody else reads x, and neither batch norm nor convolution needs its own
    /// output for the backward pass.
    private boolean mayOverwrite(int input) {
        Op op = nodes.get(input).op();
        return readers[input] == 1 && (op instanceof Op.Convolution || op instanceof Op.BatchNormalization);
    }

    private static Tensor reluInPlace(Tensor x) {
        torch.relu_(x);
        return new Tensor(x);
    }

    /// Drawn in N × C × H × W order whatever the layout of x.
    private Tensor mask(int layer, double rate, Tensor x, Mode.Training step) {
        float[] mask = new float[Math.toIntExact(x.numel())];
        DropoutMask.of(step.seed(), step.index(), layer, rate).fill(0, mask, mask.length);
        return Tensors.placed(Tensors.of(mask, mask.length).view_as(x), options);
    }

    private static long[] square(long side) {
        return new long[] {side, side};
    }
}
