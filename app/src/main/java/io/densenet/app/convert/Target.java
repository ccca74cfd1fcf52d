package io.densenet.app.convert;

import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import io.densenet.model.HubFolder;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// Where weights go and as what, told from the name that was typed.
record Target(Path path, Kind kind) {
    enum Kind {
        SAFETENSORS,
        PYTORCH,
        ONNX,
        HUB_FOLDER
    }

    /// @throws CommandFailure when the name says nothing
    static Target of(String typed) {
        Path path = Path.of(typed);
        String name = typed.toLowerCase(Locale.ROOT);
        if (name.endsWith("/") || name.endsWith(File.separator) || Files.isDirectory(path)) {
            return new Target(path, Kind.HUB_FOLDER);
        }
        if (name.endsWith(".safetensors")) {
            return new Target(path, Kind.SAFETENSORS);
        }
        if (name.endsWith(".onnx")) {
            return new Target(path, Kind.ONNX);
        }
        if (name.endsWith(".pth") || name.endsWith(".pt")) {
            return new Target(path, Kind.PYTORCH);
        }
        throw usage("%s: expected a name that ends with .safetensors, .onnx, .pth or .pt, or with / for a folder as"
                        .formatted(typed)
                + " on the Hugging Face Hub, to know what to write");
    }

    /// Checks before any work that it can be made and, unless that was asked for, that it replaces nothing.
    void require(boolean force) {
        Path parent = path.toAbsolutePath().getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            throw usage("%s: there is no folder %s; make it first".formatted(path, parent));
        }
        boolean exists = kind == Kind.HUB_FOLDER
                ? !HubFolder.wouldReplace(path).isEmpty() || Files.isRegularFile(path)
                : Files.exists(path);
        if (exists && !force) {
            throw usage(path + ": exists already; --force replaces it");
        }
        if (parent != null && !Files.isWritable(Files.isDirectory(path) ? path : parent)) {
            throw new CommandFailure(
                    ExitCode.INPUT_OUTPUT,
                    (Files.isDirectory(path) ? path : parent) + ": permission denied; choose another folder");
        }
    }

    private static CommandFailure usage(String message) {
        return new CommandFailure(ExitCode.USAGE, message);
    }
}
