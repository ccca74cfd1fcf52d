package io.densenet.app.engine;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// Whether libtorch's native libraries can be loaded, found out without loading anything.
public final class LibTorch {
    /// What to tell somebody who needs them.
    static final String ABSENT = "libtorch's native libraries are not on the class path for " + platform()
            + "; start with ./densenet, which fetches them once";

    private LibTorch() {}

    /// Whether the class path holds them for this machine.
    public static boolean isPresent() {
        return version().isPresent();
    }

    /// The version on the class path with that of its Java part behind it, e.g. `2.10.0-1.5.13`.
    public static Optional<String> version() {
        return Stream.of("", "-gpu") // the libraries for a GPU stand in a folder of their own
                .map(variant -> "/org/bytedeco/pytorch/" + platform() + variant + "/")
                .map(folder -> LibTorch.class.getResource(folder + System.mapLibraryName("jnitorch")))
                .filter(Objects::nonNull)
                .map(library -> library.toString().replaceFirst(".*/pytorch-(.+?)-" + platform() + ".*", "$1"))
                .findFirst();
    }

    /// The machine in the words of the native libraries' publisher, e.g. `linux-x86_64`.
    public static String platform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String name = system.startsWith("mac") ? "macosx" : system.startsWith("windows") ? "windows" : "linux";
        String processor = System.getProperty("os.arch");
        return name + "-"
                + switch (processor) {
                    case "amd64" -> "x86_64";
                    case "aarch64" -> "arm64";
                    default -> processor;
                };
    }
}
