package io.densenet.app.engine;

import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/// Where other people's engines are. They are no part of the program: the launcher builds the module `bench`
/// when a command first needs one, and says in `densenet.peers` where it keeps it.
public final class Peers {
    private Peers() {}

    /// What a process that runs one of them has on its class path besides the program.
    ///
    /// @throws CommandFailure when they are not here
    public static List<String> classPath() {
        Path folder = folder();
        return List.of(
                folder.resolve("classes").toString(),
                folder.resolve("lib").resolve("*").toString());
    }

    /// Checks that they are here. Call it before any work.
    ///
    /// @throws CommandFailure when they are not
    public static void require() {
        folder();
    }

    /// ONNX Runtime, to run in this process until it ends.
    ///
    /// @throws CommandFailure when it is not here
    public static OnnxRuntime onnxRuntime() throws IOException {
        return ServiceLoader.load(OnnxRuntime.class, new URLClassLoader(urls(folder()), Peers.class.getClassLoader()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the peers have no ONNX Runtime"));
    }

    private static URL[] urls(Path folder) throws IOException {
        List<URL> urls = new ArrayList<>(List.of(url(folder.resolve("classes"))));
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder.resolve("lib"), "*.jar")) {
            for (Path jar : jars) {
                urls.add(url(jar));
            }
        }
        return urls.toArray(URL[]::new);
    }

    private static URL url(Path path) throws MalformedURLException {
        return path.toUri().toURL();
    }

    private static Path folder() {
        String folder = System.getProperty("densenet.peers", "");
        if (folder.isEmpty() || !Files.isDirectory(Path.of(folder))) {
            throw new CommandFailure(
                    ExitCode.INPUT_OUTPUT,
                    "DJL, ONNX Runtime and JMH are no part of the program; run this with the ./densenet of the"
                            + " sources, which fetches them");
        }
        return Path.of(folder);
    }
}
