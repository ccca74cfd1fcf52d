package io.densenet.app.bench;

import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Where other people's engines are. They are no part of the program: the launcher builds the module `bench`
/// when a command first names one, and says in `densenet.peers` where it keeps it.
final class Peers {
    private Peers() {}

    /// What a process that runs one of them has on its class path besides the program.
    ///
    /// @throws CommandFailure when they are not here
    static List<String> classPath() {
        String folder = System.getProperty("densenet.peers", "");
        if (folder.isEmpty() || !Files.isDirectory(Path.of(folder))) {
            throw new CommandFailure(
                    ExitCode.INPUT_OUTPUT,
                    "DJL, ONNX Runtime and JMH are no part of the program; ./densenet in the sources fetches them, the"
                            + " archive does not");
        }
        return List.of(
                Path.of(folder, "classes").toString(),
                Path.of(folder, "lib", "*").toString());
    }
}
