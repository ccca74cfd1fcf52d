package io.densenet.data;

import java.io.IOException;
import java.util.List;
import java.util.Objects;

/// Some of the images of another data set, in a given order, with all of its classes.
public final class Subset implements ImageDataset {
    private final ImageDataset whole;
    private final int[] indices;

    /// The images at these positions.
    ///
    /// @param indices positions in `whole`, in the order of this subset
    public Subset(ImageDataset whole, int... indices) {
        for (int index : indices) {
            Objects.checkIndex(index, whole.size());
        }
        this.whole = whole;
        this.indices = indices.clone();
    }

    @Override
    public int size() {
        return indices.length;
    }

    @Override
    public Task task() {
        return whole.task();
    }

    @Override
    public int label(int index) {
        return whole.label(indices[index]);
    }

    @Override
    public float[] targets(int index) {
        return whole.targets(indices[index]);
    }

    @Override
    public Image image(int index) throws IOException {
        return whole.image(indices[index]);
    }

    @Override
    public List<String> classNames() {
        return whole.classNames();
    }
}
