package io.densenet.torch;

import java.util.List;

/// libtorch's native libraries are not on the class path, or there are none for this machine.
public final class MissingNativesException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// For machines, or for tests of what is said about them.
    ///
    /// @param published machines that there are libraries for
    public MissingNativesException(String platform, List<String> published) {
        super(
                published.contains(platform)
                        ? ("libtorch's native libraries for %s are not on the class path; ./densenet fetches them once, or by"
                                        + " hand: mvn -f torch/natives/pom.xml dependency:copy-dependencies"
                                        + " -DoutputDirectory=FOLDER, then add FOLDER/* to the class path")
                                .formatted(platform)
                        : "there is no libtorch for %s, only for %s; --engine cpu runs everywhere"
                                .formatted(platform, String.join(", ", published)));
    }
}
