package io.densenet.data;

import io.densenet.error.UnsupportedFormatException;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.nio.file.Path;

/// From what ImageIO hands out to 8-bit grey or RGB, with Pillow's conversions.
///
/// Values are taken from the raster: `getRGB()` would bend grey through a linear colour space and obey colour
/// profiles, which Pillow's `convert` does not.
final class DecodedPixels {
    private static final int MOST_BITS = 16;

    private DecodedPixels() {}

    /// @throws UnsupportedFormatException when the values are no grey or RGB, or no whole numbers of at most 16 bits
    static Image of(BufferedImage picture, Path name) throws UnsupportedFormatException {
        if (picture.getColorModel() instanceof IndexColorModel palette) {
            return lookUp(picture.getRaster(), palette);
        }
        Raster raster = picture.getRaster();
        int bands = raster.getNumBands();
        int channels = bands < 3 ? 1 : 3; // a second or a fourth band is transparency
        int[] bits = raster.getSampleModel().getSampleSize();
        requireGreyOrRgb(picture, bits, name);
        int height = raster.getHeight();
        int width = raster.getWidth();
        byte[] pixels = new byte[Math.multiplyExact(height * width, channels)];
        int[] row = new int[width * bands];
        int at = 0;
        for (int y = 0; y < height; y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < channels; c++) {
                    pixels[at++] = (byte) toEightBits(row[x * bands + c], bits[c]);
                }
            }
        }
        return new Image(channels, height, width, pixels);
    }

    private static void requireGreyOrRgb(BufferedImage picture, int[] bits, Path name)
            throws UnsupportedFormatException {
        int space = picture.getColorModel().getColorSpace().getType();
        boolean known = space == ColorSpace.TYPE_GRAY || space == ColorSpace.TYPE_RGB;
        boolean whole = switch (picture.getRaster().getDataBuffer().getDataType()) {
            case DataBuffer.TYPE_BYTE, DataBuffer.TYPE_USHORT, DataBuffer.TYPE_INT -> true;
            default -> false;
        };
        for (int count : bits) {
            whole &= count <= MOST_BITS;
        }
        if (!known || !whole) {
            throw new UnsupportedFormatException(
                    name, "has pixels that are neither grey nor RGB of at most 16 bits; save it as PNG or JPEG");
        }
    }

    /// 16 bits are divided by 257 and rounded, so that black stays 0 and white becomes 255.
    private static int toEightBits(int value, int bits) {
        int most = (1 << bits) - 1;
        return switch (Integer.compare(bits, 8)) {
            case 0 -> value;
            case 1 -> (value * 255 + most / 2) / most;
            default -> value * 255 / most; // rounded down, as Pillow unpacks them
        };
    }

    /// A palette of greys gives a grey image, as it is how ImageIO delivers grey with fewer than 8 bits. What is
    /// transparent keeps the colour that the palette has for it.
    private static Image lookUp(Raster raster, IndexColorModel palette) {
        int[] colours = new int[palette.getMapSize()];
        palette.getRGBs(colours);
        boolean grey = true;
        for (int colour : colours) {
            grey &= (colour >> 16 & 0xFF) == (colour & 0xFF) && (colour >> 8 & 0xFF) == (colour & 0xFF);
        }
        int channels = grey ? 1 : 3;
        int height = raster.getHeight();
        int width = raster.getWidth();
        byte[] pixels = new byte[Math.multiplyExact(height * width, channels)];
        int[] row = new int[width];
        int at = 0;
        for (int y = 0; y < height; y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
            for (int index : row) {
                int colour = colours[Math.min(index, colours.length - 1)];
                for (int c = 0; c < channels; c++) {
                    pixels[at++] = (byte) (colour >> (16 - 8 * c));
                }
            }
        }
        return new Image(channels, height, width, pixels);
    }
}
