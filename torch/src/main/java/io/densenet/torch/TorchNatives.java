package io.densenet.torch;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Properties;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/// libtorch's native libraries: whether they are there, which version, and how they are loaded.
///
/// They are 110 MB of jars that unpack to 450 MB, so they are no dependency of this module: whoever wants
/// libtorch puts the jars that `torch/natives/pom.xml` names on the class path.
public final class TorchNatives {
    /// The machines that libtorch's Java binding is published for.
    public static final List<String> PLATFORMS = List.of("linux-x86_64", "macosx-arm64", "windows-x86_64");

    private static final String LOCK_FILE = "densenet-torch.lock";

    private TorchNatives() {}

    /// Whether the libraries for this machine are on the class path. Loads nothing.
    public static boolean isPresent() {
        return holds("pytorch", "jnitorch")
                && holds("openblas", "jniopenblas_nolapack")
                && holds("javacpp", "jnijavacpp");
    }

    /// This machine in the publisher's words, e.g. `linux-x86_64`.
    public static String platform() {
        return Loader.getPlatform();
    }

    /// Whether there are libraries for this machine at all. If not, no fetching helps.
    public static boolean arePublished() {
        return PLATFORMS.contains(platform());
    }

    /// Makes sure that the libraries can be loaded. Loads nothing.
    ///
    /// @throws MissingNativesException when they are not on the class path, or there are none for this machine
    public static void require() {
        if (!isPresent()) {
            throw new MissingNativesException(platform(), PLATFORMS);
        }
    }

    /// Version of libtorch and of its Java binding, e.g. `2.10.0-1.5.13`. Loads nothing.
    public static String version() {
        try (var stream = torch.class.getResourceAsStream("/META-INF/maven/org.bytedeco/pytorch/pom.properties")) {
            Properties properties = new Properties();
            if (stream != null) {
                properties.load(stream);
            }
            return properties.getProperty("version", "of unknown version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Loads the libraries, unpacking them into JavaCPP's cache folder the first time. Cheap once they are
    /// loaded.
    ///
    /// Two things that JavaCPP leaves open crash the JVM on a cold cache. Two processes that unpack at once
    /// read half-written libraries, so a file lock lets in one after the other. And JavaCPP loads `libtorch`
    /// before it has unpacked `libtorch_cpu`, which the dynamic linker then takes from the system, if another
    /// PyTorch is installed there; so all libraries are unpacked before the first is loaded.
    ///
    /// @throws MissingNativesException when they are not on the class path
    public static synchronized void load() {
        if (Loader.getLoadedLibraries().containsKey("jnitorch")) {
            return;
        }
        require();
        // JavaCPP would otherwise count mapped files as a leak and run the garbage collector against it; every tensor
        // here has an owner that frees it, which LeakTest watches.
        setUnlessSet("org.bytedeco.javacpp.maxBytes");
        setUnlessSet("org.bytedeco.javacpp.maxPhysicalBytes");
        try {
            File lockFile = new File(Loader.getCacheDir(), LOCK_FILE);
            try (FileChannel channel =
                            FileChannel.open(lockFile.toPath(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var _ = channel.lock()) {
                for (String folder : folders("pytorch")) {
                    if (Loader.class.getResource(folder) != null) {
                        Loader.cacheResource(torch.class, folder);
                    }
                }
                Loader.load(torch.class);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "libtorch: cannot unpack its libraries (%s); point -Dorg.bytedeco.javacpp.cachedir at a writable folder with 500 MB free"
                            .formatted(e.getMessage()),
                    e);
        }
    }

    /// Whether libtorch finds a GPU that it can use. Loads the libraries.
    ///
    /// @throws MissingNativesException when they are not on the class path
    public static boolean hasUsableGpu() {
        load();
        return torch.cuda_is_available();
    }

    private static void setUnlessSet(String property) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, "0"); // no limit
        }
    }

    private static boolean holds(String library, String file) {
        return folders(library).stream()
                .anyMatch(folder -> Loader.class.getResource(folder + "/" + System.mapLibraryName(file)) != null);
    }

    /// The libraries for a GPU stand in a folder of their own.
    private static List<String> folders(String library) {
        String folder = "/org/bytedeco/" + library + "/" + Loader.getPlatform();
        return List.of(folder, folder + "-gpu");
    }
}
