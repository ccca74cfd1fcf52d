package io.densenet.data;

import io.densenet.random.RandomStream;
import io.densenet.random.RandomStream.Purpose;
import java.util.Arrays;

/// Training images split in two: those to train with and those held out to choose settings by (the paper holds
/// out 5,000 of CIFAR's 50,000, §4.1). The choice is plainly random, not balanced by class, and depends on the
/// seed alone; both parts keep the order of the whole.
///
/// @param train      what is left to train with
/// @param validation the images held out
public record HoldOut(ImageDataset train, ImageDataset validation) {

    /// Holds `count` images out.
    ///
    /// @param count from 1 to one less than there are images
    /// @param seed  the seed of the run
    public static HoldOut of(ImageDataset whole, int count, long seed) throws DatasetException {
        if (count < 1 || count >= whole.size()) {
            throw new DatasetException("cannot hold out %,d of %,d training images; the number must be from 1 to %,d"
                    .formatted(count, whole.size(), whole.size() - 1));
        }
        int[] order = RandomStream.of(seed, Purpose.SPLIT, 0, 0).permutation(whole.size());
        int[] heldOut = Arrays.copyOfRange(order, 0, count);
        int[] rest = Arrays.copyOfRange(order, count, order.length);
        Arrays.sort(heldOut);
        Arrays.sort(rest);
        return new HoldOut(new Subset(whole, rest), new Subset(whole, heldOut));
    }
}
