package io.densenet.data;

/// What is done to every image before the network sees it; it travels with the weights. Images of another
/// size are fitted, grey ones repeated or colour ones mixed (ITU-R 601) to the wanted number of channels,
/// then normalised.
///
/// @param channels      1 or 3
/// @param height        of the network's input
/// @param width         of the network's input
/// @param normalization one mean and deviation for each channel, in the order in which the network reads them
/// @param fit           how images of another size get this one
/// @param order         of the colours
public record Preprocessing(
        int channels, int height, int width, Normalization normalization, Fit fit, ChannelOrder order) {
    public Preprocessing {
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException("images have 1 or 3 channels, not " + channels);
        }
        if (height <= 0 || width <= 0) {
            throw new IllegalArgumentException("images of %dx%d pixels".formatted(height, width));
        }
        if (channels != normalization.channels()) {
            throw new IllegalArgumentException(
                    "normalisation of %d channels for %d channels".formatted(normalization.channels(), channels));
        }
        if (channels == 1 && order != ChannelOrder.RGB) {
            throw new IllegalArgumentException("one channel has no order, but %s was given".formatted(order));
        }
        if (fit instanceof Fit.ShortSide side && side.pixels() < Math.max(height, width)) {
            throw new IllegalArgumentException(
                    "images of %dx%d cannot be cut out of a short side of %d".formatted(height, width, side.pixels()));
        }
    }

    /// Red first.
    public Preprocessing(int channels, int height, int width, Normalization normalization, Fit fit) {
        this(channels, height, width, normalization, fit, ChannelOrder.RGB);
    }

    /// For images that are stretched to the network's size.
    public Preprocessing(int channels, int height, int width, Normalization normalization) {
        this(channels, height, width, normalization, new Fit.Stretch());
    }

    public Preprocessing withFit(Fit other) {
        return new Preprocessing(channels, height, width, normalization, other, order);
    }

    public Preprocessing withOrder(ChannelOrder other) {
        return new Preprocessing(channels, height, width, normalization, fit, other);
    }
}
