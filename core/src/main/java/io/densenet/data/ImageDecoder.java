package io.densenet.data;

import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import java.awt.image.BufferedImage;
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
/// Reads whatever the installed ImageIO readers know: JPEG, PNG, BMP, GIF (its first picture, without the screen
/// around it if that is larger) and more.
/// Palettes are looked up, transparency is dropped without blending, colour profiles are not applied, CMYK and
/// YCCK are mixed by `(255 - C)(255 - K) / 255`. Two things are done that `convert` does not do: values of 16 bits
/// are divided by 257 and rounded, where Pillow clips grey ones to 255 and takes the upper byte of coloured ones;
/// and pictures are turned by their EXIF orientation, as by Pillow's `ImageOps.exif_transpose`.
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
        try (ImageInputStream input = new MemoryCacheImageInputStream(JpegColourProfile.removedFrom(stream))) {
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

    /// The values of a picture that is in memory already, as of a file without EXIF.
    ///
    /// @throws UnsupportedFormatException when the values are no grey or RGB, or no whole numbers of at most
    ///     16 bits
    public static Image of(BufferedImage picture) throws UnsupportedFormatException {
        return DecodedPixels.of(picture, Path.of("picture"));
    }

    private static Image decode(ImageReader reader, ImageInputStream input, Path name) throws IOException {
        Orientation orientation = ExifOrientation.of(input);
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
                    new MalformedFileException(name, "cannot be decoded, the file is damaged: " + reason(broken));
            malformed.initCause(broken);
            throw malformed;
        }
        if (truncated.get()) {
            throw new MalformedFileException(name, "cannot be decoded, the file is cut");
        }
        return orientation.upright(DecodedPixels.of(picture, name));
    }

    /// What the reader said, in one line.
    private static String reason(Exception broken) {
        String message = broken.getMessage();
        return message == null || message.isBlank()
                ? broken.getClass().getSimpleName()
                : message.lines().findFirst().orElse(message);
    }

    private static void refuseTooLarge(ImageReader reader, Path name) throws IOException {
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        if ((long) width * height > MOST_PIXELS) {
            throw new UnsupportedFormatException(
                    name, "is too large: %,d x %,d pixels, at most %,d".formatted(width, height, MOST_PIXELS));
        }
    }
}
