package io.densenet.app.analyze;

import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What `-o` asks for: files whose names say how they are written, or a folder, which gets one of each kind.
final class FigureFiles {
    /// Endings of what can be written.
    static final List<String> KINDS = List.of("png", "svg", "csv");

    private FigureFiles() {}

    /// The files to write, whose folders are there when this returns.
    ///
    /// @param outputs what was asked for
    /// @param name    of the files that go into a folder, without ending
    /// @throws CommandFailure when a name has another ending
    static List<Path> of(List<Path> outputs, String name) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path output : outputs) {
            String last = output.toString();
            if (KINDS.stream().anyMatch(kind -> last.endsWith("." + kind))) {
                files.add(output);
            } else if (Files.isDirectory(output)
                    || !output.getFileName().toString().contains(".")) {
                KINDS.forEach(kind -> files.add(output.resolve(name + "." + kind)));
            } else {
                throw new CommandFailure(
                        ExitCode.USAGE,
                        "-o %s: expected a name that ends with .png, .svg or .csv, or a folder".formatted(output));
            }
        }
        for (Path file : files) {
            Path folder = file.getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
        }
        return files;
    }

    static boolean isTable(Path file) {
        return file.toString().endsWith(".csv");
    }
}
