package io.densenet.data;

/// Random changes of training images, drawn anew for each image in each epoch.
public sealed interface Augmentation {
    /// Images as they are.
    record None() implements Augmentation {}

    /// The paper's "standard" scheme for CIFAR (§4.1, the "+" columns): mirrored with probability ½, padded on
    /// each side and cropped back at a random place. The padding is zero after normalisation, that is the mean
    /// colour, as the authors' code has it (many ports pad with black).
    ///
    /// @param padding pixels on each side; 4 in the paper
    record Standard(int padding) implements Augmentation {
        public Standard {
            if (padding < 0) {
                throw new IllegalArgumentException("padding must be 0 or positive, was " + padding);
            }
        }
    }
}
