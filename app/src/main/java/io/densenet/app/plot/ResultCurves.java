package io.densenet.app.plot;

import io.densenet.data.Task;
import java.awt.BasicStroke;
import java.awt.Color;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// The three charts of `results.png`.
final class ResultCurves {
    private static final int WIDTH = 560;
    private static final int HEIGHT = 460;
    private static final int TICK_PITCH = 72;
    private static final int FEW_EPOCHS = 30;

    private final List<ResultsRow> rows;

    private ResultCurves(List<ResultsRow> rows) {
        this.rows = rows;
    }

    static List<XYChart> of(List<ResultsRow> rows) {
        ResultCurves curves = new ResultCurves(rows);
        return List.of(curves.loss(), curves.accuracy(), curves.learningRate());
    }

    private XYChart loss() {
        XYChart chart = chart("Loss");
        line(chart, "train", Look.TRAIN, ResultsRow::trainLoss);
        line(chart, "validation", Look.VALIDATION, ResultsRow::validationLoss);
        chart.getStyler().setYAxisMin(0.0);
        return chart;
    }

    private XYChart accuracy() {
        Task task = rows.isEmpty() ? Task.SINGLE_LABEL : rows.getFirst().task();
        String accuracy = switch (task) {
            case SINGLE_LABEL -> "top-1";
            case MULTI_LABEL -> "all right";
        };
        String second = switch (task) {
            case SINGLE_LABEL -> "top-5";
            case MULTI_LABEL -> "mean AUC";
        };
        XYChart chart = chart("Accuracy in percent");
        line(chart, "train " + accuracy, Look.TRAIN, ResultsRow::trainAccuracy);
        line(chart, "validation " + accuracy, Look.VALIDATION, ResultsRow::validationAccuracy);
        line(chart, "validation " + second, Look.SECOND_VALIDATION, ResultsRow::validationSecond);
        chart.getStyler().setYAxisMax(100.0);
        return chart;
    }

    private XYChart learningRate() {
        XYChart chart = chart("Learning rate");
        line(chart, "learning rate", Look.RATE, ResultsRow::learningRate);
        boolean positive = rows.stream().allMatch(row -> row.learningRate() > 0);
        chart.getStyler().setYAxisLogarithmic(positive);
        return chart;
    }

    private XYChart chart(String title) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle("epoch")
                .build();
        Look.apply(chart.getStyler(), Fonts.standard());
        chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
        chart.getStyler().setLegendLayout(LegendLayout.Horizontal);
        chart.getStyler().setXAxisDecimalPattern("0");
        chart.getStyler().setXAxisTickMarkSpacingHint(TICK_PITCH);
        if (rows.size() > FEW_EPOCHS) {
            chart.getStyler().setXAxisMin(0.0);
        }
        return chart;
    }

    /// Draws one measure of all epochs that have it.
    private void line(XYChart chart, String name, Color color, ToDoubleFunction<ResultsRow> measure) {
        List<ResultsRow> measured = rows.stream()
                .filter(row -> Double.isFinite(measure.applyAsDouble(row)))
                .toList();
        if (measured.isEmpty()) {
            return;
        }
        XYSeries series = chart.addSeries(
                name, epochs(measured), measured.stream().mapToDouble(measure).toArray());
        series.setLineColor(color);
        series.setLineStyle(new BasicStroke(2.2f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        series.setMarkerColor(color);
        series.setMarker(measured.size() <= FEW_EPOCHS ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
    }

    /// The epochs as positions. XChart labels evenly spaced values themselves, and where there are many it labels every
    /// 17th or so; a hair's breadth of unevenness gives round numbers instead.
    private static double[] epochs(List<ResultsRow> measured) {
        double[] epochs = measured.stream().mapToDouble(ResultsRow::epoch).toArray();
        if (epochs.length > FEW_EPOCHS) {
            epochs[0] += 1e-3;
        }
        return epochs;
    }
}
