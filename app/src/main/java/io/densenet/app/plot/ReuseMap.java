package io.densenet.app.plot;

import io.densenet.analysis.FeatureReuse;
import io.densenet.analysis.FeatureReuse.Block;
import io.densenet.analysis.FeatureReuse.Kind;
import io.densenet.analysis.FeatureReuse.Target;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.util.Locale;

/// Figure 5: a map for each dense block, one beside the other, and the scale of colours that they share.
/// Sources from top to bottom, the block's input first; targets from left to right, what reads the whole
/// block a little apart.
final class ReuseMap implements Picture {
    private static final int MARGIN = 24;
    private static final int TOP = 84;
    private static final int BOTTOM = 64;
    private static final int LEFT_OF_MAP = 52;
    private static final int RIGHT_OF_MAP = 28;
    private static final int APART = 6;
    private static final int LARGEST_MAP = 372;
    private static final int LARGEST_CELL = 30;
    private static final int SMALLEST_CELL = 4;
    private static final int TICK_PITCH = 22;
    private static final int SCALE_WIDTH = 18;
    private static final int SCALE_SPACE = 120;
    private static final int SCALE_TICKS = 5;
    private static final Color TEXT = new Color(0x333333);
    private static final Font PLAIN = Fonts.standard().deriveFont(13f);
    private static final Font SMALL = Fonts.standard().deriveFont(12f);
    private static final Font BOLD = Fonts.standard().deriveFont(Font.BOLD, 17f);

    private final FeatureReuse reuse;
    private final String title;
    private final Figures.Scale colours;
    private final int cell;
    private final int rows;
    private final double most;

    ReuseMap(FeatureReuse reuse, Figures.Scale colours, String title) {
        this.reuse = reuse;
        this.colours = colours;
        this.title = title;
        this.rows = reuse.blocks().stream()
                .mapToInt(block -> block.targets().size())
                .max()
                .orElse(1);
        this.cell = Math.clamp(LARGEST_MAP / rows, SMALLEST_CELL, LARGEST_CELL);
        this.most = switch (colours) {
            case FIGURE ->
                reuse.blocks().stream()
                        .flatMap(block -> block.targets().stream())
                        .mapToDouble(ReuseMap::largest)
                        .max()
                        .orElse(0);
            case TARGET -> 1;
        };
    }

    private static double largest(Target target) {
        return target.weights().stream().mapToDouble(weight -> weight).max().orElse(0);
    }

    /// From 0 to 1, where on the scale of colours a cell stands.
    private double part(Target target, int source) {
        double whole = switch (colours) {
            case FIGURE -> most;
            case TARGET -> largest(target);
        };
        return whole == 0 ? 0 : target.weights().get(source) / whole;
    }

    @Override
    public int width() {
        return 2 * MARGIN + reuse.blocks().stream().mapToInt(this::panelWidth).sum() + SCALE_SPACE;
    }

    @Override
    public int height() {
        return TOP + rows * cell + BOTTOM;
    }

    private int panelWidth(Block block) {
        return LEFT_OF_MAP + mapWidth(block) + RIGHT_OF_MAP;
    }

    private int mapWidth(Block block) {
        return block.targets().size() * cell + APART;
    }

