package io.densenet.app.doctor;

import com.sun.management.OperatingSystemMXBean;
import io.densenet.app.plot.Fonts;
import io.densenet.torch.TorchNatives;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Looks at this machine.
public final class Doctor {
    private static final double GIGA = 1e9;
    private static final double SMALL_MEMORY_GIGABYTES = 2;
    private static final double SMALL_DISK_GIGABYTES = 2;

    private final String platform;
    private final Optional<String> libTorchVersion;
    private final Path cache;

    /// A doctor for a machine whose libtorch somebody else has looked for.
    ///
    /// @param platform        e.g. `linux-x86_64`
    /// @param libTorchVersion of the native libraries on the class path
    /// @param cache           where downloads are kept; it need not exist
    public Doctor(String platform, Optional<String> libTorchVersion, Path cache) {
        this.platform = platform;
        this.libTorchVersion = libTorchVersion;
        this.cache = cache.toAbsolutePath();
    }

    /// Everything, in the order in which it matters.
    public List<Check> checks() throws IOException {
        int cores = Runtime.getRuntime().availableProcessors();
        return List.of(
                JdkCheck.ofThisProcess().verdict(),
                Check.ok(
                        "System",
                        "%s %s, %s"
                                .formatted(System.getProperty("os.name"), System.getProperty("os.version"), platform)),
                Processor.ofThisMachine().verdict(System.getProperty("os.arch"), cores),
                memory(),
                libTorch(),
                cache(),
                encoding(),
                fonts());
    }

    private static Check memory() {
        double total =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize() / GIGA;
        double heap = Runtime.getRuntime().maxMemory() / GIGA;
        String finding = String.format(
                Locale.ROOT, "%.1f GB for this machine or container, Java heap up to %.1f GB", total, heap);
        return total < SMALL_MEMORY_GIGABYTES
                ? Check.warn(
                        "Memory", finding, "train small networks with a small batch (-b); 'inspect' estimates the need")
                : Check.ok("Memory", finding);
    }

    private Check libTorch() {
        if (libTorchVersion.isPresent()) {
            return Check.ok("libtorch", libTorchVersion.get());
        }
        if (!TorchNatives.PLATFORMS.contains(platform)) {
            return Check.warn(
                    "libtorch",
                    "there is none for " + platform,
                    "--engine cpu, the default, runs everywhere; libtorch on "
                            + String.join(", ", TorchNatives.PLATFORMS));
        }
        return isOnPath("mvn")
                ? Check.ok("libtorch", "not here yet; fetched by Maven when a command first needs it")
                : Check.warn(
                        "libtorch",
                        "not here yet, and Maven (mvn), which fetches it, is not on PATH",
                        "install Maven 3.8.7 or later");
    }

    private Check cache() throws IOException {
        Path existing = cache;
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        double free = Files.getFileStore(existing).getUsableSpace() / GIGA;
        String finding = String.format(Locale.ROOT, "%s, %.1f GB free", cache, free);
        if (!Files.isWritable(existing)) {
            return Check.fail("Cache", finding + ", not writable", "point DENSENET_CACHE at a folder that is");
        }
        return free < SMALL_DISK_GIGABYTES
                ? Check.warn("Cache", finding, "free some space or point DENSENET_CACHE elsewhere")
                : Check.ok("Cache", finding);
    }

    private static Check encoding() {
        String names = System.getProperty("sun.jnu.encoding", "unknown");
        String out = System.out.charset().name();
        String finding = "file names %s, output %s".formatted(names, out);
        return names.equalsIgnoreCase("UTF-8") && out.equals("UTF-8")
                ? Check.ok("Encoding", finding)
                : Check.warn(
                        "Encoding", finding, "start with ./densenet, or set LC_ALL=C.UTF-8: other languages break");
    }

    private static Check fonts() {
        try {
            Optional<String> korean = Fonts.showing(List.of("한글")).map(font -> font.getFontName(Locale.ROOT));
            Optional<String> chinese = Fonts.showing(List.of("中文")).map(font -> font.getFontName(Locale.ROOT));
            String finding = "Korean %s, Chinese %s".formatted(korean.orElse("none"), chinese.orElse("none"));
            return korean.isPresent() && chinese.isPresent()
                    ? Check.ok("Fonts", finding)
                    : Check.warn(
                            "Fonts",
                            finding,
                            "plots show class numbers where names cannot be shown; install Noto Sans CJK (Debian: fonts-noto-cjk)");
        } catch (RuntimeException | LinkageError | InternalError e) {
            return Check.warn("Fonts", "none: " + e, "no plots will be drawn; install fontconfig and a font");
        }
    }

    private static boolean isOnPath(String program) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, program))
                .anyMatch(Files::isExecutable);
    }
}
