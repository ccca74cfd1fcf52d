package io.densenet.data;

import io.densenet.random.RandomStream;
import java.util.List;

/// The way of one image into a batch: number of channels, size, normalisation, then the random changes of
/// training.
///
/// Immutable and thread-safe.
public final class Transforms {
    private static final int CHANNELS_OF_COLOUR = 3;

    /// A picture that is longer for its width loses its ends before it is scaled, so that a line of pixels
    /// cannot become a picture that fills the memory.
    private static final int LONGEST_PROPORTION = 32;

    private final Preprocessing preprocessing;
    private final float[][] normalized; // of each channel and each of the 256 levels
    private final float[] meanColour; // of each channel, normalised: zeros

    public Transforms(Preprocessing preprocessing) {
        this.preprocessing = preprocessing;
        this.normalized = normalizedLevels(preprocessing.normalization());
        this.meanColour = new float[preprocessing.channels()];
    }

    /// Values that one image takes in a batch: C × H × W.
    public int valuesPerImage() {
        return preprocessing.channels() * preprocessing.height() * preprocessing.width();
    }

    /// Prepares an image as it is, for evaluation and prediction.
    ///
    /// @param out    receives C × H × W values from `offset` on
    public void apply(Image image, float[] out, int offset) {
        apply(image, List.of(View.CENTRE), out, offset);
    }

    /// The part of an image that [#apply(Image, float\[\], int)] shows the network, in the image's own pixels and
    /// the network's number of channels: for pictures of what the network does with it.
    public Image seen(Image image) {
        Image own = withChannels(image, preprocessing.channels());
        return switch (preprocessing.fit()) {
            case Fit.Stretch _ -> own;
            case Fit.Square _ -> middleSquare(own);
            case Fit.ShortSide side -> {
                Image part = withoutEnds(own);
                double scale = (double) Math.min(part.height(), part.width()) / side.pixels();
                int height = Math.clamp(Math.round(scale * preprocessing.height()), 1, part.height());
                int width = Math.clamp(Math.round(scale * preprocessing.width()), 1, part.width());
                yield cut(part, (part.height() - height) / 2, (part.width() - width) / 2, height, width);
            }
        };
    }

    /// Prepares several windows of one image.
    ///
    /// @param out    receives C × H × W values for each view, in their order, from `offset` on
    public void apply(Image image, List<View> views, float[] out, int offset) {
        Image scaled = scaled(withChannels(image, preprocessing.channels()), preprocessing);
        int at = offset;
        for (View view : views) {
            place(cut(scaled, view, preprocessing), new Placement(view.mirrored(), 0, 0), meanColour, out, at);
            at += valuesPerImage();
        }
    }

    /// Prepares an image for training.
    ///
    /// @param random the source of the random changes; make one for each image and epoch, so that the result
    ///               does not depend on the order in which images are prepared
    /// @param out    receives C × H × W values from `offset` on
    /// @throws IllegalArgumentException when the augmentation is not made for that number of channels
    public void apply(Image image, Augmentation augmentation, RandomStream random, float[] out, int offset) {
        switch (augmentation) {
            case Augmentation.None _ -> apply(image, out, offset);
            case Augmentation.Standard standard -> {
                Image fitted = scaled(withChannels(image, preprocessing.channels()), preprocessing);
                float[] padding = switch (standard.colour()) {
                    case MEAN -> meanColour;
                    case BLACK -> black();
                };
                Placement placement = Placement.random(standard.padding(), random);
                place(cut(fitted, View.CENTRE, preprocessing), placement, padding, out, offset);
            }
            case Augmentation.ImageNet photo -> {
                augmentation.requireChannels(preprocessing.channels());
                Image coloured = withChannels(image, CHANNELS_OF_COLOUR);
                PhotoDraw.of(photo, coloured.height(), coloured.width(), random)
                        .apply(coloured, preprocessing, out, offset);
            }
        }
    }

