package io.densenet.interop.pytorch;

import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// What `torch.save` puts around an object: the object's pickle and, beside it, the bytes of its storages.
sealed interface Container permits ZipContainer, LegacyContainer {
    /// The object that was saved.
    Pickled object();

    /// The bytes of a storage that the object mentions: as many as it claims, in little-endian order.
    ///
    /// @throws MalformedFileException when they are damaged
    MemorySegment data(Pickled.Storage storage) throws IOException;

    /// Reads the object, and checks that its storages are there.
    ///
    /// @param bytes the whole file
    static Container open(Path file, MemorySegment bytes) throws IOException {
        if (startsWith(bytes, 0, "PK\3\4")) {
            return ZipContainer.open(file, bytes);
        }
        if (startsWith(bytes, 0, "\u0080")) {
            return LegacyContainer.open(file, bytes);
        }
        if (startsWith(bytes, 257, "ustar")) {
            throw new UnsupportedFormatException(
                    file,
                    "is a tar archive as PyTorch wrote them until 2017; save it anew:"
                            + " torch.save(torch.load(FILE, weights_only=False), \"weights.pth\")");
        }
        throw new MalformedFileException(
                file, 0, "expected a zip archive or a pickle; is it a file that torch.save wrote?");
    }

    private static boolean startsWith(MemorySegment bytes, long at, String text) {
        byte[] expected = text.getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.byteSize() < at + expected.length) {
            return false;
        }
        return bytes.asSlice(at, expected.length).mismatch(MemorySegment.ofArray(expected)) < 0;
    }
}
