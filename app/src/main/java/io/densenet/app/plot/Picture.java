package io.densenet.app.plot;

import java.awt.Graphics2D;
import java.util.List;
import org.knowm.xchart.internal.chartpart.IChart;

/// Something that can be drawn, into pixels as well as into lines.
interface Picture {
    int width();

    int height();

    /// Draws it with its upper left corner at the origin, ground included.
    void paint(Graphics2D graphics);

    static Picture of(IChart chart) {
        return new Picture() {
            @Override
            public int width() {
                return chart.getWidth();
            }

            @Override
            public int height() {
                return chart.getHeight();
            }

            @Override
            public void paint(Graphics2D graphics) {
                chart.paint(graphics, chart.getWidth(), chart.getHeight());
            }
        };
    }

    /// Charts of equal height next to one another.
    static Picture beside(List<? extends IChart> charts) {
        return new Picture() {
            @Override
            public int width() {
                return charts.stream().mapToInt(IChart::getWidth).sum();
            }

            @Override
            public int height() {
                return charts.getFirst().getHeight();
            }

            @Override
            public void paint(Graphics2D graphics) {
                int x = 0;
                for (IChart chart : charts) {
                    Graphics2D part = (Graphics2D) graphics.create();
                    part.translate(x, 0);
                    chart.paint(part, chart.getWidth(), chart.getHeight());
                    part.dispose();
                    x += chart.getWidth();
                }
            }
        };
    }
}