    @Override
    public void paint(Graphics2D graphics) {
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, width(), height());
        text(graphics, BOLD, title, MARGIN, 34);
        int x = MARGIN;
        for (int b = 0; b < reuse.blocks().size(); b++) {
            Block block = reuse.blocks().get(b);
            panel(graphics, block, b + 1, x + LEFT_OF_MAP);
            x += panelWidth(block);
        }
        scale(graphics, x + MARGIN / 2);
    }

    private void panel(Graphics2D graphics, Block block, int number, int left) {
        centred(graphics, PLAIN, "Dense block " + number, left + mapWidth(block) / 2, TOP - 14);
        for (int t = 0; t < block.targets().size(); t++) {
            Target target = block.targets().get(t);
            int x = left + column(target, t);
            for (int s = 0; s < target.weights().size(); s++) {
                graphics.setColor(Viridis.of(part(target, s)));
                graphics.fillRect(x, TOP + s * cell, cell, cell);
            }
        }
        int bottom = TOP + block.targets().size() * cell;
        int every = every(block.targets().size());
        for (int s = 0; s < block.targets().size(); s += every) {
            String label = s == 0 ? "in" : Integer.toString(s);
            rightAligned(graphics, SMALL, label, left - 6, TOP + s * cell + cell / 2 + 4);
        }
        for (int t = 0; t < block.targets().size(); t++) {
            Target target = block.targets().get(t);
            int middle = left + column(target, t) + cell / 2;
            if (target.kind() != Kind.LAYER) {
                centred(graphics, SMALL, shortName(target.kind()), middle, bottom + 16);
            } else if (isLabelled(t, every, block.targets().size())) {
                centred(graphics, SMALL, Integer.toString(t + 1), middle, bottom + 16);
            }
        }
        centred(graphics, PLAIN, "target layer", left + mapWidth(block) / 2, bottom + 40);
        if (number == 1) {
            upwards(graphics, "source layer", left - 38, TOP + (bottom - TOP) / 2);
        }
    }

    /// Layers 1, 1 + every, … but none that would touch the label of the last column.
    private boolean isLabelled(int target, int every, int targets) {
        return target % every == 0 && (every == 1 || (targets - 1 - target) * cell >= TICK_PITCH);
    }

    private int column(Target target, int position) {
        return position * cell + (target.kind() == Kind.LAYER ? 0 : APART);
    }

    private static String shortName(Kind kind) {
        return switch (kind) {
            case LAYER -> "";
            case TRANSITION -> "T";
            case CLASSIFIER -> "C";
        };
    }

    private int every(int count) {
        int every = 1;
        while (every * cell < TICK_PITCH && every < count) {
            every += every < 2 ? 1 : every < 4 ? 2 : 4;
        }
        return every;
    }

    private void scale(Graphics2D graphics, int left) {
        int length = rows * cell;
        for (int y = 0; y < length; y++) {
            graphics.setColor(Viridis.of(1 - (double) y / (length - 1)));
            graphics.fillRect(left, TOP + y, SCALE_WIDTH, 1);
        }
        for (int tick = 0; tick < SCALE_TICKS; tick++) {
            double part = (double) tick / (SCALE_TICKS - 1);
            int y = TOP + (int) Math.round((1 - part) * (length - 1));
            graphics.setColor(TEXT);
            graphics.drawLine(left + SCALE_WIDTH, y, left + SCALE_WIDTH + 4, y);
            text(graphics, SMALL, number(part * most), left + SCALE_WIDTH + 8, y + 4);
        }
        String weight = switch (reuse.weighting()) {
            case RAW -> "mean |w|";
            case FOLDED -> "mean |γ·w|";
        };
        String what = switch (colours) {
            case FIGURE -> weight;
            case TARGET -> weight + " / max";
        };
        text(graphics, PLAIN, what, left - 8, TOP - 14);
        text(graphics, SMALL, "T transition", left - 8, TOP + length + 16);
        text(graphics, SMALL, "C classifier", left - 8, TOP + length + 34);
    }

    private static String number(double value) {
        return value == 0 ? "0" : String.format(Locale.ROOT, value < 0.001 ? "%.1e" : "%.3f", value);
    }

    private static void text(Graphics2D graphics, Font font, String text, int x, int y) {
        graphics.setColor(TEXT);
        graphics.setFont(font);
        graphics.drawString(text, x, y);
    }

    private static void centred(Graphics2D graphics, Font font, String text, int middle, int y) {
        FontMetrics metrics = graphics.getFontMetrics(font);
        text(graphics, font, text, middle - metrics.stringWidth(text) / 2, y);
    }

    private static void rightAligned(Graphics2D graphics, Font font, String text, int right, int y) {
        FontMetrics metrics = graphics.getFontMetrics(font);
        text(graphics, font, text, right - metrics.stringWidth(text), y);
    }

    private static void upwards(Graphics2D graphics, String text, int x, int middle) {
        AffineTransform before = graphics.getTransform();
        graphics.rotate(-Math.PI / 2, x, middle);
        centred(graphics, PLAIN, text, x, middle);
        graphics.setTransform(before);
    }
}
