package io.densenet.interop.keras;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.arch.DenseNetConfig;
import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import io.densenet.interop.ImportedWeights;
import io.densenet.interop.NamingScheme;
import io.densenet.interop.WeightFiles;
import io.densenet.weights.StateDict;
import io.densenet.weights.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Files with Keras' layouts, written by h5py (`torchvision_fixtures.py`) from the weights that are also in
/// `zip.pth` there.
final class KerasFileTest {
    @TempDir
    private Path folder;

    static Path fixture(String name) {
        return Path.of("src/test/resources/torchvision").resolve(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"weights.h5", "model.h5", "nested.h5", "three.weights.h5"})
    void everyLayoutOfKerasGivesTheWeightsThatPyTorchHas(String name) throws IOException {
        assertSameAsPyTorchs(WeightFiles.read(fixture(name)), 0);
    }

    @Test
    void soDoesTheArchiveOfKeras3() throws IOException {
        Path archive = archive(folder, "three.weights.h5", ZipEntry.STORED, "model.weights.h5");
        assertEquals(WeightFiles.Format.KERAS_ARCHIVE, WeightFiles.format(archive));
        assertSameAsPyTorchs(WeightFiles.read(archive), 0);
    }

    /// Without the top there is nothing to load for the classifier, and whoever wants a new one says so.
    @Test
    void featuresAloneGetANewClassifierWhereOneIsWanted() throws IOException {
        Path notop = fixture("notop.weights.h5");
        String refused = assertThrows(MalformedFileException.class, () -> WeightFiles.read(notop))
                .getMessage();
        assertTrue(String.valueOf(refused).contains("there is no classifier.weight, only features"), refused);
        ImportedWeights imported = WeightFiles.read(notop, OptionalInt.of(5));
        assertTrue(imported.hasNewClassifier());
        assertEquals(5, imported.config().numClasses());
        assertEquals(5 * 10, imported.state().floats("classifier.weight").length);
        assertSameAsPyTorchs(imported, 2);
    }

    private static void assertSameAsPyTorchs(ImportedWeights imported, int without) throws IOException {
        ImportedWeights expected = WeightFiles.read(fixture("zip.pth"));
        DenseNetConfig config = expected.config();
        assertEquals(NamingScheme.KERAS, imported.report().scheme());
        assertEquals(1.001e-5, imported.config().batchNorm().epsilon());
        assertEquals(
                config.withBatchNorm(KerasFile.BATCH_NORM)
                        .withNumClasses(imported.config().numClasses()),
                imported.config());
        assertEquals(
                expected.state().entries().size() - imported.report().counters() - without,
                imported.report().matched());
        assertEquals(without == 2, imported.hasNewClassifier());
        assertEquals(
                without(expected.state(), without).sha256(),
                without(imported.state(), without).sha256());
    }

    private static StateDict without(StateDict state, int last) {
        SequencedMap<String, Tensor> entries = new LinkedHashMap<>(state.entries());
        for (int i = 0; i < last; i++) {
            entries.pollLastEntry();
        }
        return new StateDict(entries);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            foreign.h5    | not weights of Keras: expected the attribute layer_names or the group layers, found pressure, temperature
            compressed.h5 | /bn/kernel:0 is stored in chunks or compressed
            linked.h5     | /bn/gamma:0 is a link
            indexed.h5    | /layers/ is stored behind an index
            resnet.h5     | is of a ResNet, by the name of conv2_block1_0_conv.weight
            integers.h5   | /bn/gamma:0 holds FixedPoint, expected floating-point numbers
            """)
    void whatIsNotReadIsRefusedInOneLine(String name, String reason) {
        assertOneLine(
                assertThrows(UnsupportedFormatException.class, () -> WeightFiles.read(fixture(name))), name, reason);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            missing.h5       | /bn/ names bn/beta:0, which is not there
            small.h5         | no tensor is named like those of a DenseNet
            small.weights.h5 | no tensor is named like those of a DenseNet
            """)
    void whatIsNoWholeDenseNetIsRefusedInOneLine(String name, String reason) {
        assertOneLine(assertThrows(MalformedFileException.class, () -> WeightFiles.read(fixture(name))), name, reason);
    }

    @Test
    void archivesWithSomethingElseAreRefusedInOneLine() throws IOException {
        Path compressed = archive(folder, "three.weights.h5", ZipEntry.DEFLATED, "model.weights.h5");
        assertOneLine(
                assertThrows(UnsupportedFormatException.class, () -> WeightFiles.read(compressed)),
                "three.keras",
                "model.weights.h5 is compressed");
        Path without = archive(folder, "three.weights.h5", ZipEntry.STORED, "other.h5");
        assertOneLine(
                assertThrows(UnsupportedFormatException.class, () -> WeightFiles.read(without)),
                "three.keras",
                "an archive without model.weights.h5");
        Path flipped = archive(folder, "three.weights.h5", ZipEntry.STORED, "model.weights.h5");
        byte[] bytes = Files.readAllBytes(flipped);
        bytes[bytes.length / 2] ^= 1;
        Files.write(flipped, bytes);
        assertOneLine(
                assertThrows(MalformedFileException.class, () -> WeightFiles.read(flipped)),
                "three.keras",
                "checksum of model.weights.h5 differs");
        Files.write(without, Arrays.copyOf(Files.readAllBytes(without), 1000));
        assertOneLine(
                assertThrows(MalformedFileException.class, () -> WeightFiles.read(without)),
                "three.keras",
                "a damaged zip archive");
    }

    private static void assertOneLine(IOException refused, String name, String reason) {
        String message = refused.getMessage();
        assertNotNull(message);
        assertTrue(message.contains(name + ": ") && message.contains(reason), message);
        assertFalse(message.contains("\n"), message);
    }

    /// As `model.save("three.keras")` writes it.
    static Path archive(Path folder, String weights, int method, String entryName) throws IOException {
        Path archive = folder.resolve("three.keras");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            for (String name : List.of("metadata.json", "config.json", entryName)) {
                byte[] content = name.endsWith(".h5") ? Files.readAllBytes(fixture(weights)) : new byte[] {'{', '}'};
                ZipEntry entry = new ZipEntry(name);
                entry.setMethod(method);
                entry.setSize(content.length);
                CRC32 checksum = new CRC32();
                checksum.update(content);
                entry.setCrc(checksum.getValue());
                zip.putNextEntry(entry);
                zip.write(content);
            }
        }
        return archive;
    }
}
