package io.densenet.data;

import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/// Turns a picture file into 8-bit grey or RGB values, as Pillow's `convert("L")` or `convert("RGB")` would.
///
/// Reads whatever the installed ImageIO readers know: JPEG, PNG, BMP, GIF (its first picture) and more.
/// Palettes are looked up, of 16 bits the upper 8 are kept, transparency is dropped without blending. Like
/// Pillow, it does not turn pictures by their EXIF orientation.
public final class ImageDecoder {
    /// A picture with more pixels is refused before it is decoded; the limit is Pillow's, which calls larger
    /// ones a "decompression bomb".
    public static final int MOST_PIXELS = 89_478_485;

    private ImageDecoder() {}

    /// Decodes a file.
    ///
    /// @throws UnsupportedFormatException when no reader knows the format, or the picture is too large
    /// @throws MalformedFileException     when the file is damaged
    public static Image decode(Path file) throws IOException {
        try (InputStream stream = Files.newInputStream(file)) {
            return decode(stream, file);
        }
    }

    /// Decodes from a stream that need not be a file.
    ///
    /// @param name for messages
    /// @throws UnsupportedFormatException when no reader knows the format, or the picture is too large
    /// @throws MalformedFileException     when the picture is damaged
    public static Image decode(InputStream stream, Path name) throws IOException {
        try (ImageInputStream input = new MemoryCacheImageInputStream(stream)) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(input);
            if (!readers.hasNext()) {
                throw new UnsupportedFormatException(name, "is no picture in a known format (JPEG, PNG, BMP, GIF)");
            }
            ImageReader reader = readers.next();
            try {
                return decode(reader, input, name);
            } finally {
                reader.dispose();
            }
        }
    }

    private static Image decode(ImageReader reader, ImageInputStream input, Path name) throws IOException {
        AtomicBoolean truncated = new AtomicBoolean();
        BufferedImage picture;
        try {
            reader.setInput(input, true, true);
            refuseTooLarge(reader, name);
            reader.addIIOReadWarningListener((_, warning) -> {
                if (warning.startsWith("Truncated")) { // the JDK's JPEG reader fills up with grey and goes on
                    truncated.set(true);
                }
            });
            picture = reader.read(0);
        } catch (UnsupportedFormatException refused) {
            throw refused;
        } catch (IOException | RuntimeException broken) { // the readers throw all kinds at damaged files
            MalformedFileException malformed =
                    new MalformedFileException(name, "cannot be decoded, the file is damaged: " + broken.getMessage());
            malformed.initCause(broken);
            throw malformed;
        }
        if (truncated.get()) {
            throw new MalformedFileException(name, "cannot be decoded, the file is cut");
        }
        return toImage(picture);
    }

    private static void refuseTooLarge(ImageReader reader, Path name) throws IOException {
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        if ((long) width * height > MOST_PIXELS) {
            throw new UnsupportedFormatException(
                    name, "is too large: %,d x %,d pixels, at most %,d".formatted(width, height, MOST_PIXELS));
        }
    }

    private static Image toImage(BufferedImage picture) {
        if (picture.getColorModel() instanceof IndexColorModel palette) {
            return lookUp(picture.getRaster(), palette);
        }
        // Values are taken from the raster: getRGB() would bend grey through a linear colour space.
        Raster raster = picture.getRaster();
        int bands = raster.getNumBands();
        int channels = bands < 3 ? 1 : 3; // a second or a fourth band is transparency
        int height = raster.getHeight();
        int width = raster.getWidth();
        int[] bits = raster.getSampleModel().getSampleSize();
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

    private static int toEightBits(int value, int bits) {
        return bits >= 8 ? value >> (bits - 8) : value * 255 / ((1 << bits) - 1);
    }

    /// A palette of greys gives a grey image, as it is how ImageIO delivers grey with fewer than 8 bits.
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
