package io.densenet.app.options;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where named data sets are, and whether they may be fetched.
public final class DataOptions {
    @Option(names = "--data-dir", paramLabel = "DIR", description = "Where data sets are, or are to be downloaded to.")
    @Nullable
    Path dataDir;

    @Option(names = "--download", description = "Fetch the data set when it is not there.")
    boolean download;

    /// As values of a layer. Not to download is one too: that a run once asked for it is no leave to do it again.
    public Map<String, String> values() {
        Map<String, String> values = new LinkedHashMap<>(Map.of("download", Boolean.toString(download)));
        if (dataDir != null) {
            values.put("data-dir", dataDir.toString());
        }
        return values;
    }
}
