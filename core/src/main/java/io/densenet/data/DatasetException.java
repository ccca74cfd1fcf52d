package io.densenet.data;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A data set that cannot be used: not found, damaged, or not what its name says. The message is one line that
/// says where, what was expected, what was found and what to try.
public final class DatasetException extends IOException {
    private static final long serialVersionUID = 1;

    public DatasetException(String message) {
        this(message, null);
    }

    public DatasetException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
