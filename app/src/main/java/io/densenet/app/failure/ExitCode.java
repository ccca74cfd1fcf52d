package io.densenet.app.failure;

/// How a command ends, for scripts. 128 and above belong to signals: 130 after SIGINT, 143 after SIGTERM.
public enum ExitCode {
    DONE(0),
    /// A mistake in this program; also memory that ran out.
    BUG(1),
    /// An option or argument that makes no sense.
    USAGE(2),
    /// Not found, damaged, or not what its name says.
    DATASET_UNUSABLE(4),
    /// A model or checkpoint file that is broken or of an unknown kind.
    MODEL_FILE_REFUSED(5),
    TRAINING_DIVERGED(6),
    /// Disk full, read-only, no permission, or any other trouble of reading and writing.
    INPUT_OUTPUT(7),
    VERIFICATION_FAILED(8),
    /// Between the launcher and this program only: libtorch is needed and its native libraries are not there.
    NATIVES_NEEDED(75),
    /// Likewise: `bench` is to measure other people's engines, which are no part of the program.
    PEERS_NEEDED(76);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
