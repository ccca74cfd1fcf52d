package io.densenet.interop;

import io.densenet.arch.BatchNorm;
import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import io.densenet.interop.pytorch.PyTorchFile;
import io.densenet.weights.Safetensors;
import io.densenet.weights.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
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
        HDF5
    }

    private WeightFiles() {}

    /// The format of a file.
    public static Format format(Path file) throws IOException {
        byte[] start;
        try (InputStream stream = Files.newInputStream(file)) {
            start = stream.readNBytes(4);
        }
        if (startsWith(start, 'P', 'K') || startsWith(start, 0x80)) {
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
        SequencedMap<String, Tensor> tensors = switch (format(file)) {
            case SAFETENSORS -> Safetensors.read(file).tensors();
            case PYTORCH -> PyTorchFile.read(file).tensors();
            case HDF5 ->
                throw new UnsupportedFormatException(
                        file,
                        "HDF5, the format of Keras, is not read; save the weights as safetensors or with PyTorch");
        };
        try {
            return ImportedWeights.of(tensors, BatchNorm.STANDARD);
        } catch (IllegalArgumentException e) {
            throw new MalformedFileException(file, String.valueOf(e.getMessage()));
        }
    }
}
