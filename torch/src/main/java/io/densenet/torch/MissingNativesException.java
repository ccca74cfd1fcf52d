package io.densenet.torch;

/// libtorch's native libraries are not on the class path, or not for this machine.
public final class MissingNativesException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MissingNativesException(String platform) {
        super(
                ("libtorch: no native libraries for %s on the class path; ./densenet fetches them for --engine torch, or by"
                                + " hand: mvn -f torch/natives/pom.xml dependency:copy-dependencies -DoutputDirectory=FOLDER,"
                                + " then add FOLDER/* to the class path")
                        .formatted(platform));
    }
}
