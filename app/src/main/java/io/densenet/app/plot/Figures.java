package io.densenet.app.plot;

import io.densenet.analysis.EfficiencyPoint;
import io.densenet.analysis.FeatureReuse;
import java.awt.AWTError;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.XYChart;

/// The paper's figures as files, `.png` or `.svg` by their names. Unlike the plots of a run they are what
/// was asked for, so what goes wrong is a failure.
public final class Figures {
    /// What the brightest colour of a map stands for.
    public enum Scale {
        /// The largest cell of all blocks, so that targets can be compared.
        FIGURE,
        /// The largest cell of each target, so that the sources of each can be told apart.
        TARGET;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private Figures() {}

    /// Figure 5: the map of each dense block.
    ///
    /// @param title above all of them
    public static void reuse(Path file, FeatureReuse reuse, Scale colours, String title) throws IOException {
        write(file, new ReuseMap(reuse, colours, title));
    }

    /// Figure 3: error on ImageNet over parameters, and over multiply-adds.
    ///
    /// @param points all of ImageNet
    public static void imageNetEfficiency(Path file, List<EfficiencyPoint> points) throws IOException {
        String error = "ImageNet top-1 error, single crop, percent";
        write(
                file,
                Picture.beside(List.of(
                        EfficiencyCharts.overParameters("Error over parameters", error, points),
                        EfficiencyCharts.overMultiplyAdds("Error over multiply-adds", error, points))));
    }

    /// Figure 4: variants of DenseNet, DenseNet-BC against another family, and training curves.
    ///
    /// @param variants of CIFAR-10, as `families`
    /// @param curves   runs of our own; without any there are two charts
    public static void compactness(
            Path file,
            List<EfficiencyPoint> variants,
            List<EfficiencyPoint> families,
            String curvesTitle,
            List<TrainingCurve> curves)
            throws IOException {
        String error = "CIFAR-10+ test error, percent";
        List<XYChart> charts = new ArrayList<>(List.of(
                EfficiencyCharts.overParameters("DenseNet and DenseNet-BC", error, variants),
                EfficiencyCharts.overParameters("DenseNet-BC and ResNet", error, families)));
        if (!curves.isEmpty()) {
            charts.add(EfficiencyCharts.curves(curvesTitle, curves));
        }
        write(file, Picture.beside(charts));
    }

    /// What runs of our own reached: a chart of error over parameters, and one over multiply-adds, on one
    /// data set.
    public static void ownEfficiency(Path file, String data, List<EfficiencyPoint> points) throws IOException {
        String error = data + " test error, percent";
        write(
                file,
                Picture.beside(List.of(
                        EfficiencyCharts.overParameters("Ours, " + data, error, points),
                        EfficiencyCharts.overMultiplyAdds("Ours, " + data, error, points))));
    }

    /// Gradients over the depth of networks, and the shortest way from the loss to each layer.
    public static void gradients(Path file, List<GradientCurve> curves) throws IOException {
        write(file, Picture.beside(GradientCharts.of(curves)));
    }

    private static void write(Path file, Picture picture) throws IOException {
        try {
            PictureFile.write(file, picture);
        } catch (AWTError | LinkageError | InternalError e) {
            throw new IOException(file + ": not drawn, the Java desktop libraries or fonts are missing: " + e, e);
        }
    }
}
