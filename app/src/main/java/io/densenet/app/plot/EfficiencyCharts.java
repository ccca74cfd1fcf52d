package io.densenet.app.plot;

import io.densenet.analysis.EfficiencyPoint;
import io.densenet.analysis.EfficiencyPoint.Origin;
import java.awt.BasicStroke;
import java.awt.Color;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.Styler.YAxisPosition;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// Charts of Figures 3 and 4: error over cost, a line for each family, and runs over their epochs. The
/// legend says which points are published and which are ours, whose lines are dashed; a chart shows the
/// errors of one data set only.
final class EfficiencyCharts {
    private static final int WIDTH = 560;
    private static final int HEIGHT = 480;
    private static final double MILLION = 1e6;
    private static final double BILLION = 1e9;
    private static final double ROOM = 0.12;
    private static final List<Marker> MARKERS =
            List.of(SeriesMarkers.CIRCLE, SeriesMarkers.SQUARE, SeriesMarkers.TRIANGLE_UP, SeriesMarkers.DIAMOND);
    private static final float[] DASHES = {6, 5};

    private EfficiencyCharts() {}

    /// Error over the number of parameters.
    static XYChart overParameters(String title, String error, List<EfficiencyPoint> points) {
        return scatter(title, "parameters, millions", error, points, point -> point.parameters() / MILLION);
    }

    /// Error over multiply-adds.
    static XYChart overMultiplyAdds(String title, String error, List<EfficiencyPoint> points) {
        return scatter(
                title, "multiply-adds for one image, billions", error, points, point -> point.multiplyAdds() / BILLION);
    }

    private static XYChart scatter(
            String title,
            String cost,
            String error,
            List<EfficiencyPoint> points,
            ToDoubleFunction<EfficiencyPoint> x) {
        XYChart chart = chart(title, cost, error);
        Map<String, List<EfficiencyPoint>> families = points.stream()
                .sorted(Comparator.comparingDouble(x))
                .collect(Collectors.groupingBy(
                        point -> point.family() + (point.origin() == Origin.OURS ? ", ours" : ", published"),
                        LinkedHashMap::new,
                        Collectors.toList()));
        int number = 0;
        double widest = points.stream().mapToDouble(x).max().orElse(1);
        for (Map.Entry<String, List<EfficiencyPoint>> entry : families.entrySet()) {
            List<EfficiencyPoint> family = entry.getValue();
            XYSeries series = chart.addSeries(
                    entry.getKey(),
                    family.stream().mapToDouble(x).toArray(),
                    family.stream().mapToDouble(EfficiencyPoint::error).toArray());
            dress(series, number++, family.getFirst().origin() == Origin.OURS);
            family.forEach(point -> label(chart, point, x.applyAsDouble(point), widest, errorRange(points)));
        }
        if (!points.isEmpty()) {
            frame(chart, points, x);
        }
        return chart;
    }

    private static void dress(XYSeries series, int number, boolean ours) {
        Color colour = Look.OF_SERIES.get(number % Look.OF_SERIES.size());
        series.setLineColor(colour);
        series.setLineStyle(line(ours));
        series.setMarkerColor(colour);
        series.setMarker(MARKERS.get(number % MARKERS.size()));
    }

    /// Published full, ours dashed.
    private static BasicStroke line(boolean dashed) {
        return dashed
                ? new BasicStroke(1.8f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, DASHES, 0)
                : new BasicStroke(2.2f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    }

    /// The network's numbers, to the upper right of its point, where the lines do not run.
    private static void label(XYChart chart, EfficiencyPoint point, double x, double widest, double range) {
        String numbers = point.network().replaceFirst("^(densenet|DenseNet|ResNet)[^ \\d]*[- ]?(?=\\d)", "");
        String label = numbers.replace(" (pre-act)", "");
        chart.addAnnotation(new AnnotationText(
                label, x + (0.01 + 0.008 * label.length()) * widest, point.error() + 0.035 * range, false));
    }

    private static double errorRange(List<EfficiencyPoint> points) {
        var errors = points.stream().mapToDouble(EfficiencyPoint::error).summaryStatistics();
        return Math.max(errors.getMax() - errors.getMin(), 0.5);
    }

    private static void frame(XYChart chart, List<EfficiencyPoint> points, ToDoubleFunction<EfficiencyPoint> x) {
        var errors = points.stream().mapToDouble(EfficiencyPoint::error).summaryStatistics();
        double range = errorRange(points);
        chart.getStyler().setYAxisMin(errors.getMin() - ROOM * range);
        chart.getStyler().setYAxisMax(errors.getMax() + ROOM * range);
        chart.getStyler().setXAxisMin(0.0);
        chart.getStyler()
                .setXAxisMax((1 + ROOM) * points.stream().mapToDouble(x).max().orElse(1));
    }

    /// As the right panel of Figure 4: training loss, dashed, and where images were held out their error over
    /// the epochs.
    static XYChart curves(String title, List<TrainingCurve> curves) {
        XYChart chart = chart(title, "epoch", "training loss");
        chart.setYAxisGroupTitle(1, "error in percent");
        chart.getStyler().setYAxisGroupPosition(1, YAxisPosition.Right);
        for (int c = 0; c < curves.size(); c++) {
            Color colour = Look.OF_SERIES.get(c % Look.OF_SERIES.size());
            curve(chart, curves.get(c), "training loss", ResultsRow::trainLoss, colour, 0);
            curve(chart, curves.get(c), "error", row -> 100 - row.validationAccuracy(), colour, 1);
        }
        chart.getStyler().setYAxisMin(0.0);
        return chart;
    }

    private static void curve(
            XYChart chart,
            TrainingCurve curve,
            String what,
            ToDoubleFunction<ResultsRow> value,
            Color colour,
            int axis) {
        Predicate<ResultsRow> measured = row -> Double.isFinite(value.applyAsDouble(row));
        List<ResultsRow> rows = curve.rows().stream().filter(measured).toList();
        if (rows.isEmpty()) {
            return;
        }
        XYSeries series = chart.addSeries(
                curve.name() + ", " + what,
                rows.stream().mapToDouble(ResultsRow::epoch).toArray(),
                rows.stream().mapToDouble(value).toArray());
        series.setYAxisGroup(axis);
        series.setLineColor(colour);
        series.setLineStyle(line(axis == 0));
        series.setMarkerColor(colour);
        series.setMarker(rows.size() <= 10 ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
    }

    private static XYChart chart(String title, String x, String y) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        Look.apply(chart.getStyler(), Fonts.standard());
        chart.getStyler()
                .setChartTitleFont(chart.getStyler().getChartTitleFont().deriveFont(15f));
        chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
        chart.getStyler().setLegendLayout(LegendLayout.Vertical);
        chart.getStyler().setAnnotationTextFont(Fonts.standard().deriveFont(11f));
        chart.getStyler().setAnnotationTextFontColor(new Color(0x555555));
        chart.getStyler().setMarkerSize(9);
        return chart;
    }
}
