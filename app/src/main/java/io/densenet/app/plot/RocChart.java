package io.densenet.app.plot;

import io.densenet.eval.RocCurve;
import io.densenet.eval.RocCurve.Point;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// The chart of `roc.png`: a curve for each class, its area in the legend, the smallest last.
final class RocChart {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 640;
    private static final Color CHANCE = new Color(0xBBBBBB);

    /// Where there are more classes than colours; XChart begins a dash anew with each of a curve's many points, so that
    /// dashes would not show.
    private static final List<Float> WIDTHS = List.of(2.8f, 1.6f, 0.8f);

    private static final int MOST = Look.OF_SERIES.size() * WIDTHS.size();

    private RocChart() {}

    /// @param curves of the classes, some of which may have no points
    static XYChart of(List<RocCurve> curves, List<String> names, Font font) {
        List<Integer> drawn = IntStream.range(0, curves.size())
                .boxed()
                .filter(c -> !curves.get(c).points().isEmpty())
                .sorted(Comparator.comparingDouble((Integer c) -> curves.get(c).area()))
                .limit(MOST)
                .toList()
                .reversed();
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(
                        drawn.size() < curves.size()
                                ? "ROC curves of %d of %d classes".formatted(drawn.size(), curves.size())
                                : "ROC curves")
                .xAxisTitle("part of the other images taken for the class")
                .yAxisTitle("part of its images found")
                .build();
        Look.apply(chart.getStyler(), font);
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
        chart.getStyler().setXAxisMin(0.0).setXAxisMax(1.0).setYAxisMin(0.0).setYAxisMax(1.0);
        for (int i = 0; i < drawn.size(); i++) {
            List<Point> points = curves.get(drawn.get(i)).points();
            String name = String.format(
                    Locale.ROOT, "%.3f  %s", curves.get(drawn.get(i)).area(), names.get(drawn.get(i)));
            XYSeries series = chart.addSeries(
                    name,
                    points.stream().mapToDouble(Point::falsePositives).toArray(),
                    points.stream().mapToDouble(Point::truePositives).toArray());
            series.setLineColor(Look.OF_SERIES.get(i % Look.OF_SERIES.size()));
            series.setLineStyle(new BasicStroke(WIDTHS.get(i / Look.OF_SERIES.size())));
            series.setMarker(SeriesMarkers.NONE);
        }
        XYSeries chance = chart.addSeries("0.500  by chance", new double[] {0, 1}, new double[] {0, 1});
        chance.setLineColor(CHANCE);
        chance.setLineStyle(new BasicStroke(1, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {8, 5}, 0));
        chance.setMarker(SeriesMarkers.NONE);
        return chart;
    }
}
