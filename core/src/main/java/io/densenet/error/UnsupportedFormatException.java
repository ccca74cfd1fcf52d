package io.densenet.error;

import java.io.IOException;
import java.nio.file.Path;

/// A legal file of a kind that is not read here.
public final class UnsupportedFormatException extends IOException {
    private static final long serialVersionUID = 1;

    /// A file that is not read, and why.
    public UnsupportedFormatException(Path file, String reason) {
        super(file + ": " + reason);
    }
}
