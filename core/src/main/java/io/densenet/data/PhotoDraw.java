package io.densenet.data;

import io.densenet.random.RandomStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What [Augmentation.ImageNet] does to one photograph in one epoch: first drawn, then applied, so that each
/// can be checked without the other.
///
/// Steps and their order are those of datasets/imagenet.lua and transforms.lua of
/// github.com/facebookarchive/fb.resnet.torch: window, colours, light, normalisation, mirror. Colours are
/// numbers from 0 to 1 and may leave that range. Scaling is Pillow's bicubic one, which smooths when it
/// shrinks; Torch's does not.
///
/// @param window   of the picture that is scaled to the network's size; null when ten draws found none that
///                 fits, then the short side is scaled to the size and the centre cut out
/// @param changes  of the colours, in the order in which they are done
/// @param light    what is added to red, green and blue
/// @param mirrored left to right
record PhotoDraw(@Nullable Window window, List<Change> changes, List<Double> light, boolean mirrored) {
    private static final int ATTEMPTS = 10;
    private static final double WIDEST = 4 / 3.0;

    /// Eigenvalues and eigenvectors (columns) of the colours of ImageNet's pixels, from the same code.
    private static final double[] EIGENVALUES = {0.2175, 0.0188, 0.0045};

    private static final double[][] EIGENVECTORS = {
        {-0.5675, 0.7192, 0.4009}, {-0.5808, -0.0045, -0.8140}, {-0.5836, -0.6948, 0.4203}
    };

    /// A part of a picture, in its pixels.
    record Window(int top, int left, int height, int width) {}

    /// A property of the colours.
    enum Property {
        /// mixed with black
        BRIGHTNESS,
        /// mixed with the mean grey of the picture
        CONTRAST,
        /// mixed with its own grey
        SATURATION
    }

    /// @param factor part of the picture in the mix; above 1 the mix goes away from grey
    record Change(Property property, double factor) {}

    PhotoDraw {
        changes = List.copyOf(changes);
        light = List.copyOf(light);
    }

    /// Draws for a picture of that size.
    static PhotoDraw of(Augmentation.ImageNet augmentation, int height, int width, RandomStream random) {
        Window window = window(augmentation.leastArea(), height, width, random);
        List<Change> changes = new ArrayList<>();
        for (int number : random.permutation(Property.values().length)) {
            double factor = uniform(1 - augmentation.jitter(), 1 + augmentation.jitter(), random);
            changes.add(new Change(Property.values()[number], factor));
        }
        double[] alphas = new double[EIGENVALUES.length];
        for (int axis = 0; axis < alphas.length; axis++) {
            alphas[axis] = augmentation.lighting() * random.nextGaussian();
        }
        return new PhotoDraw(window, changes, light(alphas), random.nextBoolean());
    }

    /// Area and proportions uniform, upright or lying with probability ½, then a place for it.
    private static @Nullable Window window(double leastArea, int height, int width, RandomStream random) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            double area = uniform(leastArea, 1, random) * height * width;
            double proportion = uniform(1 / WIDEST, WIDEST, random);
            int across = (int) Math.round(Math.sqrt(area * proportion));
            int down = (int) Math.round(Math.sqrt(area / proportion));
            boolean turned = random.nextBoolean();
            int wide = Math.max(1, turned ? down : across);
            int high = Math.max(1, turned ? across : down);
            if (high <= height && wide <= width) {
                return new Window(random.nextInt(height - high + 1), random.nextInt(width - wide + 1), high, wide);
            }
        }
        return null;
    }

    /// What a step of so many eigenvalues along each axis of colour adds to red, green and blue.
    static List<Double> light(double... alphas) {
        List<Double> light = new ArrayList<>();
        for (double[] colour : EIGENVECTORS) {
            double sum = 0;
            for (int axis = 0; axis < alphas.length; axis++) {
                sum += colour[axis] * alphas[axis] * EIGENVALUES[axis];
            }
            light.add(sum);
        }
        return light;
    }

    private static double uniform(double from, double to, RandomStream random) {
        return from + (to - from) * random.nextDouble();
    }

    /// Applies what was drawn.
    ///
    /// @param picture of three channels
    /// @param out     receives C × H × W normalised values from `offset` on
    void apply(Image picture, Preprocessing preprocessing, float[] out, int offset) {
        int height = preprocessing.height();
        int width = preprocessing.width();
        Image cut = cut(picture, preprocessing);
        float[] colours = new float[cut.pixels().length];
        for (int i = 0; i < colours.length; i++) {
            colours[i] = (cut.pixels()[i] & 0xFF) / 255f;
        }
        changes.forEach(change -> apply(change, colours));
        int channels = cut.channels();
        for (int c = 0; c < channels; c++) {
            int colour = preprocessing.order().stored(c, channels);
            float shift = (float)
                    (light.get(colour) - preprocessing.normalization().mean().get(c));
            float scale = (float) (1 / preprocessing.normalization().deviation().get(c));
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    int from = (y * width + (mirrored ? width - 1 - x : x)) * channels + colour;
                    out[offset++] = (colours[from] + shift) * scale;
                }
            }
        }
    }

    private Image cut(Image picture, Preprocessing preprocessing) {
        if (window != null) {
            Image part = Transforms.cut(picture, window.top, window.left, window.height, window.width);
            return Resize.to(part, preprocessing.height(), preprocessing.width(), Interpolation.BICUBIC);
        }
        Preprocessing whole = preprocessing.withFit(
                new Fit.ShortSide(Math.max(preprocessing.height(), preprocessing.width()), Interpolation.BICUBIC));
        return Transforms.cut(Transforms.scaled(picture, whole), View.CENTRE, whole);
    }

    private static void apply(Change change, float[] colours) {
        float factor = (float) change.factor;
        switch (change.property) {
            case BRIGHTNESS -> {
                for (int i = 0; i < colours.length; i++) {
                    colours[i] *= factor;
                }
            }
            case CONTRAST -> {
                double sum = 0;
                for (int i = 0; i < colours.length; i += 3) {
                    sum += grey(colours, i);
                }
                float rest = (1 - factor) * (float) (sum * 3 / colours.length);
                for (int i = 0; i < colours.length; i++) {
                    colours[i] = colours[i] * factor + rest;
                }
            }
            case SATURATION -> {
                for (int i = 0; i < colours.length; i += 3) {
                    float rest = (1 - factor) * grey(colours, i);
                    for (int c = i; c < i + 3; c++) {
                        colours[c] = colours[c] * factor + rest;
                    }
                }
            }
        }
    }

    private static float grey(float[] colours, int at) {
        return 0.299f * colours[at] + 0.587f * colours[at + 1] + 0.114f * colours[at + 2];
    }
}
