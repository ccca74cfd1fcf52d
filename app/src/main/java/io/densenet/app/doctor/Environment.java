package io.densenet.app.doctor;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// Where a run was computed: what `environment.json` holds.
public final class Environment {
    private Environment() {}

    /// Versions and machine.
    ///
    /// @param engine description of the engine
    public static Map<String, Object> of(String engine) throws IOException {
        Map<String, Object> environment = new LinkedHashMap<>();
        environment.put("densenet", VersionProvider.version());
        environment.put("engine", engine);
        environment.put("java", Runtime.version().toString());
        environment.put("javaVendor", System.getProperty("java.vendor"));
        environment.put("os", System.getProperty("os.name") + " " + release());
        environment.put("architecture", System.getProperty("os.arch"));
        environment.put("processor", Processor.ofThisMachine().model());
        environment.put("cores", Runtime.getRuntime().availableProcessors());
        environment.put("maxHeapBytes", Runtime.getRuntime().maxMemory());
        return environment;
    }

    /// The release of the system without what its builder appends.
    private static String release() {
        return System.getProperty("os.version").replaceFirst("[^0-9.].*", "");
    }
}
