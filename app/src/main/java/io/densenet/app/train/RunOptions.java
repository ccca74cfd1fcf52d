package io.densenet.app.train;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Where the options of a command that trains are read from, and where it writes: what `train` and `lr-find` share.
final class RunOptions {
    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE.yaml",
            description = "Options by name, for example 'batch-size: 64'; the args.yaml of a run repeats it.")
    private Optional<Path> config = Optional.empty();

    @Option(names = "--project", paramLabel = "DIR", description = "Folder of all runs (default: runs).")
    private Path project = Path.of("runs");

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "Name of the folder to write to (default: ${COMMAND-NAME}).")
    private Optional<String> name = Optional.empty();

    /// File of options.
    Optional<Path> config() {
        return config;
    }

    /// Folder that holds the run folders.
    Path project() {
        return project;
    }

    /// Name of the run folder, if it was said.
    Optional<String> name() {
        return name;
    }
}
