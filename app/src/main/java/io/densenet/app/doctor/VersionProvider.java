package io.densenet.app.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Properties;
import picocli.CommandLine;

/// The version of this program, as the build wrote it.
public final class VersionProvider implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
        return new String[] {"densenet " + version()};
    }

    /// Such as `0.1.0`.
    public static String version() throws IOException {
        Properties properties = new Properties();
        try (InputStream stream = VersionProvider.class.getResourceAsStream("version.properties")) {
            properties.load(Objects.requireNonNull(stream, "version.properties is not on the class path"));
        }
        return properties.getProperty("version");
    }
}
