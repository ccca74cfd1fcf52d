package io.densenet.error;

import java.io.IOException;
import java.nio.file.Path;

/// A file that breaks the rules of its format. The message is one line: file, what is wrong, where.
public final class MalformedFileException extends IOException {
    private static final long serialVersionUID = 1;

    /// A file that is broken at a known place.
    ///
    /// @param offset where in the file, in bytes
    /// @param reason what was expected and what was found there
    public MalformedFileException(Path file, long offset, String reason) {
        super("%s: %s (offset %,d)".formatted(file, reason, offset));
    }

    /// A file that is broken as a whole, for example too short.
    public MalformedFileException(Path file, String reason) {
        super(file + ": " + reason);
    }
}
