package io.densenet.app.doctor;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/// Whether this JDK can be trusted with arrays and strings.
///
/// @param usesG1               whether the garbage collector is G1
/// @param compactObjectHeaders whether `-XX:+UseCompactObjectHeaders` is on
record JdkCheck(Runtime.Version version, String vendor, boolean usesG1, boolean compactObjectHeaders) {
    private static final Runtime.Version FIRST_WITHOUT_PINNING_BUG = Runtime.Version.parse("25.0.3");

    static JdkCheck ofThisProcess() {
        boolean usesG1 = ManagementFactory.getGarbageCollectorMXBeans().stream()
                .map(GarbageCollectorMXBean::getName)
                .anyMatch(name -> name.startsWith("G1"));
        String compact = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .getVMOption("UseCompactObjectHeaders")
                .getValue();
        return new JdkCheck(
                Runtime.version(), System.getProperty("java.vendor"), usesG1, Boolean.parseBoolean(compact));
    }

    Check verdict() {
        String finding = "%s, %s".formatted(version, vendor);
        if (compactObjectHeaders) {
            return Check.warn(
                    "JDK",
                    finding + ", with compact object headers",
                    "leave -XX:+UseCompactObjectHeaders out: it can corrupt strings (JDK-8380060)");
        }
        if (usesG1 && version.compareToIgnoreOptional(FIRST_WITHOUT_PINNING_BUG) < 0) {
            return Check.warn(
                    "JDK",
                    finding + ", with G1",
                    "take 25.0.3 or later: before it, G1 can corrupt arrays that native code uses (JDK-8377811)");
        }
        return Check.ok("JDK", finding);
    }
}
