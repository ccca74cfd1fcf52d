package io.densenet.train;

import io.densenet.data.ImageDataset;
import io.densenet.data.Task;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// How much the images of a class count in the loss.
public enum ClassWeighting {
    /// All the same.
    NONE,

    /// Each class as much as any other, however many images it has: those of class c count n / (K·n_c), where n_c of
    /// the n images are of it, and K classes have any. Their mean over all images is 1.
    BALANCED;

    /// The weights for some training images, by class; none when all images count the same. A class without
    /// images has weight 1.
    ///
    /// @throws IllegalArgumentException when the images may have several classes
    List<Double> weights(ImageDataset images) {
        return switch (this) {
            case NONE -> List.of();
            case BALANCED -> {
                if (images.task() == Task.MULTI_LABEL) {
                    throw new IllegalArgumentException(
                            "class weights are for images of one class each, these may have several");
                }
                int classes = images.classNames().size();
                int[] counts = new int[classes];
                for (int i = 0; i < images.size(); i++) {
                    counts[images.label(i)]++;
                }
                long present = IntStream.of(counts).filter(count -> count > 0).count();
                yield IntStream.of(counts)
                        .mapToObj(count -> count == 0 ? 1 : (double) images.size() / present / count)
                        .toList();
            }
        };
    }

    /// As it is typed.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
