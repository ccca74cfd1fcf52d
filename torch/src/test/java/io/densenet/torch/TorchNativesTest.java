package io.densenet.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

class TorchNativesTest {
    /// What the child processes run.
    static final class LoadMain {
        public static void main(String[] arguments) {
            try {
                TorchNatives.load();
                System.out.println("loaded " + TorchNatives.version());
            } catch (MissingNativesException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @TempDir
    private Path cache;

    /// JavaCPP leaves links into system folders, of which JUnit would warn.
    @AfterEach
    void deleteLinks() throws IOException {
        try (Stream<Path> files = Files.walk(cache)) {
            for (Path link : files.filter(Files::isSymbolicLink).toList()) {
                Files.delete(link);
            }
        }
    }

    @Test
    void theyArePresentInTheTestsAndKnowTheirVersion() {
        assertTrue(TorchNatives.isPresent());
        assertEquals("2.10.0-1.5.13", TorchNatives.version());
    }

    @Test
    void twoProcessesWithAColdCacheBothLoadThem() throws IOException, InterruptedException {
        List<Process> children = List.of(start(classPath()), start(classPath()));
        for (Process child : children) {
            assertEquals("loaded 2.10.0-1.5.13", outputOf(child));
            assertEquals(0, child.exitValue());
        }
    }

    @Test
    void withoutThemTheMessageSaysHowToGetThem() throws IOException, InterruptedException {
        String message = outputOf(start(without(".*(linux|macosx|windows)-(x86_64|arm64)\\.jar")));
        assertTrue(message.startsWith("libtorch's native libraries for "), message);
        assertTrue(message.contains("mvn -f torch/natives/pom.xml dependency:copy-dependencies"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pytorch", "openblas", "javacpp"})
    void aPartIsNotEnough(String missing) throws IOException, InterruptedException {
        String message = outputOf(start(without(".*/" + missing + "-[^/]*-(x86_64|arm64)\\.jar")));
        assertTrue(message.startsWith("libtorch's native libraries for "), message);
    }

    @Test
    void onAMachineWithoutLibtorchNobodyIsToldToFetchIt() throws IOException, InterruptedException {
        assertEquals(
                "there is no libtorch for linux-arm64, only for linux-x86_64, macosx-arm64, windows-x86_64; --engine cpu"
                        + " runs everywhere",
                outputOf(start(classPath(), "-Dorg.bytedeco.javacpp.platform=linux-arm64")));
    }

    @Test
    void bothBuildFilesNameTheSameVersions() throws IOException, ParserConfigurationException, SAXException {
        Document natives = parse("natives/pom.xml");
        Document build = parse("../pom.xml");
        for (String property : List.of("pytorch.version", "openblas.version", "javacpp.version")) {
            assertEquals(text(build, property), text(natives, property), property);
        }
        // the CUDA binding is built for one JavaCPP as well
        assertTrue(text(natives, "cuda.version").endsWith("-" + text(natives, "javacpp.version")));
    }

    private static String classPath() {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        assertNotNull(classPath);
        return classPath;
    }

    /// The class path without the jars that match.
    private static String without(String jars) {
        return Arrays.stream(classPath().split(File.pathSeparator, -1))
                .filter(jar -> !jar.matches(jars))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private Process start(String classPath, String... flags) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(flags));
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "-Dorg.bytedeco.javacpp.cachedir=" + cache,
                "-cp",
                classPath,
                LoadMain.class.getName()));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static String outputOf(Process child) throws IOException, InterruptedException {
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(child.waitFor(60, TimeUnit.SECONDS));
        return output.strip();
    }

    private static Document parse(String file) throws IOException, ParserConfigurationException, SAXException {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new File(file));
    }

    private static String text(Document document, String element) {
        NodeList found = document.getElementsByTagName(element);
        assertEquals(1, found.getLength(), element);
        return found.item(0).getTextContent();
    }
}
