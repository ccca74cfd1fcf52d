package io.densenet.app.plot;

import io.densenet.analysis.GradientFlow;
import io.densenet.analysis.GradientFlow.Layer;
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

/// Gradients over the depth, and the shortest way from the loss to each layer beside them.
final class GradientCharts {
    private static final int WIDTH = 620;
    private static final int HEIGHT = 500;
    private static final float[] DASHES = {6, 5};

    private GradientCharts() {}

    static List<XYChart> of(List<GradientCurve> curves) {
        XYChart norms = chart("Gradient of each convolution's weights", "L2 norm");
        norms.getStyler().setYAxisLogarithmic(true);
        draw(norms, curves, Layer::gradientNorm);
        XYChart ways = chart("Shortest way from the loss", "weighted layers in between");
        ways.getStyler().setYAxisMin(0.0);
        ways.getStyler().setYAxisDecimalPattern("0");
        draw(ways, curves.stream().filter(curve -> !curve.trained()).toList(), Layer::layersToLoss);
        return List.of(norms, ways);
    }

    private static void draw(XYChart chart, List<GradientCurve> curves, ToDoubleFunction<Layer> value) {
        List<String> networks =
                curves.stream().map(GradientCurve::network).distinct().toList();
        for (GradientCurve curve : curves) {
            List<Layer> layers = drawn(curve.flow(), value);
            if (layers.isEmpty()) {
                continue;
            }
            Color colour = Look.OF_SERIES.get(networks.indexOf(curve.network()) % Look.OF_SERIES.size());
            XYSeries series = chart.addSeries(
                    curve.name(),
                    layers.stream()
                            .mapToDouble(layer -> part(layer, curve.flow()))
                            .toArray(),
                    layers.stream().mapToDouble(value).toArray());
            series.setLineColor(colour);
            series.setLineStyle(
                    curve.trained()
                            ? new BasicStroke(1.8f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, DASHES, 0)
                            : new BasicStroke(2.2f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
            series.setMarker(SeriesMarkers.NONE);
        }
    }

    /// All but the classifier. On an axis of logarithms there is no place for a gradient of nothing.
    private static List<Layer> drawn(GradientFlow flow, ToDoubleFunction<Layer> value) {
        return flow.layers().subList(0, flow.layers().size() - 1).stream()
                .filter(layer -> value.applyAsDouble(layer) > 0)
                .toList();
    }

    private static double part(Layer layer, GradientFlow flow) {
        return (double) layer.position() / flow.layers().size();
    }

    private static XYChart chart(String title, String y) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle("place in the network: 0 the image, 1 the classifier")
                .yAxisTitle(y)
                .build();
        Look.apply(chart.getStyler(), Fonts.standard());
        chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
        chart.getStyler().setLegendLayout(LegendLayout.Vertical);
        chart.getStyler().setXAxisMin(0.0);
        chart.getStyler().setXAxisMax(1.0);
        return chart;
    }
}
