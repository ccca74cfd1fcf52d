package io.densenet.data;

/// How an image of any size becomes one of the network's size, where nothing is random: in tests, in
/// predictions, and in training without an augmentation that cuts for itself. Part of [Preprocessing], so it
/// travels with the weights.
public sealed interface Fit {
    /// Part of the scaled short side that the network sees, as the paper tests on ImageNet: 224 of 256 pixels
    /// (§4.4).
    double PART_OF_THE_PAPER = 0.875;

    /// Where the centre begins when an odd number of pixels is left over.
    enum HalfPixel {
        /// One pixel more is cut off before it than behind it, as in the authors' code.
        UP,
        /// Half the number is rounded to the even neighbour, as in torchvision's `CenterCrop`: of 5 pixels 2 are
        /// cut off before the centre, of 7 there are 4.
        EVEN;

        /// The pixels to cut off before the centre.
        int before(int spare) {
            return switch (this) {
                case UP -> Math.ceilDiv(spare, 2);
                case EVEN -> (int) Math.rint(spare / 2.0);
            };
        }
    }

    /// The same for inputs of another size: a short side keeps its proportion to them.
    ///
    /// @param side   the longer one of the new input
    /// @param before the longer one of the input that this is for
    default Fit scaled(int side, int before) {
        return switch (this) {
            case Stretch _, Square _ -> this;
            case ShortSide fit ->
                new ShortSide(
                        Math.toIntExact(Math.round((double) fit.pixels() * side / before)),
                        fit.interpolation(),
                        fit.halfPixel());
        };
    }

    /// Scaled to the size of the network's input, whatever its proportions were.
    record Stretch(Interpolation interpolation) implements Fit {
        /// Bilinear.
        public Stretch() {
            this(Interpolation.BILINEAR);
        }
    }

    /// The largest square in the middle is cut out and scaled to the size of the network's input. An odd pixel
    /// that is left over is cut off behind the square when its side is even and before it when it is odd, as
    /// torchxrayvision's `XRayCenterCrop` does.
    record Square(Interpolation interpolation) implements Fit {}

    /// Scaled until the short side has so many pixels, in its own proportions; then the centre is cut out.
    ///
    /// @param pixels        of the short side; at least the height and the width of the network's input
    /// @param interpolation bicubic in the paper's code
    /// @param halfPixel     where the centre lies when it falls between two pixels
    record ShortSide(int pixels, Interpolation interpolation, HalfPixel halfPixel) implements Fit {
        private static final int MOST_PIXELS = 1 << 12;

        /// With the centre of the authors' code.
        public ShortSide(int pixels, Interpolation interpolation) {
            this(pixels, interpolation, HalfPixel.UP);
        }

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
