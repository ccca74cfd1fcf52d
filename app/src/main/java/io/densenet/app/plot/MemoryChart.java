package io.densenet.app.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.util.List;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// Memory over depth: a colour for each way to train, full lines measured, dashed ones foretold.
final class MemoryChart {
    private static final int WIDTH = 860;
    private static final int HEIGHT = 480;
    private static final float LINE = 2.2f;
    private static final float[] DASHES = {6, 5};

    private MemoryChart() {}

    /// @param curves measured and foretold in turn, for one way to train after the other
    static XYChart of(List<MemoryCurve> curves) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title("Memory of training, GB")
                .xAxisTitle("depth L")
                .build();
        Look.apply(chart.getStyler(), Fonts.standard());
        chart.getStyler().setLegendPosition(LegendPosition.InsideNW); // where curves that rise leave room
        chart.getStyler().setLegendLayout(LegendLayout.Vertical);
        chart.getStyler().setXAxisDecimalPattern("0");
        chart.getStyler().setYAxisDecimalPattern("0.0#");
        chart.getStyler().setYAxisMin(0.0);
        for (int c = 0; c < curves.size(); c++) {
            draw(chart, curves.get(c), Look.OF_SERIES.get(c / 2 % Look.OF_SERIES.size()));
        }
        return chart;
    }

    private static void draw(XYChart chart, MemoryCurve curve, Color colour) {
        int[] known = IntStream.range(0, curve.depths().size())
                .filter(i -> Double.isFinite(curve.gigabytes().get(i)))
                .toArray();
        if (known.length == 0) {
            return;
        }
        XYSeries series = chart.addSeries(
                curve.name(),
                IntStream.of(known).mapToDouble(curve.depths()::get).toArray(),
                IntStream.of(known).mapToDouble(curve.gigabytes()::get).toArray());
        series.setLineColor(colour);
        series.setLineStyle(
                curve.foretold()
                        ? new BasicStroke(LINE, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, DASHES, 0)
                        : new BasicStroke(LINE, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        series.setMarkerColor(colour);
        series.setMarker(curve.foretold() ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE);
    }
}
