package io.densenet.app.train;

import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Which run `--resume` means.
final class ResumeTarget {
    private static final String LAST = "weights/last.safetensors";
    private static final String PREVIOUS = "weights/last.previous.safetensors";

    private ResumeTarget() {}

    /// Finds the folder of the run.
    ///
    /// @param resume  `auto`: the newest run, or nothing when there is none; `last`: the same, but there must be
    ///                one; otherwise a run folder, or a checkpoint in one
    /// @param project folder of all runs
    /// @param name    that the run must have, before it is numbered; nothing for any name
    /// @throws CommandFailure when there is no such run
    static Optional<Path> find(String resume, Path project, Optional<String> name) throws IOException {
        return switch (resume) {
            case "auto" -> newest(project, name);
            case "last" ->
                Optional.of(newest(project, name)
                        .orElseThrow(() -> new CommandFailure(
                                ExitCode.USAGE,
                                "--resume last: %s; say which with --resume PATH".formatted(nothing(project, name)))));
            default -> Optional.of(at(Path.of(resume)));
        };
    }

    /// That there is no such run, in words.
    static String nothing(Path project, Optional<String> name) {
        return "no run%s with a checkpoint in %s"
                .formatted(name.map(" called '%s'"::formatted).orElse(""), project);
    }

    private static Path at(Path path) {
        Path file = path.toAbsolutePath().normalize();
        Path folder = file.endsWith(LAST) ? parent(parent(file)) : file;
        if (!hasCheckpoint(folder)) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "--resume %s: expected a run folder with %s, or that file; found neither".formatted(path, LAST));
        }
        return folder;
    }

    private static Path parent(Path path) {
        return Optional.ofNullable(path.getParent()).orElse(path);
    }

    private static Optional<Path> newest(Path project, Optional<String> name) throws IOException {
        if (!Files.isDirectory(project)) {
            return Optional.empty();
        }
        Pattern wanted =
                Pattern.compile(name.map(typed -> Pattern.quote(typed) + "\\d*").orElse(".*"));
        try (Stream<Path> folders = Files.list(project)) {
            return folders.filter(folder ->
                            wanted.matcher(folder.getFileName().toString()).matches() && hasCheckpoint(folder))
                    .max(Comparator.comparing(ResumeTarget::lastSaved));
        }
    }

    private static boolean hasCheckpoint(Path folder) {
        return Files.exists(folder.resolve(LAST)) || Files.exists(folder.resolve(PREVIOUS));
    }

    private static FileTime lastSaved(Path folder) {
        try {
            Path last = folder.resolve(LAST);
            return Files.getLastModifiedTime(Files.exists(last) ? last : folder.resolve(PREVIOUS));
        } catch (IOException e) {
            return FileTime.fromMillis(0); // it was deleted just now
        }
    }
}
