package io.densenet.app.inference;

import io.densenet.analysis.ClassActivation;
import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import io.densenet.arch.Architecture;
import io.densenet.arch.Baseline;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.FeaturePoint;
import io.densenet.arch.Graph;
import io.densenet.model.ModelFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/// Options of `predict` about pictures of what speaks for a class.
final class CamOptions {
    private static final String PREDICTED = "predicted";

    @Option(
            names = "--cam",
            paramLabel = "DIR",
            description = "Also draw what in each picture speaks for its class (class activation map), as PNG, and"
                    + " write the map as .npy.")
    private Optional<Path> folder = Optional.empty();

    @Option(
            names = "--cam-class",
            paramLabel = "NAME|INDEX",
            description = "For this class (default: the one that is predicted).")
    private String classNameOrIndex = PREDICTED;

    @Option(
            names = "--cam-layer",
            paramLabel = "NAME",
            description = "At this module, by Grad-CAM: denseblock2, transition1 ... (default: the last maps, where the"
                    + " map is exact).")
    private Optional<String> layer = Optional.empty();

    /// What draws, when drawing was asked for.
    ///
    /// @throws IllegalArgumentException when class or module do not exist, or the network has no such maps
    Optional<CamPictures> pictures(ModelFile model) {
        if (folder.isEmpty()) {
            if (layer.isPresent() || !classNameOrIndex.equals(PREDICTED)) {
                throw new CommandFailure(
                        ExitCode.USAGE, "--cam-class and --cam-layer need --cam DIR, which says where the pictures go");
            }
            return Optional.empty();
        }
        Graph graph = model.description().graph();
        Optional<FeaturePoint> point = layer.map(name -> FeaturePoint.named(name, FeaturePoint.of(graph)));
        if (point.isPresent()) {
            requireDenseNet(model.description().architecture());
            ClassActivation.requirePixels(point.get());
        } else {
            ClassActivation.source(graph);
        }
        return Optional.of(new CamPictures(
                folder.get(), model, point, classIndex(model.description().classNames())));
    }

    private static void requireDenseNet(Architecture architecture) {
        switch (architecture) {
            case DenseNetConfig _ -> {}
            case Baseline baseline ->
                throw new IllegalArgumentException(
                        "--cam-layer works for DenseNets only, and this is a %s; leave it out for the last maps"
                                .formatted(baseline.variant()));
        }
    }

    private OptionalInt classIndex(List<String> names) {
        int index = names.indexOf(classNameOrIndex);
        if (index >= 0) {
            return OptionalInt.of(index);
        }
        if (classNameOrIndex.equals(PREDICTED)) {
            return OptionalInt.empty();
        }
        if (classNameOrIndex.matches("[0-9]{1,9}") && Integer.parseInt(classNameOrIndex) < names.size()) {
            return OptionalInt.of(Integer.parseInt(classNameOrIndex));
        }
        throw new IllegalArgumentException("--cam-class: expected a class or 0 to %d, found '%s'; the classes are %s%s"
                .formatted(
                        names.size() - 1,
                        classNameOrIndex,
                        String.join(", ", names.subList(0, Math.min(10, names.size()))),
                        names.size() > 10 ? " and %d more".formatted(names.size() - 10) : ""));
    }
}
