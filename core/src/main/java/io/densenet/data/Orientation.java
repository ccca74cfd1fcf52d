package io.densenet.data;

/// How the rows and columns that a file stores lie in the picture as it was taken: the eight values of EXIF's
/// tag Orientation (CIPA DC-008, table "Orientation of image"), in its order from 1 to 8.
enum Orientation {
    UPRIGHT(false, false, false),
    MIRRORED(false, false, true),
    UPSIDE_DOWN(false, true, true),
    UPSIDE_DOWN_MIRRORED(false, true, false),
    ON_ITS_SIDE_MIRRORED(true, false, false),
    TURNED_LEFT(true, true, false),
    TURNED_LEFT_MIRRORED(true, true, true),
    TURNED_RIGHT(true, false, true);

    private final boolean exchanged;
    private final boolean bottomUp;
    private final boolean rightToLeft;

    /// @param exchanged   whether the rows of the picture are the stored columns
    /// @param bottomUp    whether the stored rows are counted from the last one
    /// @param rightToLeft whether the stored columns are counted from the last one
    Orientation(boolean exchanged, boolean bottomUp, boolean rightToLeft) {
        this.exchanged = exchanged;
        this.bottomUp = bottomUp;
        this.rightToLeft = rightToLeft;
    }

    /// What a file means by a value; what is none of the eight is taken for upright, as Pillow does.
    static Orientation of(int value) {
        return value >= 1 && value <= values().length ? values()[value - 1] : UPRIGHT;
    }

    /// The picture as it was taken; the same object when it is stored that way.
    Image upright(Image stored) {
        if (this == UPRIGHT) {
            return stored;
        }
        int channels = stored.channels();
        int height = exchanged ? stored.width() : stored.height();
        int width = exchanged ? stored.height() : stored.width();
        byte[] pixels = new byte[stored.pixels().length];
        int at = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int row = exchanged ? x : y;
                int column = exchanged ? y : x;
                int fromRow = bottomUp ? stored.height() - 1 - row : row;
                int fromColumn = rightToLeft ? stored.width() - 1 - column : column;
                int from = (fromRow * stored.width() + fromColumn) * channels;
                for (int c = 0; c < channels; c++) {
                    pixels[at++] = stored.pixels()[from + c];
                }
            }
        }
        return new Image(channels, height, width, pixels);
    }
}
