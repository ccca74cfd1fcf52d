package io.densenet.cpu;

import io.densenet.arch.DenseBlock;
import io.densenet.arch.DenseLayer;
import io.densenet.arch.DenseNet;
import io.densenet.arch.Shape;
import io.densenet.arch.TransitionLayer;
import io.densenet.cpu.kernel.Kernels;
import io.densenet.cpu.kernel.Rows;
import io.densenet.data.ImageBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// A network up to a block, with packed weights, for inference; or all of it but the head. Thread-safe: weights do
/// not change, and each image that is computed has memory of its own.
///
/// A batch of many images gives each thread images of its own; a few images are cut into bands for all threads.
/// Either way each output is one fixed chain of operations, so this does not show.
final class InferenceFront {
    /// Feature maps of one image.
    ///
    /// @param bottlenecks what stands between the halves of a layer, for each block
    private record Memory(FeatureMap stem, List<Features> blocks, List<Convolution3x3.Pixels> bottlenecks) {}

    private record Transition(TransitionLayer layer, FoldedNorm norm, WeightMatrix matrix, float[] weight) {}

    /// Who is given the maps of an image.
    interface Reader {
        /// Reads them; they are used for another image when it returns.
        ///
        /// @param image number in its batch
        /// @param maps  of each block that is run; then of the one behind them, if there is one, of which only
        ///              the first channels are there
        void read(int image, List<Features> maps);
    }

    private final Compute compute;
    private final Kernels kernels;
    private final DenseNet network;
    private final Resolutions resolutions;
    private final InferenceStem stem;
    private final List<List<InferenceLayer>> blocks = new ArrayList<>();
    private final List<Transition> transitions = new ArrayList<>();
    private final Queue<Memory> idle = new ConcurrentLinkedQueue<>();

    /// Packs the weights as they are now.
    ///
    /// @param count of the blocks to run, each with the transition behind it
    InferenceFront(Compute compute, NetworkState state, DenseNet network, Shape image, int count) {
        this.compute = compute;
        this.kernels = compute.kernels();
        this.network = network;
        double epsilon = network.config().batchNorm().epsilon();
        resolutions = Resolutions.of(network, image, 1);
        stem = new InferenceStem(kernels, state, network.config(), image, resolutions);
        for (int b = 0; b < count; b++) {
            List<InferenceLayer> layers = new ArrayList<>();
            for (DenseLayer layer : network.blocks().get(b).layers()) {
                layers.add(new InferenceLayer(compute, state, layer, resolutions.block(b), epsilon));
            }
            blocks.add(List.copyOf(layers));
        }
        for (int t = 0; t < Math.min(count, network.transitions().size()); t++) {
            TransitionLayer layer = network.transitions().get(t);
            var matrix = WeightMatrix.inputsByOutputs(
                    state.offset(layer.name() + ".conv.weight"), layer.inputChannels(), layer.outputChannels());
            var norm = FoldedNorm.of(state, layer.name() + ".norm", layer.inputChannels(), epsilon);
            transitions.add(new Transition(layer, norm, matrix, InferenceLayer.packed(matrix, state)));
        }
    }

    /// Runs all images of a batch and shows their maps to a reader, on any thread.
    void forEach(ImageBatch batch, Reader reader) {
        if (batch.size() >= compute.threads()) {
            compute.forEach(batch.size(), n -> run(batch, n, 1, reader));
        } else {
            for (int n = 0; n < batch.size(); n++) {
                run(batch, n, compute.threads(), reader);
            }
        }
    }

    private void run(ImageBatch batch, int image, int bands, Reader reader) {
        Memory memory = idle.poll();
        if (memory == null) {
            memory = memory();
        }
        stem.forward(
                compute, batch, image, bands, memory.stem(), memory.blocks().getFirst());
        for (int b = 0; b < blocks.size(); b++) {
            List<Chunk> chunks = Chunk.bands(resolutions.block(b), bands);
            Features block = memory.blocks().get(b);
            Convolution3x3.Pixels bottleneck = memory.bottlenecks().get(b);
            for (InferenceLayer layer : blocks.get(b)) {
                layer.forward(compute, bands, chunks, bottleneck, block);
            }
            if (b < transitions.size()) {
                transition(transitions.get(b), block, memory.blocks().get(b + 1), bands);
            }
        }
        reader.read(image, memory.blocks());
        idle.add(memory);
    }

    private Memory memory() {
        List<Features> maps = new ArrayList<>();
        for (int b = 0; b <= Math.min(blocks.size(), network.blocks().size() - 1); b++) {
            DenseBlock block = network.blocks().get(b);
            int layers = b < blocks.size() ? block.layers().size() : 0;
            maps.add(Features.of(resolutions.block(b), block.inputChannels(), block.growthRate(), layers));
        }
        List<Convolution3x3.Pixels> bottlenecks =
                blocks.stream().map(layers -> layers.getFirst().memory()).toList();
        return new Memory(stem.memory(), List.copyOf(maps), bottlenecks);
    }

    private void transition(Transition transition, Features from, Features to, int bands) {
        int inputs = transition.layer().inputChannels();
        int outputs = transition.layer().outputChannels();
        int pitch = BlockMemory.tilePitch(inputs);
        int width = from.grid().width();
        int pooledWidth = to.grid().width();
        compute.forEach(Chunk.bands(to.grid(), bands), (chunk, scratch) -> {
            Rows y = scratch.inputs(2 * width, pitch);
            Rows pooled = scratch.products(chunk.rows(), pitch);
            Rows result = scratch.bottleneck(chunk.rows(), transition.matrix().paddedColumns());
            for (int line = chunk.firstLine(); line < chunk.endLine(); line++) {
                transition.norm().rectify(kernels, from, inputs, 2 * line * width, 2 * width, y);
                Pooling.average(width, inputs, y, pooled.from((line - chunk.firstLine()) * pooledWidth));
            }
            kernels.product(chunk.rows(), inputs, pooled, transition.weight(), result.pitch(), result);
            to.write(0, outputs, chunk.firstRow(), chunk.rows(), result);
        });
    }
}
