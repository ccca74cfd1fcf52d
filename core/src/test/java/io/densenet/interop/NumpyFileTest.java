package io.densenet.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against the bytes that NumPy 1.24 writes: `numpy.save(f, numpy.arange(6, dtype='<f4').reshape(1, 2, 3))`.
final class NumpyFileTest {
    private static final String START = "934e554d50590100";
    private static final String HEADER =
            "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 3), }" + " ".repeat(55) + "\n";

    @TempDir
    Path folder;

    @Test
    void aFileHasTheBytesOfNumPy() throws IOException {
        Path file = folder.resolve("특징.npy");
        NumpyFile.write(file, List.of(1, 2, 3), new float[] {0, 1, 2, 3, 4, 5});
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer expected = ByteBuffer.allocate(128 + 24).order(ByteOrder.LITTLE_ENDIAN);
        expected.put(HexFormat.of().parseHex(START)).putShort((short) 118);
        expected.put(HEADER.getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < 6; i++) {
            expected.putFloat(i);
        }
        assertArrayEquals(expected.array(), bytes);
    }

    @Test
    void rowsAreCountedAsTheyCome() throws IOException {
        Path file = folder.resolve("rows.npy");
        NumpyFile.write(file, List.of(70_000), sink -> {
            sink.add(1, new float[70_000]);
            float[] two = new float[150_000];
            two[139_999] = 7;
            sink.add(2, two);
        });
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(128 + 4 * 210_000, bytes.capacity());
        assertEquals(7, bytes.getFloat(128 + 4 * 209_999));
        assertEquals(
                "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 70000), }",
                new String(bytes.array(), 10, 118, StandardCharsets.US_ASCII).strip());
    }

    @Test
    void aVectorHasAOneTupleAsShape() throws IOException {
        Path file = folder.resolve("vector.npy");
        NumpyFile.write(file, List.of(2), new float[] {1, 2});
        assertEquals(
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }",
                new String(Files.readAllBytes(file), 10, 118, StandardCharsets.US_ASCII).strip());
    }

    @Test
    void whatFailsLeavesNoFile() {
        Path file = folder.resolve("none.npy");
        assertThrows(
                IOException.class,
                () -> NumpyFile.write(file, List.of(2), sink -> {
                    sink.add(1, new float[2]);
                    throw new IOException("no more");
                }));
        assertFalse(Files.exists(file));
    }
}
