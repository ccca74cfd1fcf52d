package io.densenet.app.inference;

import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import io.densenet.arch.FeaturePoint;
import io.densenet.arch.Graph;
import io.densenet.arch.Shape;
import io.densenet.engine.FeatureExtractor;
import io.densenet.interop.NumpyFile;
import io.densenet.weights.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Options of `predict` about what the network sees on the way, as a file for NumPy.
final class FeatureOptions {
    private static final String SUFFIX = ".npy";

    @Option(
            names = "--features",
            paramLabel = "NAME",
            description = "Also write what this module gives, by torchvision's names: gap, norm5, denseblock2,"
                    + " denselayer3 of it as denseblock2.denselayer3, transition1 ...; a row for each picture.")
    private Optional<String> name = Optional.empty();

    @Option(
            names = {"-o", "--features-out"},
            paramLabel = "FILE.npy",
            description = "Where the features go (default: NAME.npy); the pictures' names go to FILE.csv.")
    private Optional<Path> out = Optional.empty();

    /// Where features go.
    interface Rows {
        /// Takes those of some pictures.
        ///
        /// @return the row of the first
        int add(List<Path> files, float[] features) throws IOException;
    }

    /// What writes features on its way.
    interface Work {
        void run(Rows rows) throws IOException;
    }

    /// Checks that the options go together. Call it before any work.
    void requireSense() {
        if (out.isPresent() && name.isEmpty()) {
            throw new CommandFailure(ExitCode.USAGE, "-o says where --features NAME goes, and there is no --features");
        }
        if (out.isPresent() && !out.get().toString().endsWith(SUFFIX)) {
            throw new CommandFailure(ExitCode.USAGE, "-o %s: expected a name that ends with .npy".formatted(out.get()));
        }
        out.map(Path::getParent).filter(folder -> !Files.isDirectory(folder)).ifPresent(folder -> {
            throw new CommandFailure(
                    ExitCode.INPUT_OUTPUT, "-o %s: there is no folder %s".formatted(out.get(), folder));
        });
    }

    /// The point that was asked for.
    ///
    /// @throws IllegalArgumentException when network or engine have none of that name
    Optional<FeaturePoint> point(Graph graph, FeatureExtractor classifier) {
        return name.map(text -> {
            FeaturePoint point = FeaturePoint.named(text, FeaturePoint.of(graph));
            if (!classifier.featurePoints().contains(point)) {
                throw new IllegalArgumentException(
                        "--features %s: this engine does not keep what stands within layers and transitions; --engine torch does"
                                .formatted(text));
            }
            return point;
        });
    }

    Path file(FeaturePoint point) {
        return out.orElseGet(() -> Path.of(point.shortName() + SUFFIX));
    }

    /// Writes N × C × H × W values, or N × C where the point has no pixels, and beside it which row is which
    /// picture.
    void write(FeaturePoint point, Work work) throws IOException {
        Path file = file(point);
        Shape shape = point.output();
        List<Integer> row =
                point.vector() ? List.of(shape.channels()) : List.of(shape.channels(), shape.height(), shape.width());
        StringBuilder list = new StringBuilder("row,file\n");
        int[] count = new int[1];
        NumpyFile.write(
                file,
                row,
                sink -> work.run((files, features) -> {
                    int first = count[0];
                    sink.add(files.size(), features);
                    for (Path picture : files) {
                        list.append(count[0]++)
                                .append(',')
                                .append(PredictionWriter.quoted(picture.toString()))
                                .append('\n');
                    }
                    return first;
                }));
        String base = file.getFileName().toString();
        DurableFile.write(
                file.resolveSibling(base.substring(0, base.length() - SUFFIX.length()) + ".csv"),
                list.toString().getBytes(StandardCharsets.UTF_8));
    }
}
