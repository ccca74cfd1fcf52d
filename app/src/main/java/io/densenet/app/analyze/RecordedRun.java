package io.densenet.app.analyze;

import io.densenet.analysis.EfficiencyPoint;
import io.densenet.analysis.EfficiencyPoint.Origin;
import io.densenet.app.options.OptionLayers;
import io.densenet.app.options.TrainOptions;
import io.densenet.app.plot.ResultsRow;
import io.densenet.app.train.ResultsFile;
import io.densenet.arch.Architecture;
import io.densenet.arch.Cost;
import io.densenet.arch.Shape;
import io.densenet.data.Augmentation;
import io.densenet.data.NamedDataset;
import io.densenet.error.MalformedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A run as `scripts/record-run` keeps it: `result.json`, the one line that `train --format json` prints,
/// `args.yaml` and `results.csv`.
///
/// @param point what it reached on the test images; `data` has a plus when the training images were
///              augmented
/// @param rows  its epochs
record RecordedRun(EfficiencyPoint point, List<ResultsRow> rows) {
    static final String RESULT = "result.json";

    /// What a folder needs to be read.
    static final List<String> FILES = List.of(RESULT, "args.yaml", "results.csv");

    /// Reads a folder.
    ///
    /// @return nothing for a run on a folder of pictures, whose size and classes are not recorded, or one that
    ///     began with trained weights, which compares with none that did not
    /// @throws MalformedFileException when a file is not what is written there
    static Optional<RecordedRun> read(Path folder) throws IOException {
        TrainOptions options =
                OptionLayers.fill(new TrainOptions(), List.of(OptionLayers.yaml(folder.resolve("args.yaml"))));
        Optional<NamedDataset> dataset = NamedDataset.of(options.data());
        if (dataset.isEmpty() || options.fineTuning().weights().isPresent()) {
            return Optional.empty();
        }
        int channels = dataset.get().normalization().channels();
        int side = options.imageSize().orElse(dataset.get().side());
        Architecture network =
                options.model().architecture(channels, dataset.get().classes(), options.dropRate());
        Cost cost = Cost.of(network.graph(new Shape(channels, side, side)));
        boolean augmented = !(options.config().augmentation() instanceof Augmentation.None);
        EfficiencyPoint point = new EfficiencyPoint(
                options.model().name(),
                network.variant(),
                options.data() + (augmented ? "+" : ""),
                100 - top1(folder.resolve(RESULT)),
                cost.parameters(),
                cost.multiplyAdds(),
                Origin.OURS,
                folder.resolve(RESULT).toString());
        return Optional.of(new RecordedRun(point, ResultsFile.read(folder.resolve("results.csv"))));
    }

    private static double top1(Path file) throws IOException {
        try {
            JsonNode top1 = JsonMapper.shared().readTree(Files.readString(file)).path("top1");
            if (top1.isNumber()) {
                return top1.asDouble();
            }
        } catch (JacksonException e) {
            throw new MalformedFileException(file, "expected JSON: " + e.getOriginalMessage());
        }
        throw new MalformedFileException(
                file, "expected the line that 'train --format json' prints, with top1 of the tested images");
    }
}
