package io.densenet.data;

/// What is done to every image before the network sees it; it travels with the weights. Images of another size
/// are resized, grey ones repeated or colour ones mixed (ITU-R 601) to the wanted number of channels, then
/// normalised.
///
/// @param channels      1 or 3
/// @param height        of the network's input
/// @param width         of the network's input
/// @param normalization one mean and deviation for each channel
public record Preprocessing(int channels, int height, int width, Normalization normalization) {
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
    }
}
