package io.densenet.app.plot;

import io.densenet.data.Image;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;

/// Small pictures in rows, each with two lines below it.
final class ContactSheet implements Picture {
    /// One picture.
    ///
    /// @param image  of a size that [#fitted] gives
    /// @param first  line below it
    /// @param second line below that
    record Entry(Image image, String first, String second) {}

    private static final int COLUMNS = 5;
    private static final int MARGIN = 20;
    private static final int SIDE = 156;
    private static final int GAP = 14;
    private static final int WORDS = 46;
    private static final int HEAD = 52;
    private static final Color TEXT = new Color(0x333333);
    private static final Color WRONG = new Color(0xB3261E);

    private final List<Entry> entries;
    private final List<BufferedImage> pictures;
    private final String title;
    private final Font font;

    ContactSheet(List<Entry> entries, String title, Font font) {
        this.entries = entries;
        this.title = title;
        this.font = font;
        this.pictures = entries.stream().map(entry -> Pixels.of(entry.image())).toList();
    }

    /// In the largest size that the cell has room for.
    static Image fitted(Image image) {
        double scale = (double) PictureFile.PIXELS * SIDE / Math.max(image.height(), image.width());
        return Pixels.scaled(image, Math.max(1, (int) Math.round(scale * image.height())), Math.max(1, (int)
                Math.round(scale * image.width())));
    }

    @Override
    public int width() {
        return 2 * MARGIN + COLUMNS * SIDE + (COLUMNS - 1) * GAP;
    }

    @Override
    public int height() {
        return HEAD + Math.ceilDiv(entries.size(), COLUMNS) * (SIDE + WORDS + GAP) + MARGIN - GAP;
    }

    @Override
    public void paint(Graphics2D graphics) {
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, width(), height());
        graphics.setColor(TEXT);
        Pixels.text(graphics, font.deriveFont(Font.BOLD, 17f), title, MARGIN, 32, width() - 2 * MARGIN);
        Font words = font.deriveFont(13f);
        for (int i = 0; i < entries.size(); i++) {
            int left = MARGIN + i % COLUMNS * (SIDE + GAP);
            int top = HEAD + i / COLUMNS * (SIDE + WORDS + GAP);
            BufferedImage picture = pictures.get(i);
            int width = picture.getWidth() / PictureFile.PIXELS;
            int height = picture.getHeight() / PictureFile.PIXELS;
            graphics.drawImage(picture, left + (SIDE - width) / 2, top + (SIDE - height) / 2, width, height, null);
            graphics.setColor(TEXT);
            Pixels.text(graphics, words, entries.get(i).first(), left, top + SIDE + 17, SIDE);
            graphics.setColor(WRONG);
            Pixels.text(graphics, words, entries.get(i).second(), left, top + SIDE + 35, SIDE);
        }
    }
}
