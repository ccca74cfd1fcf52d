package io.densenet.train;

import java.io.IOException;
import java.nio.file.Path;

/// Another process trains in this run folder.
public final class RunFolderInUseException extends IOException {
    private static final long serialVersionUID = 1;

    RunFolderInUseException(Path folder) {
        super(folder + ": another process is training in this run folder; wait for it, or choose another with --name");
    }
}
