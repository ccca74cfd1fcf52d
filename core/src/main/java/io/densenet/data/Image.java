package io.densenet.data;

/// One decoded image, 8 bits a channel.
///
/// @param channels 1 (grey) or 3 (red, green, blue)
/// @param pixels   H × W × C, row-major, values 0–255
public record Image(int channels, int height, int width, byte[] pixels) {
    public Image {
        if (pixels.length != Math.multiplyExact(Math.multiplyExact(channels, height), width)) {
            throw new IllegalArgumentException(
                    "%d bytes are not an image of %dx%dx%d".formatted(pixels.length, channels, height, width));
        }
    }
}
