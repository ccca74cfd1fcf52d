package io.densenet.data;

/// How an image of any size becomes one of the network's size, where nothing is random: in tests, in
/// predictions, and in training without an augmentation that cuts for itself. Part of [Preprocessing], so it
/// travels with the weights.
public sealed interface Fit {
    /// Part of the scaled short side that the network sees, as the paper tests on ImageNet: 224 of 256 pixels
    /// (§4.4).
    double PART_OF_THE_PAPER = 0.875;

    /// Scaled to the size of the network's input, whatever its proportions were; bilinear.
    record Stretch() implements Fit {}

    /// Scaled until the short side has so many pixels, in its own proportions; then the centre is cut out.
    ///
    /// @param pixels        of the short side; at least the height and the width of the network's input
    /// @param interpolation bicubic in the paper's code
    record ShortSide(int pixels, Interpolation interpolation) implements Fit {
        private static final int MOST_PIXELS = 1 << 12;

        public ShortSide {
            if (pixels < 1 || pixels > MOST_PIXELS) {
                throw new IllegalArgumentException(
                        "a short side of %,d pixels; expected 1 to %,d".formatted(pixels, MOST_PIXELS));
            }
        }

        /// The short side of which an input of `side` pixels is `part`, as timm counts its `crop_pct`:
        /// rounded down.
        ///
        /// @param part in (0, 1]
        public static ShortSide of(int side, double part) {
            if (!(part > 0 && part <= 1)) {
                throw new IllegalArgumentException(
                        "the part of the short side that the network sees must lie in (0, 1], was " + part);
            }
            return new ShortSide((int) Math.min(side / part, Integer.MAX_VALUE), Interpolation.BICUBIC);
        }
    }
}
