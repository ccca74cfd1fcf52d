package io.densenet.cpu.kernel;

/// Lines of pixels × channels inside an array, in any order: what a line of tiles is made of. Like [Rows], but a
/// line may stand anywhere, so one of zeros can stand for all that is above and below an image.
///
/// @param data   holds them, and more
/// @param starts where each line begins
/// @param pitch  from one pixel to the next, at least the channels
/// @param width  pixels of each line
public record Lines(float[] data, int[] starts, int pitch, int width) {
    private static final int TILE = 4;

    /// Tiles of 4×4 that cover the width, the last one in part.
    public int tiles() {
        return (width + TILE - 1) / TILE;
    }
}
