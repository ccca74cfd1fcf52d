package io.densenet.data;

import io.densenet.random.RandomStream;

/// The way of one image into a batch: number of channels, size, normalisation, then the random changes of
/// training.
///
/// Immutable and thread-safe.
public final class Transforms {
    private static final Placement AS_IT_IS = new Placement(false, 0, 0);

    private final Preprocessing preprocessing;
    private final float[][] normalized; // of each channel and each of the 256 levels

    public Transforms(Preprocessing preprocessing) {
        this.preprocessing = preprocessing;
        this.normalized = normalizedLevels(preprocessing.normalization());
    }

    /// Values that one image takes in a batch: C × H × W.
    public int valuesPerImage() {
        return preprocessing.channels() * preprocessing.height() * preprocessing.width();
    }

    /// Prepares an image as it is, for evaluation and prediction.
    ///
    /// @param out    receives C × H × W values from `offset` on
    public void apply(Image image, float[] out, int offset) {
        place(fit(image), AS_IT_IS, out, offset);
    }

    /// Prepares an image for training.
    ///
    /// @param random the source of the random changes; make one for each image and epoch, so that the result
    ///               does not depend on the order in which images are prepared
    /// @param out    receives C × H × W values from `offset` on
    public void apply(Image image, Augmentation augmentation, RandomStream random, float[] out, int offset) {
        Placement placement = switch (augmentation) {
            case Augmentation.None _ -> AS_IT_IS;
            case Augmentation.Standard standard -> Placement.random(standard.padding(), random);
        };
        place(fit(image), placement, out, offset);
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

    private Image fit(Image image) {
        return Resize.bilinear(
                withChannels(image, preprocessing.channels()), preprocessing.height(), preprocessing.width());
    }

    /// Writes the image as planes of normalised values; what the placement pushes in from outside is 0.
    private void place(Image image, Placement placement, float[] out, int offset) {
        int channels = image.channels();
        int height = image.height();
        int width = image.width();
        byte[] pixels = image.pixels();
        int at = offset;
        for (int c = 0; c < channels; c++) {
            float[] levels = normalized[c];
            for (int y = 0; y < height; y++) {
                int fromY = y + placement.down;
                for (int x = 0; x < width; x++) {
                    int shifted = x + placement.right;
                    int fromX = placement.mirrored ? width - 1 - shifted : shifted;
                    boolean inside = fromY >= 0 && fromY < height && fromX >= 0 && fromX < width;
                    out[at++] = inside ? levels[pixels[(fromY * width + fromX) * channels + c] & 0xFF] : 0;
                }
            }
        }
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
