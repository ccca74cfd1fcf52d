package io.densenet.data;

/// One window of the network's size that is cut out of an image after it was scaled, see [Fit]. An image that
/// is stretched has the network's size itself, so that all windows of it are the same.
///
/// @param place    of the window; where the image is mirrored, in the mirrored image
/// @param mirrored whether the whole image is mirrored, left to right, before the window is cut
public record View(Place place, boolean mirrored) {
    /// What is shown where nobody asks for more.
    public static final View CENTRE = new View(Place.CENTRE, false);

    /// Where a window lies.
    public enum Place {
        /// in the middle; half a pixel that cannot be shared goes where [Fit.HalfPixel] says
        CENTRE,
        TOP_LEFT,
        TOP_RIGHT,
        BOTTOM_LEFT,
        BOTTOM_RIGHT;

        /// The first row of a window in an image that is `spare` rows higher.
        int top(int spare, Fit.HalfPixel halfPixel) {
            return switch (this) {
                case CENTRE -> halfPixel.before(spare);
                case TOP_LEFT, TOP_RIGHT -> 0;
                case BOTTOM_LEFT, BOTTOM_RIGHT -> spare;
            };
        }

        /// The first column of a window in an image that is `spare` columns wider.
        int left(int spare, Fit.HalfPixel halfPixel) {
            return switch (this) {
                case CENTRE -> halfPixel.before(spare);
                case TOP_LEFT, BOTTOM_LEFT -> 0;
                case TOP_RIGHT, BOTTOM_RIGHT -> spare;
            };
        }
    }

    /// The first column of the window in the image as it was before it was mirrored.
    int leftBeforeMirroring(int spare, Fit.HalfPixel halfPixel) {
        int left = place.left(spare, halfPixel);
        return mirrored ? spare - left : left;
    }
}
