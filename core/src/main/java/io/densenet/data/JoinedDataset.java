package io.densenet.data;

import java.io.IOException;
import java.util.List;
import java.util.Objects;

/// The images of one data set and then those of another with the same classes, without a copy.
public final class JoinedDataset implements ImageDataset {
    private final ImageDataset first;
    private final ImageDataset second;

    public JoinedDataset(ImageDataset first, ImageDataset second) {
        if (!first.classNames().equals(second.classNames())) {
            throw new IllegalArgumentException(
                    "the classes %s and %s are not the same".formatted(first.classNames(), second.classNames()));
        }
        if (first.task() != second.task()) {
            throw new IllegalArgumentException("%s and %s do not join".formatted(first.task(), second.task()));
        }
        this.first = first;
        this.second = second;
    }

    @Override
    public int size() {
        return Math.addExact(first.size(), second.size());
    }

    @Override
    public Task task() {
        return first.task();
    }

    @Override
    public int label(int index) {
        int behind = Objects.checkIndex(index, size()) - first.size();
        return behind < 0 ? first.label(index) : second.label(behind);
    }

    @Override
    public float[] targets(int index) {
        int behind = Objects.checkIndex(index, size()) - first.size();
        return behind < 0 ? first.targets(index) : second.targets(behind);
    }

    @Override
    public Image image(int index) throws IOException {
        int behind = Objects.checkIndex(index, size()) - first.size();
        return behind < 0 ? first.image(index) : second.image(behind);
    }

    @Override
    public List<String> classNames() {
        return first.classNames();
    }
}
