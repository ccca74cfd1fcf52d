package io.densenet.torch;

import io.densenet.arch.Graph;
import io.densenet.arch.Node;
import io.densenet.arch.Op;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.DataPtr;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.StorageImpl;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorBase;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.VoidTensorHook;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/// Training in memory that grows with the depth and not with its square (Pleiss et al., arXiv:1707.06990).
///
/// What grows with the square is each concatenation and its normalised copy, which autograd keeps for the
/// backward pass. Here their memory is given back as soon as the convolution behind them has run.
/// Autograd's own graph stays as it is: when the gradient of that convolution's output is there, and before
/// the convolution's backward pass reads its input, both are computed again into the tensors that autograd
/// holds.
///
///     forward    concatenate, normalise, rectify, convolve; then free all but the last
///     backward   the gradient of the output arrives; concatenate, normalise, rectify again; then convolve back
///
/// The convolution itself does not run twice, nor does dropout, which stands behind it, and the second
/// normalisation is given no running statistics to move. The same operations on the same inputs give the
/// same bits.
final class Recomputation {
    private static final long CHANNELS = 1;

    /// A concatenation that one norm reads, whose output one ReLU reads, whose output one operation reads.
    ///
    /// @param reader the operation, a convolution or the pooling of the head
    private record Chain(Node concatenation, int concatenationPosition, Node norm, int relu, int reader) {}

    /// A chain whose maps were freed.
    ///
    /// @param inputs       of the concatenation, which stay in memory: each is there once whatever the depth
    /// @param concatenated the handle whose memory is empty
    /// @param rectified    the same, behind norm and ReLU
    private record Freed(Chain chain, Tensor[] inputs, Tensor concatenated, Tensor rectified) {
        void forget() {
            concatenated.deallocate();
            rectified.deallocate();
            for (Tensor input : inputs) {
                input.deallocate();
            }
        }
    }

    /// Called by autograd with the gradient of a reader's output. They come in the opposite order of the
    /// forward pass: nothing of an earlier chain can have its gradient before the later one is done.
    private final class Refill extends VoidTensorHook {
        @Override
        public void call(TensorBase gradient) {
            if (refilled != null) {
                refilled.forget();
            }
            refilled = freed.pop();
            refill(refilled);
        }
    }

    private final Map<Integer, Chain> byReader = new HashMap<>();
    private final Set<Integer> toHold = new HashSet<>();
    private final Map<Integer, Tensor> held = new HashMap<>();
    private final Deque<Freed> freed = new ArrayDeque<>();
    private final TorchParameters parameters;
    private final Device device;
    private final Refill hook;
    private @Nullable Freed refilled;

    /// For one forward and backward pass, within a pointer scope that ends behind both.
    Recomputation(Graph graph, TorchParameters parameters, TorchOptions options) {
        this.parameters = parameters;
        this.device = new Device(options.device());
        this.hook = new Refill();
        for (Chain chain : chains(graph)) {
            if (options.frozen().holds(chain.norm().name())) {
                continue; // autograd keeps nothing of it
            }
            byReader.put(chain.reader(), chain);
            toHold.addAll(chain.concatenation().inputs());
            toHold.addAll(List.of(chain.concatenationPosition(), chain.relu()));
        }
    }

    private static List<Chain> chains(Graph graph) {
        List<Node> nodes = graph.nodes();
        int[] readers = new int[nodes.size()];
        int[] lastReader = new int[nodes.size()];
        for (int n = 0; n < nodes.size(); n++) {
            for (int input : nodes.get(n).inputs()) {
                readers[input]++;
                lastReader[input] = n;
            }
        }
        return IntStream.range(0, nodes.size())
                .filter(n -> nodes.get(n).op() instanceof Op.Concatenation && readers[n] == 1)
                .filter(n -> nodes.get(lastReader[n]).op() instanceof Op.BatchNormalization)
                .filter(n -> readers[lastReader[n]] == 1)
                .filter(n -> nodes.get(lastReader[lastReader[n]]).op() instanceof Op.Relu)
                .filter(n -> readers[lastReader[lastReader[n]]] == 1)
                .mapToObj(n -> {
                    int norm = lastReader[n];
                    int relu = lastReader[norm];
                    return new Chain(nodes.get(n), n, nodes.get(norm), relu, lastReader[relu]);
                })
                .toList();
    }

    /// Tells of a node that has just run, before any of the maps it reads is let go.
    ///
    /// @param maps of all nodes that are still held, by position
    void ran(int position, Tensor[] maps) {
        if (toHold.contains(position)) {
            held.put(position, new Tensor(maps[position]));
        }
        Chain chain = byReader.get(position);
        if (chain != null) {
            Tensor concatenated = hold(chain.concatenationPosition());
            Tensor rectified = hold(chain.relu());
            Tensor[] inputs = chain.concatenation().inputs().stream()
                    .map(input -> new Tensor(hold(input)))
                    .toArray(Tensor[]::new);
            maps[position].register_hook(hook);
            free(concatenated);
            free(rectified);
            freed.push(new Freed(chain, inputs, new Tensor(concatenated), new Tensor(rectified)));
        }
    }

    private Tensor hold(int position) {
        return Objects.requireNonNull(held.get(position));
    }

    /// Lets go of what only the forward pass needed. Call it between the two passes.
    void forwardEnded() {
        held.values().forEach(Tensor::deallocate);
        held.clear();
    }

    private void free(Tensor tensor) {
        storage(tensor).set_data_ptr_noswap(new DataPtr(new Pointer(), device));
    }

    private void refill(Freed maps) {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Node norm = maps.chain().norm();
            Op.BatchNormalization settings = (Op.BatchNormalization) norm.op();
            Tensor concatenated = torch.cat(new TensorVector(maps.inputs()), CHANNELS);
            Tensor rectified = torch.batch_norm(
                    concatenated,
                    new TensorOptional(parameters.get(norm.name() + ".weight")),
                    new TensorOptional(parameters.get(norm.name() + ".bias")),
                    new TensorOptional(),
                    new TensorOptional(),
                    /*training=*/ true,
                    settings.settings().momentum(),
                    settings.settings().epsilon(),
                    /*cudnn_enabled=*/ true);
            torch.relu_(rectified);
            move(concatenated, maps.concatenated());
            move(rectified, maps.rectified());
        }
    }

    /// Gives the memory of one tensor to another of the same shape and layout.
    private void move(Tensor from, Tensor to) {
        DataPtr memory = storage(from).set_data_ptr(new DataPtr(new Pointer(), device));
        storage(to).set_data_ptr_noswap(memory);
    }

    private static StorageImpl storage(Tensor tensor) {
        return tensor.storage().unsafeGetStorageImpl();
    }
}
