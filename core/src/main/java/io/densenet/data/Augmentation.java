package io.densenet.data;

/// Random changes of training images, drawn anew for each image in each epoch.
public sealed interface Augmentation {
    /// Images as they are.
    record None() implements Augmentation {}

    /// The paper's "standard" scheme for CIFAR (§4.1, the "+" columns): mirrored with probability ½, padded
    /// on each side and cropped back at a random place. The authors' code pads after normalisation with
    /// zeros, that is with the mean colour; many ports pad with black.
    ///
    /// @param padding pixels on each side; 4 in the paper
    /// @param colour  of the padding
    record Standard(int padding, PadColour colour) implements Augmentation {
        public Standard {
            if (padding < 0) {
                throw new IllegalArgumentException("padding must be 0 or positive, was " + padding);
            }
        }

        /// Padded with the mean colour, as in the authors' code.
        public Standard(int padding) {
            this(padding, PadColour.MEAN);
        }
    }

    /// What is put around an image.
    enum PadColour {
        /// 0 after normalisation
        MEAN,
        /// 0 before normalisation
        BLACK
    }

    /// The scheme of github.com/facebookarchive/fb.resnet.torch, which the paper takes for ImageNet (§4.1): a
    /// window of random size and proportions, brightness, contrast and saturation changed in random order,
    /// the colour of the light, mirrored with probability ½. See [PhotoDraw] for what exactly is drawn.
    ///
    /// @param leastArea of the window, as a part of the picture; 0.08 in that code
    /// @param jitter    how far brightness, contrast and saturation go from 1 on either side; 0.4
    /// @param lighting  standard deviation of the change along each of the three axes of colour; 0.1
    record ImageNet(double leastArea, double jitter, double lighting) implements Augmentation {
        /// The values of that code.
        public static final ImageNet OF_THE_PAPER = new ImageNet(0.08, 0.4, 0.1);

        public ImageNet {
            if (!(leastArea > 0 && leastArea <= 1) || !(jitter >= 0 && jitter <= 1) || !(lighting >= 0)) {
                throw new IllegalArgumentException(
                        "expected a least area in (0, 1], a jitter in [0, 1] and a lighting from 0 on, found %s, %s, %s"
                                .formatted(leastArea, jitter, lighting));
            }
        }
    }

    /// Refuses images that it is not made for.
    ///
    /// @param channels of the images, as the network sees them
    /// @throws IllegalArgumentException when this changes colours and there are none
    default void requireChannels(int channels) {
        boolean fits = switch (this) {
            case None _, Standard _ -> true;
            case ImageNet _ -> channels == 3;
        };
        if (!fits) {
            throw new IllegalArgumentException(
                    "the augmentation of ImageNet changes colours, and images of %d channel have none"
                            .formatted(channels));
        }
    }
}