    /// The same picture with another number of channels: grey is repeated, colours are mixed by ITU-R 601-2
    /// luma `0.299 R + 0.587 G + 0.114 B` in 16-bit fixed point, which is Pillow's `convert("L")` to the bit.
    ///
    /// @param channels 1 or 3
    static Image withChannels(Image image, int channels) {
        if (image.channels() == channels) {
            return image;
        }
        int size = image.height() * image.width();
        byte[] from = image.pixels();
        byte[] to = new byte[Math.multiplyExact(size, channels)];
        if (image.channels() == 1 && channels == 3) {
            for (int i = 0; i < size; i++) {
                to[3 * i] = from[i];
                to[3 * i + 1] = from[i];
                to[3 * i + 2] = from[i];
            }
        } else if (image.channels() == 3 && channels == 1) {
            for (int i = 0; i < size; i++) {
                int red = from[3 * i] & 0xFF;
                int green = from[3 * i + 1] & 0xFF;
                int blue = from[3 * i + 2] & 0xFF;
                to[i] = (byte) ((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16);
            }
        } else {
            throw new IllegalArgumentException(
                    "cannot turn an image of %d channels into one of %d".formatted(image.channels(), channels));
        }
        return new Image(channels, image.height(), image.width(), to);
    }

    /// The image in the size that views are cut out of.
    static Image scaled(Image image, Preprocessing preprocessing) {
        return switch (preprocessing.fit()) {
            case Fit.Stretch stretch ->
                Resize.to(image, preprocessing.height(), preprocessing.width(), stretch.interpolation());
            case Fit.Square square -> {
                Image part = middleSquare(image);
                yield Resize.to(part, preprocessing.height(), preprocessing.width(), square.interpolation());
            }
            case Fit.ShortSide side -> {
                int shorter = Math.min(image.height(), image.width());
                Image part = withoutEnds(image);
                yield Resize.to(
                        part,
                        (int) ((long) part.height() * side.pixels() / shorter),
                        (int) ((long) part.width() * side.pixels() / shorter),
                        side.interpolation());
            }
        };
    }

    private static Image middleSquare(Image image) {
        int side = Math.min(image.height(), image.width());
        return cut(image, image.height() / 2 - side / 2, image.width() / 2 - side / 2, side, side);
    }

    private static Image withoutEnds(Image image) {
        int shorter = Math.min(image.height(), image.width());
        int most = (int) Math.min((long) shorter * LONGEST_PROPORTION, Integer.MAX_VALUE);
        int height = Math.min(image.height(), most);
        int width = Math.min(image.width(), most);
        return cut(image, (image.height() - height) / 2, (image.width() - width) / 2, height, width);
    }

    /// The window of a scaled image that a view shows; not mirrored yet.
    static Image cut(Image scaled, View view, Preprocessing preprocessing) {
        int height = preprocessing.height();
        int width = preprocessing.width();
        Fit.HalfPixel halfPixel =
                preprocessing.fit() instanceof Fit.ShortSide side ? side.halfPixel() : Fit.HalfPixel.UP;
        int top = view.place().top(scaled.height() - height, halfPixel);
        int left = view.leftBeforeMirroring(scaled.width() - width, halfPixel);
        return cut(scaled, top, left, height, width);
    }

    /// A part of an image; the same object when it is the whole.
    static Image cut(Image image, int top, int left, int height, int width) {
        if (height == image.height() && width == image.width()) {
            return image;
        }
        int row = width * image.channels();
        byte[] part = new byte[Math.multiplyExact(height, row)];
        for (int y = 0; y < height; y++) {
            int from = ((top + y) * image.width() + left) * image.channels();
            System.arraycopy(image.pixels(), from, part, y * row, row);
        }
        return new Image(image.channels(), height, width, part);
    }

    /// Writes the image as planes of normalised values.
    ///
    /// @param padding of each channel, for what the placement pushes in from outside
    private void place(Image image, Placement placement, float[] padding, float[] out, int offset) {
        int channels = image.channels();
        int height = image.height();
        int width = image.width();
        byte[] pixels = image.pixels();
        int at = offset;
        for (int c = 0; c < channels; c++) {
            float[] levels = normalized[c];
            int from = preprocessing.order().stored(c, channels);
            for (int y = 0; y < height; y++) {
                int fromY = y + placement.down;
                for (int x = 0; x < width; x++) {
                    int shifted = x + placement.right;
                    int fromX = placement.mirrored ? width - 1 - shifted : shifted;
                    boolean inside = fromY >= 0 && fromY < height && fromX >= 0 && fromX < width;
                    out[at++] = inside ? levels[pixels[(fromY * width + fromX) * channels + from] & 0xFF] : padding[c];
                }
            }
        }
    }

    private float[] black() {
        float[] black = new float[normalized.length];
        for (int c = 0; c < black.length; c++) {
            black[c] = normalized[c][0];
        }
        return black;
    }

    private static float[][] normalizedLevels(Normalization normalization) {
        float[][] levels = new float[normalization.channels()][256];
        for (int c = 0; c < levels.length; c++) {
            for (int level = 0; level < 256; level++) {
                levels[c][level] =
                        (float) ((level / 255.0 - normalization.mean().get(c))
                                / normalization.deviation().get(c));
            }
        }
        return levels;
    }

    /// Where the window of the crop lies over the (mirrored) image, in pixels; negative is into the padding.
    private record Placement(boolean mirrored, int down, int right) {
        static Placement random(int padding, RandomStream random) {
            boolean mirrored = random.nextBoolean();
            int down = random.nextInt(2 * padding + 1) - padding;
            int right = random.nextInt(2 * padding + 1) - padding;
            return new Placement(mirrored, down, right);
        }
    }
}
