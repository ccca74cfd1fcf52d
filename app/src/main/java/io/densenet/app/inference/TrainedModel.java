package io.densenet.app.inference;

import io.densenet.Weights;
import io.densenet.app.engine.EngineOptions;
import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import io.densenet.app.output.Console;
import io.densenet.interop.WeightFiles;
import io.densenet.model.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// What a `RUN|WEIGHTS` argument stands for.
///
/// @param file  where the weights were read from
/// @param model network, weights and description
public record TrainedModel(Path file, ModelFile model) {
    /// Reads the weights of a run (the best ones when there are any, else the last), a folder as on the
    /// Hugging Face Hub, or a file of weights, ours or another program's.
    ///
    /// @throws CommandFailure when there is neither
    public static TrainedModel read(Path runOrWeights) throws IOException {
        return of(read(Weights.of(runOrWeights)));
    }

    /// As [#read(Path)], and tells what became of another program's weights.
    public static TrainedModel read(Path runOrWeights, Console console) throws IOException {
        return read(Weights.of(runOrWeights), console);
    }

    /// As [#read(Path, Console)], with what the command line says of them.
    public static TrainedModel read(Weights weights, Console console) throws IOException {
        Weights.Loaded loaded = read(weights);
        loaded.remarks().forEach(console::status);
        return of(loaded);
    }

    private static Weights.Loaded read(Weights weights) throws IOException {
        try {
            return weights.read();
        } catch (NoSuchFileException e) {
            throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }

    private static TrainedModel of(Weights.Loaded loaded) {
        return new TrainedModel(loaded.file(), loaded.model());
    }

    /// Whether libtorch will run it. Whatever is wrong with the file is told when it is used.
    public static boolean usesLibTorch(Path runOrWeights, EngineOptions engine) {
        if (engine.usesLibTorch()) {
            return true;
        }
        try {
            return isPerhapsNoDenseNet(runOrWeights)
                    && engine.usesLibTorch(
                            read(runOrWeights).model().description().architecture());
        } catch (IOException | CommandFailure e) {
            return false;
        }
    }

    /// Of other programs only DenseNets are read, so that they need not be read to know it.
    private static boolean isPerhapsNoDenseNet(Path runOrWeights) throws IOException {
        return Files.isDirectory(runOrWeights) || WeightFiles.format(runOrWeights) == WeightFiles.Format.SAFETENSORS;
    }

    /// The `args.yaml` of the run that the weights lie in, if they lie in one.
    public Optional<Path> arguments() {
        return Optional.ofNullable(file.toAbsolutePath().normalize().getParent())
                .map(Path::getParent)
                .map(folder -> folder.resolve("args.yaml"))
                .filter(Files::isRegularFile);
    }
}
