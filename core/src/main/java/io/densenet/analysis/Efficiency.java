package io.densenet.analysis;

import io.densenet.analysis.EfficiencyPoint.Origin;
import io.densenet.arch.Architecture;
import io.densenet.arch.Cost;
import io.densenet.arch.DenseNets;
import io.densenet.arch.Shape;
import io.densenet.arch.baseline.Baselines;
import io.densenet.arch.baseline.Variations;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The published figures behind Figure 3 (ImageNet error over parameters and multiply-adds) and Figure 4
/// (CIFAR-10 error over parameters). The errors lie in `published.csv`, each with its source; what a network
/// costs is counted here.
///
/// Figure 4 shows more networks than the paper gives numbers for, among them all of DenseNet-B and -C;
/// those are not here.
public final class Efficiency {
    /// ImageNet, top-1 error of a single crop (Table 3).
    public static final String IMAGENET = "ImageNet";

    /// CIFAR-10 with standard augmentation (Table 2).
    public static final String CIFAR10_AUGMENTED = "C10+";

    private static final String FILE = "published.csv";
    private static final int CELLS = 6;

    private Efficiency() {}

    /// All published points, in the order of the file.
    public static List<EfficiencyPoint> published() {
        InputStream stream = Efficiency.class.getResourceAsStream(FILE);
        if (stream == null) {
            throw new IllegalStateException(FILE + ": is not in this build");
        }
        List<EfficiencyPoint> points = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            lines.readLine(); // titles
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                points.add(point(line.split(",", CELLS)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(points);
    }

    private static EfficiencyPoint point(String[] cells) {
        String model = cells[1];
        String data = cells[3];
        Cost cost = cost(model, data);
        return new EfficiencyPoint(
                cells[0],
                cells[2],
                data,
                Double.parseDouble(cells[4]),
                cost.parameters(),
                cost.multiplyAdds(),
                Origin.PUBLISHED,
                cells[5]);
    }

    private static Cost cost(String model, String data) {
        boolean imageNet = data.equals(IMAGENET);
        Shape image = imageNet ? new Shape(3, 224, 224) : new Shape(3, 32, 32);
        int classes = imageNet ? 1000 : 10;
        Architecture network = Baselines.isNamed(model)
                ? Baselines.named(model, Variations.NONE, 3, classes)
                : DenseNets.named(model, 3, classes);
        return Cost.of(network.graph(image));
    }

    /// A table with a line for each point:
    /// `network,family,data,error,parameters,multiply_adds,origin,source`.
    public static String csv(List<EfficiencyPoint> points) {
        StringBuilder csv = new StringBuilder("network,family,data,error,parameters,multiply_adds,origin,source\n");
        for (EfficiencyPoint point : points) {
            csv.append(String.join(
                            ",",
                            quoted(point.network()),
                            quoted(point.family()),
                            quoted(point.data()),
                            Double.toString(point.error()),
                            Long.toString(point.parameters()),
                            Long.toString(point.multiplyAdds()),
                            point.origin() == Origin.OURS ? "ours" : "published",
                            quoted(point.source())))
                    .append('\n');
        }
        return csv.toString();
    }

    private static String quoted(String text) {
        return text.matches("[^,\"\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
