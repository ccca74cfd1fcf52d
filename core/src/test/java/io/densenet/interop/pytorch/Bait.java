package io.densenet.interop.pytorch;

/// A class that hostile files name. Who loads it leaves a trace.
final class Bait {
    static final String TRACE = "densenet.test.bait";

    static {
        System.setProperty(TRACE, "taken");
    }

    private Bait() {}
}
