package io.densenet.interop;

import io.densenet.arch.BatchNorm;
import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import io.densenet.interop.keras.KerasFile;
import io.densenet.interop.pytorch.PyTorchFile;
import io.densenet.weights.Safetensors;
import io.densenet.weights.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.SequencedMap;

/// Opens weights of a DenseNet that another program has saved. The format is told from the first bytes, not
/// from the file's name.
public final class WeightFiles {
    /// What a file may be.
    public enum Format {
        SAFETENSORS,
        /// either container of `torch.save`
        PYTORCH,
        /// Keras' `.h5`
        HDF5,
        /// Keras 3's `.keras`
        KERAS_ARCHIVE
    }

    /// Bytes before the name of an archive's first entry.
    private static final int ZIP_HEADER = 30;

    private static final String KERAS_ENTRY = "metadata.json";

    private WeightFiles() {}

    /// The format of a file.
    public static Format format(Path file) throws IOException {
        byte[] start;
        try (InputStream stream = Files.newInputStream(file)) {
            start = stream.readNBytes(ZIP_HEADER + KERAS_ENTRY.length());
        }
        if (startsWith(start, 'P', 'K')) {
            return new String(start, StandardCharsets.ISO_8859_1).indexOf(KERAS_ENTRY) == ZIP_HEADER
                    ? Format.KERAS_ARCHIVE
                    : Format.PYTORCH;
        }
        if (startsWith(start, 0x80)) {
            return Format.PYTORCH;
        }
        return startsWith(start, 0x89, 'H', 'D', 'F') ? Format.HDF5 : Format.SAFETENSORS;
    }

    private static boolean startsWith(byte[] start, int... expected) {
        if (start.length < expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if ((start[i] & 0xFF) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    /// Reads a file and finds out which network it is of.
    ///
    /// @throws MalformedFileException     when the file is damaged, or its tensors are not a whole DenseNet
    /// @throws UnsupportedFormatException when it is of a format, or holds numbers, that are not read here
    public static ImportedWeights read(Path file) throws IOException {
        return read(file, OptionalInt.empty());
    }

    /// As [#read(Path)], but features without a classifier get a new one.
    ///
    /// @param newClasses how many classes the new classifier tells apart; nothing to refuse such files
    public static ImportedWeights read(Path file, OptionalInt newClasses) throws IOException {
        Format format = format(file);
        SequencedMap<String, Tensor> tensors = switch (format) {
            case SAFETENSORS -> Safetensors.read(file).tensors();
            case PYTORCH -> PyTorchFile.read(file).tensors();
            case HDF5 -> KerasFile.read(file);
            case KERAS_ARCHIVE -> KerasFile.readArchive(file);
        };
        BatchNorm batchNorm = switch (format) {
            case SAFETENSORS, PYTORCH -> BatchNorm.STANDARD;
            case HDF5, KERAS_ARCHIVE -> KerasFile.BATCH_NORM;
        };
        try {
            return ImportedWeights.of(tensors, batchNorm, newClasses);
        } catch (IllegalArgumentException e) {
            throw new MalformedFileException(file, String.valueOf(e.getMessage()));
        }
    }
}
