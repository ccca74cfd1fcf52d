package io.densenet.data;

/// The curve under which [Resize] averages the input pixels around an output pixel.
///
/// Distances are in input pixels when the image grows, in output pixels when it shrinks.
public enum Interpolation {
    /// The input pixel that the centre of the output pixel lies in, and no other, however much the image
    /// shrinks.
    NEAREST(0.5) {
        @Override
        double height(double distance) {
            return 1;
        }
    },
    /// A triangle, one pixel wide on either side.
    BILINEAR(1) {
        @Override
        double height(double distance) {
            return Math.max(0, 1 - Math.abs(distance));
        }
    },
    /// Keys' cubic with a = −0.5, two pixels wide on either side; from one to two it is below zero, which
    /// sharpens edges. With Pillow's convolution, not the one of OpenCV and PyTorch, where a = −0.75.
    BICUBIC(2) {
        private static final double A = -0.5;

        @Override
        double height(double distance) {
            double x = Math.abs(distance);
            if (x < 1) {
                return ((A + 2) * x - (A + 3)) * x * x + 1;
            }
            return x < 2 ? (((x - 5) * x + 8) * x - 4) * A : 0;
        }
    };

    private final double support;

    Interpolation(double support) {
        this.support = support;
    }

    /// How far the curve reaches on either side.
    double support() {
        return support;
    }

    /// The curve itself, 1 at distance 0.
    abstract double height(double distance);
}
