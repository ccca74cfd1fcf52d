package io.densenet.app.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.List;
import org.knowm.xchart.style.AxesChartStyler;

/// What all our charts have in common.
final class Look {
    static final Color TRAIN = new Color(0x8A9BB0);
    static final Color VALIDATION = new Color(0x1F6FB4);
    static final Color SECOND_VALIDATION = new Color(0x63B1A0);
    static final Color RATE = new Color(0xC9752B);

    /// For series of a kind, told apart by the colour-blind too (Okabe and Ito, 2008).
    static final List<Color> OF_SERIES = List.of(
            new Color(0x0072B2),
            new Color(0xD55E00),
            new Color(0x009E73),
            new Color(0xCC79A7),
            new Color(0x56B4E9),
            new Color(0xE69F00));

    private static final Color TEXT = new Color(0x333333);
    private static final Color GRID = new Color(0xE6E6E6);
    private static final int PADDING = 16;

    private Look() {}

    /// White ground, grey text, a light grid and no boxes.
    static void apply(AxesChartStyler styler, Font font) {
        styler.setBaseFont(font);
        styler.setChartTitleFont(font.deriveFont(Font.BOLD, 17f));
        styler.setChartTitlePadding(PADDING / 2);
        styler.setAxisTitleFont(font.deriveFont(14f));
        styler.setAxisTickLabelsFont(font.deriveFont(13f));
        styler.setLegendFont(font.deriveFont(13f));
        styler.setChartFontColor(TEXT);
        styler.setAxisTickLabelsColor(TEXT);
        styler.setAxisTickMarksColor(GRID);
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBackgroundColor(Color.WHITE);
        styler.setPlotBorderVisible(false);
        styler.setPlotGridLinesColor(GRID);
        styler.setPlotGridLinesStroke(new BasicStroke(1));
        styler.setChartPadding(PADDING);
        styler.setLegendBorderColor(Color.WHITE);
        styler.setLegendBackgroundColor(new Color(255, 255, 255, 200));
    }
}
