package io.densenet.app.plot;

import io.densenet.train.RateSearch;
import io.densenet.train.RateSearch.Point;
import java.awt.BasicStroke;
import java.awt.Color;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// Loss over a rising learning rate, and the rate that is suggested.
final class RateChart {
    private static final int WIDTH = 860;
    private static final int HEIGHT = 480;

    /// More of a loss that breaks down would flatten all before it.
    private static final double MOST = 1.5;

    private RateChart() {}

    static XYChart of(RateSearch search) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title("Loss over a rising learning rate")
                .xAxisTitle("learning rate")
                .build();
        Look.apply(chart.getStyler(), Fonts.standard());
        chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
        chart.getStyler().setLegendLayout(LegendLayout.Horizontal);
        chart.getStyler().setXAxisLogarithmic(true);
        List<Point> points = search.points();
        if (points.isEmpty()) {
            return chart;
        }
        double least = points.stream().mapToDouble(Point::smoothed).min().orElseThrow();
        double most = MOST
                * points.stream().mapToDouble(Point::smoothed).limit(10).max().orElseThrow();
        line(chart, "of each batch", points, Point::loss, Look.TRAIN, 1);
        line(chart, "smoothed", points, Point::smoothed, Look.VALIDATION, 2.4f);
        double bottom = Math.max(0, least - 0.1 * (most - least));
        chart.getStyler().setYAxisMin(bottom);
        chart.getStyler().setYAxisMax(most);
        search.suggestion().ifPresent(rate -> {
            XYSeries mark = chart.addSeries(
                    String.format(Locale.ROOT, "suggested: %.2g", rate),
                    new double[] {rate, rate},
                    new double[] {bottom, most});
            mark.setLineColor(Look.RATE);
            mark.setLineStyle(
                    new BasicStroke(2, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {6, 5}, 0));
            mark.setMarker(SeriesMarkers.NONE);
        });
        return chart;
    }

    private static void line(
            XYChart chart, String name, List<Point> points, ToDoubleFunction<Point> loss, Color colour, float width) {
        XYSeries series = chart.addSeries(
                name,
                points.stream().mapToDouble(Point::rate).toArray(),
                points.stream().mapToDouble(loss).toArray());
        series.setLineColor(colour);
        series.setLineStyle(new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        series.setMarker(SeriesMarkers.NONE);
    }
}
