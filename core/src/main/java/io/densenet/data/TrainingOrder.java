package io.densenet.data;

import io.densenet.random.RandomStream;
import io.densenet.random.RandomStream.Purpose;

/// The random order of the images in one epoch of training, and where to start in it. A function of its
/// components alone: whoever resumes in the middle of an epoch sees the rest of it exactly as the uninterrupted
/// run would have.
///
/// @param seed       the seed of the whole run
/// @param epoch      from 0
/// @param firstBatch the first batch to deliver, from 0; the images of the batches before it are not touched
public record TrainingOrder(long seed, int epoch, int firstBatch) {
    public TrainingOrder {
        if (epoch < 0 || firstBatch < 0) {
            throw new IllegalArgumentException(
                    "epoch and first batch start at 0, were %d and %d".formatted(epoch, firstBatch));
        }
    }

    /// Positions in the data set, in the order of this epoch.
    int[] permutation(int size) {
        return RandomStream.of(seed, Purpose.SHUFFLE, epoch, 0).permutation(size);
    }

    /// The random numbers for the changes of one image in this epoch.
    RandomStream augmentation(int index) {
        return RandomStream.of(seed, Purpose.AUGMENTATION, epoch, index);
    }
}
