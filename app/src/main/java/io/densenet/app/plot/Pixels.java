package io.densenet.app.plot;

import io.densenet.data.Image;
import io.densenet.data.Interpolation;
import io.densenet.data.Resize;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;

/// Pictures of a data set as they are put on a page.
final class Pixels {
    private static final String ELLIPSIS = "…";

    private Pixels() {}

    /// The image in another size, its pixels still to be seen when it grows.
    static Image scaled(Image image, int height, int width) {
        boolean grows = height >= image.height() && width >= image.width();
        return Resize.to(image, height, width, grows ? Interpolation.NEAREST : Interpolation.BILINEAR);
    }

    static BufferedImage of(Image image) {
        BufferedImage picture = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                picture.setRGB(x, y, level(image, y, x, 0) << 16 | level(image, y, x, 1) << 8 | level(image, y, x, 2));
            }
        }
        return picture;
    }

    /// A colour of a pixel, 0 to 255; grey has one for all.
    static int level(Image image, int y, int x, int colour) {
        int at = (y * image.width() + x) * image.channels();
        return image.pixels()[at + (image.channels() == 1 ? 0 : colour)] & 0xFF;
    }

    /// Draws one line, cut where it gets wider than there is room.
    static void text(Graphics2D graphics, Font font, String text, int x, int y, int width) {
        graphics.setFont(font);
        FontMetrics metrics = graphics.getFontMetrics();
        String shown = text;
        while (metrics.stringWidth(shown) > width && shown.length() > 1) {
            String kept = shown.endsWith(ELLIPSIS) ? shown.substring(0, shown.length() - 1) : shown;
            shown = kept.substring(0, kept.offsetByCodePoints(kept.length(), -1)) + ELLIPSIS;
        }
        graphics.drawString(shown, x, y);
    }
}
