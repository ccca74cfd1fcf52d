package io.densenet.app.plot;

import java.awt.Color;
import java.awt.Font;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.style.AxesChartStyler.TextAlignment;
import org.knowm.xchart.style.HeatMapStyler;

/// The chart of `confusion_matrix.png`: true classes from top to bottom, predicted ones from left to right.
final class ConfusionChart {
    private static final int MARGIN = 260;
    private static final int SMALLEST_MATRIX = 640;
    private static final int LARGEST_MATRIX = 1600;
    private static final int LABEL_PITCH = 12;
    private static final int CELLS_WITH_NUMBERS = 20;
    private static final int LONGEST_LABEL = 18;
    static final Color FULL = new Color(0x4A92C8);
    private static final int SHADES = 20;

    private ConfusionChart() {}

    static HeatMapChart of(int[][] confusion, List<String> names, Font font) {
        int classes = confusion.length;
        int side = MARGIN + Math.clamp((long) LABEL_PITCH * classes, SMALLEST_MATRIX, LARGEST_MATRIX);
        HeatMapChart chart = new HeatMapChartBuilder()
                .width(side)
                .height(side)
                .title("Confusion matrix, percent of each true class")
                .xAxisTitle("predicted")
                .yAxisTitle("true")
                .build();
        style(chart.getStyler(), font, classes);
        List<String> labels = names.stream().map(ConfusionChart::shortened).toList();
        chart.addSeries("percent", labels, labels.reversed(), percentages(confusion));
        return chart;
    }

    private static void style(HeatMapStyler styler, Font font, int classes) {
        Look.apply(styler, font);
        styler.setChartTitleFont(Fonts.standard().deriveFont(Font.BOLD, 17f));
        styler.setRangeColors(shades());
        styler.setMin(0);
        styler.setMax(100);
        styler.setShowValue(classes <= CELLS_WITH_NUMBERS);
        styler.setValueFont(Fonts.standard().deriveFont(13f));
        styler.setValueFontColor(new Color(0x222222));
        styler.setHeatMapValueDecimalPattern("0");
        styler.setPlotContentSize(1);
        styler.setPlotGridLinesVisible(false);
        styler.setAxisTicksMarksVisible(false);
        styler.setLegendVisible(false);
        styler.setXAxisTickMarkSpacingHint(LABEL_PITCH); // of both axes; wider than a cell, it leaves labels out
        styler.setXAxisLabelRotation(90);
        styler.setXAxisLabelAlignmentVertical(TextAlignment.Right);
        if (classes > CELLS_WITH_NUMBERS) {
            styler.setAxisTickLabelsFont(font.deriveFont(9f));
        }
    }

    /// Cells as (column, row from below, percent); those without images are left white.
    private static List<Number[]> percentages(int[][] confusion) {
        List<Number[]> cells = new ArrayList<>();
        for (int right = 0; right < confusion.length; right++) {
            double images = Arrays.stream(confusion[right]).sum();
            for (int predicted = 0; predicted < confusion.length; predicted++) {
                if (confusion[right][predicted] > 0) {
                    cells.add(new Number[] {
                        predicted, confusion.length - 1 - right, 100 * confusion[right][predicted] / images
                    });
                }
            }
        }
        return cells;
    }

    /// From white to the full colour by the square root of the percentage, so that a few percent can be seen.
    private static Color[] shades() {
        Color[] shades = new Color[SHADES + 1];
        for (int i = 0; i <= SHADES; i++) {
            double part = Math.sqrt((double) i / SHADES);
            shades[i] =
                    new Color(mixed(FULL.getRed(), part), mixed(FULL.getGreen(), part), mixed(FULL.getBlue(), part));
        }
        return shades;
    }

    private static int mixed(int full, double part) {
        return (int) Math.round(255 + part * (full - 255));
    }

    private static String shortened(String name) {
        return name.codePointCount(0, name.length()) <= LONGEST_LABEL
                ? name
                : name.substring(0, name.offsetByCodePoints(0, LONGEST_LABEL - 1)) + "…";
    }
}
