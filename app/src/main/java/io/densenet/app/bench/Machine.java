package io.densenet.app.bench;

import io.densenet.app.doctor.Environment;
import java.io.IOException;

/// Where something was measured.
///
/// @param processor as its maker calls it
/// @param java      version of the Java that ran it
record Machine(String processor, int cores, String system, String architecture, String java) {
    static Machine ofThisProcess() throws IOException {
        var environment = Environment.of("");
        return new Machine(
                String.valueOf(environment.get("processor")),
                Runtime.getRuntime().availableProcessors(),
                String.valueOf(environment.get("os")),
                String.valueOf(environment.get("architecture")),
                String.valueOf(environment.get("java")));
    }

    /// In one line.
    String text() {
        return "%s, %d core%s, %s %s, Java %s"
                .formatted(
                        processor.isEmpty() ? architecture : processor,
                        cores,
                        cores == 1 ? "" : "s",
                        system,
                        architecture,
                        java);
    }
}
