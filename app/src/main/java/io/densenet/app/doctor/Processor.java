package io.densenet.app.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// The processor, as Linux describes it in `/proc/cpuinfo`.
///
/// @param model as the maker calls it
/// @param flags what it can do
public record Processor(String model, Set<String> flags) {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final List<String> MATTER =
            List.of("avx2", "fma", "avx512f", "avx512_bf16", "avx512_vnni", "amx_bf16", "asimd", "bf16");

    /// The first processor of a description, empty values where it says nothing.
    static Processor parse(List<String> cpuInfo) {
        String flags = value(cpuInfo, "flags");
        return new Processor(
                value(cpuInfo, "model name"),
                Set.copyOf(Arrays.asList((flags.isEmpty() ? value(cpuInfo, "Features") : flags).split(" ", -1))));
    }

    /// The processor that this runs on; empty values where the system does not say.
    public static Processor ofThisMachine() throws IOException {
        return Files.isReadable(CPU_INFO) ? parse(Files.readAllLines(CPU_INFO)) : new Processor("", Set.of());
    }

    Check verdict(String architecture, int cores) {
        List<String> matter = MATTER.stream().filter(flags::contains).toList();
        String finding = "%s, %d cores%s"
                .formatted(
                        model.isEmpty() ? architecture : model,
                        cores,
                        matter.isEmpty() ? "" : ", " + String.join(" ", matter));
        boolean knownX86 = flags.contains("sse2");
        return knownX86 && !(flags.contains("avx2") && flags.contains("fma"))
                ? Check.warn("CPU", finding, "without AVX2 and FMA every network runs several times slower")
                : Check.ok("CPU", finding);
    }

    private static String value(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.startsWith(key) && line.contains(":"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("");
    }
}
