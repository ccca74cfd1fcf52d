package io.densenet.arch;

/// Shape of one image or feature map without the batch: channels × height × width. A vector is `channels × 1 × 1`.
public record Shape(int channels, int height, int width) {
    /// A thousand terabytes of floats. So far below 2⁶³ that a network can be counted in 64 bits.
    private static final double MOST_ELEMENTS = 0x1p48;

    public Shape {
        if (channels <= 0 || height <= 0 || width <= 0) {
            throw new IllegalArgumentException(
                    "shape must be positive in every direction, was %dx%dx%d".formatted(channels, height, width));
        }
        if ((double) channels * height * width > MOST_ELEMENTS) {
            throw new IllegalArgumentException(
                    "a shape of %dx%dx%d is larger than any memory".formatted(channels, height, width));
        }
    }

    /// Elements of one image: C·H·W. May be more than an array holds.
    public long elements() {
        return channels * pixels();
    }

    /// Pixels of one channel: H·W.
    public long pixels() {
        return (long) height * width;
    }

    /// Reads `CxHxW`, for example `3x224x224`.
    public static Shape parse(String text) {
        String[] parts = text.split("x", -1);
        try {
            if (parts.length == 3) {
                return new Shape(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
            }
        } catch (NumberFormatException e) {
            // told below, in the words of the one who typed it
        }
        throw new IllegalArgumentException("expected CxHxW, for example 3x32x32; found '" + text + "'");
    }

    @Override
    public String toString() {
        return channels + "x" + height + "x" + width;
    }
}
