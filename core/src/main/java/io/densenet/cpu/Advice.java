package io.densenet.cpu;

import io.densenet.cpu.kernel.Kernels;
import io.densenet.cpu.kernel.ScalarKernels;
import io.densenet.cpu.kernel.VectorKernels;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// What somebody should know about the JVM that the engine runs on, told once, when the first engine is opened.
final class Advice {
    /// The one thing that outlives every engine: a server that opens hundreds is told once.
    private static final AtomicBoolean TOLD = new AtomicBoolean();

    private static final Runtime.Version SOUND = Runtime.Version.parse("25.0.3");

    private Advice() {}

    /// Tells the log of this JVM, unless it has been told.
    static void log(Kernels kernels) {
        System.Logger logger = System.getLogger("io.densenet.cpu");
        tellOnce(kernels, advice -> logger.log(System.Logger.Level.WARNING, advice));
    }

    static void tellOnce(Kernels kernels, Consumer<String> listener) {
        if (TOLD.getAndSet(true)) {
            return;
        }
        List<String> flags = ManagementFactory.getRuntimeMXBean().getInputArguments();
        of(kernels, Runtime.version(), flags).forEach(listener);
    }

    /// One sentence for each thing that is not as it should be.
    ///
    /// @param flags of the JVM
    static List<String> of(Kernels kernels, Runtime.Version version, List<String> flags) {
        List<String> advice = new ArrayList<>();
        switch (kernels) {
            case ScalarKernels _ ->
                advice.add("the engine runs plain loops, many times slower than vectors;"
                        + " start the JVM with --add-modules jdk.incubator.vector");
            case VectorKernels _ -> {}
        }
        if (version.feature() == 25 && version.compareToIgnoreOptional(SOUND) < 0) {
            advice.add("JDK %s can corrupt arrays under G1 (JDK-8377811); use 25.0.3 or later".formatted(version));
        }
        if (flags.contains("-XX:+UseCompactObjectHeaders")) {
            advice.add("-XX:+UseCompactObjectHeaders is not tested with this engine; leave it out");
        }
        return advice;
    }
}
