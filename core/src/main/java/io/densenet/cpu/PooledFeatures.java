package io.densenet.cpu;

import io.densenet.arch.DenseNet;
import io.densenet.arch.Shape;
import io.densenet.cpu.kernel.Kernels;
import io.densenet.cpu.kernel.Rows;
import io.densenet.data.ImageBatch;
import java.util.List;

/// All of a network but its classifier, with packed weights, for inference. Thread-safe.
final class PooledFeatures {
    private final Kernels kernels;
    private final InferenceFront front;
    private final FoldedNorm norm5;
    private final int channels;

    /// Who is given the features of an image.
    interface Reader {
        /// Reads them.
        ///
        /// @param image    number in its batch
        /// @param maps     of each block; they are used for another image when it returns
        /// @param features behind the pooling
        void read(int image, List<Features> maps, float[] features);
    }

    /// Packs the weights as they are now.
    PooledFeatures(Compute compute, NetworkState state, DenseNet network, Shape image) {
        kernels = compute.kernels();
        front = new InferenceFront(
                compute, state, network, image, network.blocks().size());
        channels = network.head().inputChannels();
        norm5 = FoldedNorm.of(
                state, "features.norm5", channels, network.config().batchNorm().epsilon());
    }

    /// Runs all images of a batch and shows the features of each to a reader, on any thread.
    void forEach(ImageBatch batch, Reader reader) {
        front.forEach(batch, (image, maps) -> reader.read(image, maps, pooled(maps.getLast())));
    }

    /// The last norm.
    FoldedNorm norm() {
        return norm5;
    }

    private float[] pooled(Features x) {
        int width = x.grid().width();
        int pitch = BlockMemory.tilePitch(channels);
        float[] pooled = new float[channels];
        Rows y = new Rows(new float[width * pitch + Kernels.PANEL], 0, pitch);
        for (int line = 0; line < x.grid().height(); line++) {
            norm5.rectify(kernels, x, channels, line * width, width, y);
            Pooling.addRows(width, channels, y, pooled, 0);
        }
        for (int c = 0; c < channels; c++) {
            pooled[c] /= x.grid().pixels();
        }
        return pooled;
    }
}
