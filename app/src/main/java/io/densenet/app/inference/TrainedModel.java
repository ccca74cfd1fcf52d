package io.densenet.app.inference;

import io.densenet.app.engine.EngineOptions;
import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import io.densenet.error.UnsupportedFormatException;
import io.densenet.interop.WeightFiles;
import io.densenet.model.HubFolder;
import io.densenet.model.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What a `RUN|WEIGHTS` argument stands for.
///
/// @param file  where the weights were read from
/// @param model network, weights and description
public record TrainedModel(Path file, ModelFile model) {
    /// Reads the weights of a run (the best ones when there are any, else the last), a folder as on the Hugging Face
    /// Hub, or a file of weights.
    ///
    /// @throws CommandFailure when there is neither
    public static TrainedModel read(Path runOrWeights) throws IOException {
        if (!Files.isDirectory(runOrWeights)) {
            try {
                requireOurs(runOrWeights);
                return new TrainedModel(runOrWeights, ModelFile.read(runOrWeights));
            } catch (NoSuchFileException e) {
                throw new CommandFailure(
                        ExitCode.USAGE, runOrWeights + ": expected a run folder or a file of weights, found nothing");
            }
        }
        if (HubFolder.is(runOrWeights)) {
            return new TrainedModel(HubFolder.weightsOf(runOrWeights), HubFolder.read(runOrWeights));
        }
        for (String name : List.of("best", "last", "last.previous")) {
            Path file = runOrWeights.resolve("weights").resolve(name + ".safetensors");
            if (Files.exists(file)) {
                return new TrainedModel(file, ModelFile.read(file));
            }
        }
        throw new CommandFailure(
                ExitCode.USAGE,
                runOrWeights
                        + ": expected a run folder with weights/best.safetensors or last.safetensors, or config.json"
                        + " and model.safetensors as on the Hugging Face Hub; found neither");
    }

    /// Refuses files whose names say that they are of a format which is written here and not read.
    public static void requireReadable(Path weights) throws UnsupportedFormatException {
        if (weights.toString().toLowerCase(Locale.ROOT).endsWith(".onnx")) {
            throw new UnsupportedFormatException(
                    weights, "ONNX is written here, but not read; take the weights that it was made of");
        }
    }

    private static void requireOurs(Path weights) throws IOException {
        requireReadable(weights);
        if (WeightFiles.format(weights) != WeightFiles.Format.SAFETENSORS) {
            throw new UnsupportedFormatException(
                    weights, "is another program's; 'densenet convert' makes a .safetensors file of it");
        }
    }

    /// Whether libtorch will run it. Whatever is wrong with the file is told when it is used.
    public static boolean usesLibTorch(Path runOrWeights, EngineOptions engine) {
        if (engine.usesLibTorch()) {
            return true;
        }
        try {
            return engine.usesLibTorch(read(runOrWeights).model().description().architecture());
        } catch (IOException | CommandFailure e) {
            return false;
        }
    }

    /// The `args.yaml` of the run that the weights lie in, if they lie in one.
    public Optional<Path> arguments() {
        return Optional.ofNullable(file.toAbsolutePath().normalize().getParent())
                .map(Path::getParent)
                .map(folder -> folder.resolve("args.yaml"))
                .filter(Files::isRegularFile);
    }
}
