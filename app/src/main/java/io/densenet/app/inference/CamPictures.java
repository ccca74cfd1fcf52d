package io.densenet.app.inference;

import io.densenet.analysis.ClassActivation;
import io.densenet.analysis.ReferencePass;
import io.densenet.app.inference.PredictionWriter.Cam;
import io.densenet.app.plot.Sheets;
import io.densenet.arch.FeaturePoint;
import io.densenet.arch.Graph;
import io.densenet.data.Image;
import io.densenet.data.ImageBatch;
import io.densenet.engine.FeatureExtractor;
import io.densenet.engine.TopClass;
import io.densenet.eval.Probabilities;
import io.densenet.interop.NumpyFile;
import io.densenet.model.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// Draws what in a picture speaks for a class: the class activation map with whatever engine runs, Grad-CAM in
/// plain loops.
final class CamPictures {
    private final Path folder;
    private final ModelFile model;
    private final Graph graph;
    private final Optional<FeaturePoint> layer;
    private final OptionalInt classIndex;
    private final Set<String> taken = new HashSet<>();

    /// @param layer      of Grad-CAM; without it, the class activation map
    /// @param classIndex the class to draw, or the predicted one
    CamPictures(Path folder, ModelFile model, Optional<FeaturePoint> layer, OptionalInt classIndex) {
        this.folder = folder;
        this.model = model;
        this.graph = model.description().graph();
        this.layer = layer;
        this.classIndex = classIndex;
    }

    /// Writes the picture and the map of one file.
    ///
    /// @param seen  what the network sees of the picture, before its values are normalised
    /// @param batch of that picture alone
    Cam draw(Path file, Image seen, ImageBatch batch, float[] logits, FeatureExtractor classifier) throws IOException {
        int index = classIndex.orElseGet(() -> TopClass.of(logits, 0, logits.length));
        double probability = Probabilities.of(model.description().task(), logits)[index];
        ClassActivation map = map(batch, index, classifier);
        Files.createDirectories(folder);
        String name = freeName(file);
        Path picture = folder.resolve(name + ".png");
        Path values = folder.resolve(name + ".npy");
        NumpyFile.write(values, List.of(map.height(), map.width()), map.values());
        List<String> classNames = model.description().classNames();
        Sheets.activation(
                picture,
                seen,
                map,
                classNames,
                index,
                probability,
                "%s, %s".formatted(method(map), file.getFileName()));
        return new Cam(index, classNames.get(index), probability, picture, values);
    }

    private ClassActivation map(ImageBatch batch, int index, FeatureExtractor classifier) {
        if (layer.isPresent()) {
            ReferencePass pass = ReferencePass.of(graph, model.state(), batch.pixels());
            return ClassActivation.gradCam(pass, layer.get(), index);
        }
        FeaturePoint last = ClassActivation.source(graph);
        float[] features = new float[Math.toIntExact(last.output().elements())];
        classifier.features(batch, last, new float[classifier.numClasses()], features);
        return ClassActivation.cam(graph, model.state(), features, 0, index);
    }

    private String method(ClassActivation map) {
        return "%s, %d×%d"
                .formatted(
                        layer.map(point -> "Grad-CAM at " + point.shortName()).orElse("class activation map"),
                        map.height(),
                        map.width());
    }

    /// The file's own name, numbered where another of that name was drawn before.
    private String freeName(Path file) {
        String own = file.getFileName().toString();
        int dot = own.lastIndexOf('.');
        String base = dot > 0 ? own.substring(0, dot) : own;
        String name = base;
        for (int number = 2; !taken.add(name); number++) {
            name = base + "-" + number;
        }
        return name;
    }
}
