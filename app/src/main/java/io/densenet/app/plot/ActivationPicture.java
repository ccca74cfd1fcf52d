package io.densenet.app.plot;

import io.densenet.analysis.ClassActivation;
import io.densenet.data.Image;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;

/// What the network saw, and beside it where it found what speaks for a class: the same picture in grey under
/// the colours of the map.
final class ActivationPicture implements Picture {
    private static final int MARGIN = 20;
    private static final int LARGEST_SIDE = 480;
    private static final int SMALLEST_SIDE = 320;
    private static final int HEAD = 66;
    private static final int FOOT = 20;
    private static final int SCALE_WIDTH = 14;
    private static final int SCALE_SPACE = 70;
    private static final double PART_OF_THE_MAP = 0.6;
    private static final double DARKEST = 80; // grey below the colours, or they would look dark over black
    private static final Color TEXT = new Color(0x333333);
    private static final Color FAINT = new Color(0x666666);

    private final BufferedImage seen;
    private final BufferedImage overlay;
    private final int panelWidth;
    private final int panelHeight;
    private final String title;
    private final String subtitle;
    private final Font font;

    /// @param image    the part that the network saw, in its own pixels
    /// @param title    the class
    /// @param subtitle what else there is to say
    ActivationPicture(Image image, ClassActivation map, String title, String subtitle, Font font) {
        double longer = Math.max(image.height(), image.width());
        double side = Math.clamp(longer / PictureFile.PIXELS, SMALLEST_SIDE, LARGEST_SIDE);
        panelWidth = Math.max(1, (int) Math.round(side * image.width() / longer));
        panelHeight = Math.max(1, (int) Math.round(side * image.height() / longer));
        this.title = title;
        this.subtitle = subtitle;
        this.font = font;
        Image shown = Pixels.scaled(image, PictureFile.PIXELS * panelHeight, PictureFile.PIXELS * panelWidth);
        seen = Pixels.of(shown);
        overlay = overlay(shown, map);
    }

    private static BufferedImage overlay(Image image, ClassActivation map) {
        float most = 0;
        for (float value : map.values()) {
            most = Math.max(most, value);
        }
        BufferedImage overlay = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                double value = at(map, (y + 0.5) / image.height(), (x + 0.5) / image.width());
                Color colour = Viridis.of(most == 0 ? 0 : value / most);
                double grey = 0.299 * Pixels.level(image, y, x, 0)
                        + 0.587 * Pixels.level(image, y, x, 1)
                        + 0.114 * Pixels.level(image, y, x, 2);
                overlay.setRGB(
                        x,
                        y,
                        mixed(grey, colour.getRed()) << 16
                                | mixed(grey, colour.getGreen()) << 8
                                | mixed(grey, colour.getBlue()));
            }
        }
        return overlay;
    }

    private static int mixed(double grey, int colour) {
        double lifted = DARKEST + (255 - DARKEST) / 255 * grey;
        return (int) Math.round((1 - PART_OF_THE_MAP) * lifted + PART_OF_THE_MAP * colour);
    }

    /// The map between its pixels, bilinear.
    ///
    /// @param down  from 0 to 1 of the height
    /// @param right from 0 to 1 of the width
    static double at(ClassActivation map, double down, double right) {
        double y = Math.clamp(down * map.height() - 0.5, 0, map.height() - 1);
        double x = Math.clamp(right * map.width() - 0.5, 0, map.width() - 1);
        int top = (int) y;
        int left = (int) x;
        int bottom = Math.min(top + 1, map.height() - 1);
        int side = Math.min(left + 1, map.width() - 1);
        double upper = between(map, top, left, side, x - left);
        double lower = between(map, bottom, left, side, x - left);
        return upper + (y - top) * (lower - upper);
    }

    private static double between(ClassActivation map, int line, int left, int right, double part) {
        double value = map.values()[line * map.width() + left];
        return value + part * (map.values()[line * map.width() + right] - value);
    }

    @Override
    public int width() {
        return 3 * MARGIN + 2 * slot() + SCALE_SPACE;
    }

    /// Room for a panel; a narrow one leaves some for the words above it.
    private int slot() {
        return Math.max(panelWidth, SMALLEST_SIDE / 2);
    }

    @Override
    public int height() {
        return HEAD + panelHeight + FOOT;
    }

    @Override
    public void paint(Graphics2D graphics) {
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, width(), height());
        int room = width() - 2 * MARGIN;
        graphics.setColor(TEXT);
        Pixels.text(graphics, font.deriveFont(Font.BOLD, 17f), title, MARGIN, 30, room);
        graphics.setColor(FAINT);
        Pixels.text(graphics, font.deriveFont(13f), subtitle, MARGIN, 52, room);
        int second = 2 * MARGIN + slot();
        graphics.drawImage(seen, MARGIN, HEAD, panelWidth, panelHeight, null);
        graphics.drawImage(overlay, second, HEAD, panelWidth, panelHeight, null);
        scale(graphics, second + panelWidth + MARGIN / 2);
    }

    private void scale(Graphics2D graphics, int left) {
        for (int y = 0; y < panelHeight; y++) {
            graphics.setColor(Viridis.of(1 - (double) y / panelHeight));
            graphics.fillRect(left, HEAD + y, SCALE_WIDTH, 1);
        }
        graphics.setColor(FAINT);
        Font small = Fonts.standard().deriveFont(12f);
        Pixels.text(graphics, small, "most", left + SCALE_WIDTH + 6, HEAD + 11, SCALE_SPACE);
        Pixels.text(graphics, small, "none", left + SCALE_WIDTH + 6, HEAD + panelHeight - 1, SCALE_SPACE);
    }
}
